// The signals of a file: which datasets are opened, their channels, and the places of their samples.

import { FormatError } from '../../base/errors.ts';
import { type Utc, utcSecondsBetween } from '../../base/time.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { ReadColumn, Reading, ReadPart } from '../../model/reading.ts';
import type { SampleValues, SteadySignal } from '../../model/signal-store.ts';
import { channelLabel, channelPlace } from '../arrays/layout.ts';
import { type SampleColumn, sampleColumns } from '../numpy/columns.ts';
import type { PlainSignal } from '../plain-store.ts';
import { COUNTED_AXIS, stampedSignal } from '../time-axis.ts';
import { unitSymbol } from '../units.ts';
import { type Content, textAttribute, unitOf } from './content.ts';
import { itemDtype } from './item-type.ts';
import { arrays, defaultParts, partOf } from './parts.ts';
import { type SampleAxes as Axes, datasetId, SampleAxes, type SampleAxis } from './sample-axis.ts';
import { scaledValues, scalingOf } from './scaling.ts';
import type { DatasetNode, Tree } from './tree.ts';
import { lineValues } from './values.ts';

/** Signals that are shown, at most, and channels of one dataset where it was not chosen. */
const MAX_SIGNALS = 1024;
const MAX_CHANNELS = 64;
/** Datasets that are opened without being chosen. */
const MAX_OPEN = 32;
/** Letters of a reading's form. */
const MAX_FORM = 2000;

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

/** Throws a FormatError when nothing can be shown. */
export function readSignals(content: Content, tree: Tree, choice: ReadChoice, startUtc: Utc | undefined): Signals {
  const all = arrays(content, tree);
  const chosen = choice.parts && new Set(choice.parts);
  const isMany = all.length > MAX_OPEN;
  const parts = chosen
    ? all.filter((node) => chosen.has(datasetId(node)))
    : isMany
      ? defaultParts(content, tree, all)
      : all;
  const axes = new SampleAxes(content, tree, choice);
  const opened = parts.map((node): Opened => {
    const { columns, omittedCount } = sampleColumns(itemDtype(node.type), nameOf(node));
    return { node, columns, omittedCount, sampling: axes.of(node, columns) };
  });
  const used = new Set<DatasetNode>();
  for (const { sampling } of opened) if (sampling.axis?.places && sampling.node) used.add(sampling.node);
  const shown = opened.filter(({ node }) => chosen?.has(datasetId(node)) || !used.has(node));
  const originUtc =
    startUtc ?? shown.find(({ sampling }) => sampling.axis?.zeroUtc !== undefined)?.sampling.axis?.zeroUtc;
  const most = chosen ? MAX_SIGNALS : MAX_CHANNELS;
  const signals = shown.flatMap((it) => datasetSignals(content, it, choice, originUtc, most)).slice(0, MAX_SIGNALS);
  if (signals.length === 0) throw nothingToShow(tree, choice);
  const counted = shown.filter(({ sampling }) => !sampling.axis?.places && !sampling.stated);
  return {
    signals: withOwnNames(signals),
    originUtc,
    reading: readingOf(content, { all, shown, used, counted, axes, choice, isMany }),
  };
}

function datasetSignals(
  content: Content,
  { node, columns, omittedCount, sampling }: Opened,
  choice: ReadChoice,
  originUtc: Utc | undefined,
  mostChannels: number,
): PlainSignal[] {
  const { layout } = sampling;
  const { sampleCount } = layout;
  const isReversed = sampling.axis?.isReversed ?? false;
  const id = datasetId(node);
  const shape = node.shape ?? [];
  const numbers = columns.filter((column) => column !== sampling.column || !sampling.axis?.places);
  const channelCount = Math.max(
    1,
    Math.min(layout.channelCount, Math.floor(mostChannels / Math.max(1, numbers.length))),
  );
  const say = (message: string) => content.diagnostics.push({ severity: 'info', code: 'hdf5/left-out', message });
  if (channelCount < layout.channelCount) {
    say(
      `"${id}" has ${layout.channelCount} channels, of which the first ${channelCount} are shown. Choose it alone to see up to ${MAX_SIGNALS}.`,
    );
  }
  if (omittedCount > 0) say(`${omittedCount} members of "${id}" are texts or raw bytes and not shown.`);
  const isCompound = itemDtype(node.type).type === 'struct';
  const scaling = columns.length === 1 ? scalingOf(content, node) : undefined;
  const firstSample = textAttribute(content, node.dataset, 'first_sample') ?? '';
  return Array.from({ length: channelCount }, (_, channel) => {
    const place = channelPlace(shape, layout.sampleDimension, channel);
    const label = channelLabel(shape, layout.sampleDimension, place);
    const line = { place, dimension: layout.sampleDimension };
    return numbers.map((column): PlainSignal => {
      // the columns of a plain type carry the dataset's name already
      const tail = isCompound ? `.${column.name}` : column.name.slice(nameOf(node).length);
      const base = {
        id: id + tail + label,
        name: column.name + label,
        unit: unitSymbol(unitOf(content, node.dataset)),
        source: textAttribute(content, node.dataset, 'source') ?? '',
        dtype: scaling && !column.dtype.startsWith('f') ? ('f64' as const) : column.dtype,
        startSample: 0,
        firstSampleId: /^\d{1,19}$/.test(firstSample) ? BigInt(firstSample) : 0n,
      };
      const read = async (start: number, end: number): Promise<SampleValues> => {
        const values = isReversed
          ? lineValues(content, node, column, line, sampleCount - end, sampleCount - start).reverse()
          : lineValues(content, node, column, line, start, end);
        return scaling ? scaledValues(values, scaling) : values;
      };
      return placedSignal(base, read, sampling, choice, originUtc);
    });
  }).flat();
}

