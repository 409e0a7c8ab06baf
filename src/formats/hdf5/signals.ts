// The signals of a file: which datasets are opened, their channels, and the places of their samples.

import { FormatError } from '../../base/errors.ts';
import type { Utc } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Reading } from '../../model/reading.ts';
import type { SampleValues } from '../../model/signal-store.ts';
import { arrayReading, MAX_OPEN, MAX_SIGNALS, type ReadArray, shownChannels } from '../arrays/array-reading.ts';
import { channelLabel, channelPlace } from '../arrays/layout.ts';
import { firstUtc, placedSignal, withOwnNames } from '../arrays/placed-signal.ts';
import { type SampleColumn, sampleColumns } from '../numpy/columns.ts';
import type { PlainSignal } from '../plain-store.ts';
import { unitSymbol } from '../units.ts';
import { type Content, textAttribute, unitOf } from './content.ts';
import { itemDtype, typeText } from './item-type.ts';
import { arrays, defaultParts, partDetail } from './parts.ts';
import { datasetId, nameOf, SampleAxes, type SampleAxis } from './sample-axis.ts';
import { scaledValues, scalingOf } from './scaling.ts';
import type { DatasetNode, Tree } from './tree.ts';
import { lineValues } from './values.ts';

interface Signals {
  readonly signals: readonly PlainSignal[];
  readonly originUtc: Utc | undefined;
  readonly reading: Reading;
}

/** A dataset that is opened. */
interface Opened {
  readonly node: DatasetNode;
  readonly columns: readonly SampleColumn[];
  readonly omittedCount: number;
  readonly sampling: SampleAxis;
}

/** Rejects with a FormatError when there is nothing at all. `startUtc` is when the file says that the data begin. */
export async function readSignals(
  content: Content,
  tree: Tree,
  choice: ReadChoice,
  startUtc: Utc | undefined,
): Promise<Signals> {
  const all = arrays(content, tree);
  const chosen = choice.parts && new Set(choice.parts);
  const isChosen = (node: DatasetNode) => chosen?.has(datasetId(node)) ?? false;
  const unasked = all.length > MAX_OPEN ? defaultParts(content, tree, all) : all;
  const axes = new SampleAxes(content, tree, choice);
  axes.requireTimes();
  const opened: Opened[] = [];
  for (const node of chosen ? all.filter(isChosen) : unasked) {
    const { columns, omittedCount } = sampleColumns(itemDtype(node.type), nameOf(node));
    opened.push({ node, columns, omittedCount, sampling: await axes.of(node, columns) });
  }
  const axesUsed = (nodes: readonly Opened[]) =>
    new Set(nodes.flatMap(({ sampling: { axis, node } }) => (axis?.places && node ? [node] : [])));
  // what is an axis of nothing but another axis is shown
  const anyAxes = axesUsed(opened);
  const used = axesUsed(opened.filter(({ node }) => !anyAxes.has(node)));
  const running = chosen
    ? []
    : await axes.running(
        opened.map(({ node }) => node),
        used,
      );
  const shown = opened.filter(({ node }) => isChosen(node) || !(used.has(node) || running.includes(node)));
  const originUtc =
    startUtc ??
    firstUtc(
      shown.map(({ sampling }) => sampling),
      choice,
    );
  const signals = shown.flatMap((it) => datasetSignals(content, it, choice, originUtc));
  if (signals.length === 0) sayNothingToShow(content, tree, choice);
  if (signals.length > MAX_SIGNALS) {
    const message = `The first ${MAX_SIGNALS} of ${signals.length} signals are shown. Choose parts of the file to see others.`;
    content.diagnostics.push({ severity: 'warning', code: 'hdf5/left-out', message });
  }
  const byNode = new Map(shown.map((it) => [it.node, it]));
  const told = all.map((node): ReadArray => {
    const open = byNode.get(node);
    return {
      id: datasetId(node),
      name: nameOf(node),
      unit: unitOf(content, node.dataset),
      role: open ? 'signal' : used.has(node) ? 'time' : 'left-out',
      detail: partDetail(content, node),
      type: typeText(node.type),
      placing: open?.sampling,
    };
  });
  const reading = arrayReading(told, axes.guesses, choice, 'hdf5', content.diagnostics);
  return { signals: withOwnNames(signals.slice(0, MAX_SIGNALS)), originUtc, reading };
}

function datasetSignals(
  content: Content,
  { node, columns, omittedCount, sampling }: Opened,
  choice: ReadChoice,
  originUtc: Utc | undefined,
): PlainSignal[] {
  const { sampleDimension: dimension, channelCount } = sampling;
  const id = datasetId(node);
  const shape = node.shape ?? [];
  const gone = new Set([sampling.column, ...(sampling.omitted ?? [])].map((column) => column?.offsetBytes));
  const numbers = columns.filter(({ offsetBytes }) => !gone.has(offsetBytes));
  const shownCount = shownChannels(id, Math.max(1, channelCount), numbers.length, choice, 'hdf5', content.diagnostics);
  if (omittedCount > 0) {
    const message = `${omittedCount} members of "${id}" are texts or raw bytes and not shown.`;
    content.diagnostics.push({ severity: 'info', code: 'hdf5/left-out', message });
  }
  const isCompound = itemDtype(node.type).type === 'struct';
  const scaling = columns.length === 1 ? scalingOf(content, node) : undefined;
  const firstSample = textAttribute(content, node.dataset, 'first_sample') ?? '';
  const common = {
    unit: unitSymbol(unitOf(content, node.dataset)),
    source: textAttribute(content, node.dataset, 'source') ?? '',
    startSample: 0,
    firstSampleId: /^\d{1,19}$/.test(firstSample) ? BigInt(firstSample) : 0n,
  };
  return Array.from({ length: shownCount }, (_, channel) => {
    const place = channelPlace(shape, dimension, channel);
    const label = channelLabel(shape, dimension, place);
    return numbers.map((column): PlainSignal => {
      // the columns of a plain type carry the dataset's name already
      const tail = isCompound ? `.${column.name}` : column.name.slice(nameOf(node).length);
      const dtype = scaling && !column.dtype.startsWith('f') ? 'f64' : column.dtype;
      const base = { ...common, id: id + tail + label, name: column.name + label, dtype };
      const read = async (start: number, end: number): Promise<SampleValues> => {
        const values = lineValues(content, node, column, { place, dimension }, start, end);
        return scaling ? scaledValues(values, scaling) : values;
      };
      return placedSignal(base, { read }, sampling, choice, originUtc);
    });
  }).flat();
}

/** Single values and texts are worth to be seen; without any there is nothing. */
function sayNothingToShow({ diagnostics }: Content, { datasets }: Tree, { parts }: ReadChoice): void {
  if (parts)
    throw new FormatError(
      'format/not-found',
      'None of the chosen parts is in this file. Choose among those that it lists.',
      0,
    );
  if (datasets.length === 0)
    throw new FormatError('format/unsupported', 'The HDF5 file holds no data, only empty groups.', 0);
  const message = `The file has no series of numbers; its ${datasets.length} datasets are single values, texts or what cannot be read.`;
  diagnostics.push({ severity: 'warning', code: 'hdf5/no-signal', message });
}