function placedSignal(
  base: Omit<SteadySignal, 'timing' | 'endSample' | 'sampleRateHz' | 'offsetS'>,
  read: (start: number, end: number) => Promise<SampleValues>,
  { layout, axis, stated }: SampleAxis,
  { rateHz, startS }: ReadChoice,
  originUtc: Utc | undefined,
): PlainSignal {
  const endSample = layout.sampleCount;
  const steady = { ...base, timing: 'steady', endSample } as const;
  if (axis?.places) {
    const named = axis.axis ? { axis: axis.axis } : {};
    const shiftS =
      axis.zeroUtc !== undefined && originUtc !== undefined ? utcSecondsBetween(originUtc, axis.zeroUtc) : 0;
    if (axis.places.timing === 'steady') {
      const { sampleRateHz, offsetS } = axis.places;
      return { info: { ...steady, ...named, sampleRateHz, offsetS: offsetS + shiftS }, read };
    }
    const timesS = shiftS === 0 ? axis.places.timesS : axis.places.timesS.map((timeS) => timeS + shiftS);
    return stampedSignal({ ...axis.places, timesS }, { ...base, ...named }, axis.id, read);
  }
  if (stated) {
    const { sampleRateHz, offsetS, axisUnit } = stated;
    const named = axisUnit === undefined ? {} : { axis: { name: 'x', unit: axisUnit } };
    return { info: { ...steady, ...named, sampleRateHz, offsetS }, read };
  }
  if (rateHz !== undefined) return { info: { ...steady, sampleRateHz: rateHz, offsetS: startS ?? 0 }, read };
  return { info: { ...steady, axis: COUNTED_AXIS, sampleRateHz: 1, offsetS: 0 }, read };
}

interface Read {
  readonly all: readonly DatasetNode[];
  readonly shown: readonly Opened[];
  readonly used: ReadonlySet<DatasetNode>;
  readonly counted: readonly Opened[];
  readonly axes: Axes;
  readonly choice: ReadChoice;
  readonly isMany: boolean;
}

function readingOf(content: Content, { all, shown, used, counted, axes, choice, isMany }: Read): Reading {
  const guesses = [...axes.guesses];
  if (counted.length > 0 && choice.rateHz === undefined) {
    const [first] = counted;
    const others = counted.length > 1 ? ` and ${counted.length - 1} more` : '';
    guesses.push(
      `Nothing says how far the samples of "${datasetId(first!.node)}"${others} are apart: they are counted.`,
    );
    content.diagnostics.push({ severity: 'info', code: 'hdf5/counted', message: guesses.at(-1)! });
  }
  const open = new Set(shown.map(({ node }) => node));
  const parts = isMany || choice.parts ? all.map((node): ReadPart => partOf(content, node, open.has(node))) : undefined;
  if (isMany && !choice.parts) {
    const message = `Of ${all.length} datasets ${open.size} ${open.size === 1 ? 'is' : 'are'} open. Choose others where the parts of the file are listed.`;
    content.diagnostics.push({ severity: 'info', code: 'hdf5/parts', message });
  }
  const columns = isMany
    ? undefined
    : all.map((node): ReadColumn => {
        const role = used.has(node) ? 'time' : open.has(node) ? 'signal' : 'left-out';
        return { id: datasetId(node), name: nameOf(node), unit: unitOf(content, node.dataset), role };
      });
  const [time] = used;
  return {
    form: `hdf5 ${all.map(datasetId).join(' ')}`.slice(0, MAX_FORM),
    guesses,
    choice: { ...(time && used.size === 1 && !isMany ? { time: datasetId(time) } : {}), ...choice },
    ...(columns ? { columns } : {}),
    ...(parts ? { parts } : {}),
  };
}

/** Signals of the same name are told by their paths. */
function withOwnNames(signals: readonly PlainSignal[]): PlainSignal[] {
  const counts = new Map<string, number>();
  for (const { info } of signals) counts.set(info.name, (counts.get(info.name) ?? 0) + 1);
  return signals.map((signal) =>
    counts.get(signal.info.name)! > 1 && signal.info.source === ''
      ? ({ ...signal, info: { ...signal.info, name: signal.info.id } } as PlainSignal)
      : signal,
  );
}

function nameOf({ path }: DatasetNode): string {
  return path.split('/').at(-1) ?? path;
}

function nothingToShow({ datasets }: Tree, { parts }: ReadChoice): FormatError {
  const chosen = parts ? ' among the chosen parts' : '';
  const message = `The HDF5 file has no series of numbers${chosen}; its ${datasets.length} datasets are single values, texts or what cannot be read.`;
  return new FormatError('format/unsupported', message, 0);
}
