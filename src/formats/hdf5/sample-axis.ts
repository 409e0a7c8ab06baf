// Where the samples of a dataset lie: along which dimension they are counted, and what its axis says of their places.

import type { ReadChoice } from '../../model/read-choice.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { type ArrayAxis, arrayAxis, isoUtc, timeNameOf } from '../arrays/array-axis.ts';
import { type ArrayLayout, arrayLayout } from '../arrays/layout.ts';
import type { Placing } from '../arrays/placed-signal.ts';
import { isSamplingName, type NamedFact, statedAxis } from '../arrays/stated-axis.ts';
import { type SampleColumn, sampleColumns } from '../numpy/columns.ts';
import { axesOf, isLine, isTime } from './axes.ts';
import { attribute, attributeNames, type Content, type Dataset, type Group, textAttribute, unitOf } from './content.ts';
import { itemDtype } from './item-type.ts';
import { factValue, isFact } from './scalars.ts';
import { scaledValues, scalingOf } from './scaling.ts';
import { textTimes } from './text-times.ts';
import type { DatasetNode, GroupNode, Tree } from './tree.ts';
import { lineValues } from './values.ts';

/** Deflate cannot pack better than this. */
export const MAX_INFLATION = 1032;
/** The library's number of filters that pack little: shuffle, checksums. */
const PLAIN_FILTERS: readonly number[] = [2, 3];

/** How the samples of a dataset lie. */
export interface SampleAxis extends Placing, ArrayLayout {
  /** What gave the axis: a dataset, or a member of the items (`column`). */
  readonly node?: DatasetNode;
  readonly column?: SampleColumn;
}

/** Finds the axes of datasets; each axis is read once. */
export class SampleAxes {
  readonly #content: Content;
  readonly #tree: Tree;
  readonly #choice: ReadChoice;
  readonly #decided = new Map<string, ArrayAxis | undefined>();
  readonly guesses: string[] = [];

  constructor(content: Content, tree: Tree, choice: ReadChoice) {
    this.#content = content;
    this.#tree = tree;
    this.#choice = choice;
  }

  of(node: DatasetNode, columns: readonly SampleColumn[]): SampleAxis {
    const shape = node.shape ?? [];
    const { time } = this.#choice;
    if (time !== null) {
      const member = this.#timeMember(node, columns);
      if (member) return member;
      const chosen = time === undefined ? undefined : this.#chosen(node, time);
      const found = chosen ? [chosen] : axesOf(this.#content, this.#tree, node);
      const best = this.#best(found, shape);
      const layout = arrayLayout(shape, best?.dimension);
      const axis = best && this.#decide(best.node, layout.sampleCount);
      if (best && axis) return { ...layout, node: best.node, axis };
      const texts = time === undefined && !best ? this.#texts(node) : undefined;
      if (texts) return texts;
    }
    const layout = arrayLayout(shape);
    const stated = statedAxis(this.#facts(node));
    return stated ? { ...layout, stated } : layout;
  }

  /** A time before any other, then the longest. */
  #best<T extends { readonly node: DatasetNode; readonly dimension: number }>(
    found: readonly T[],
    shape: readonly number[],
  ): T | undefined {
    const isTimes = ({ node }: T) => isTime(this.#content, node.path.split('/').at(-1)!, node);
    const byLength = found.toSorted((a, b) => shape[b.dimension]! - shape[a.dimension]!);
    return byLength.find(isTimes) ?? byLength[0];
  }

  #chosen(node: DatasetNode, time: string) {
    const axis = this.#tree.datasets.find((it) => it !== node && datasetId(it) === time);
    const dimension = axis && isLine(axis) ? (node.shape ?? []).indexOf(axis.count) : -1;
    return axis && dimension >= 0 ? { node: axis, dimension } : undefined;
  }

  /** Items of several numbers may hold their time themselves. */
  #timeMember(node: DatasetNode, columns: readonly SampleColumn[]): SampleAxis | undefined {
    const { time, timeUnit } = this.#choice;
    if (columns.length < 2 || node.count !== Math.max(...(node.shape ?? [0]))) return undefined;
    const idOf = ({ name }: SampleColumn) => `${datasetId(node)}.${name}`;
    const column = columns.find(
      (it) => 'iuf'.includes(it.scalar.kind) && (time === idOf(it) || (time === undefined && timeNameOf(it.name))),
    );
    if (!column) return undefined;
    const layout = arrayLayout(node.shape ?? []);
    const values = this.#values(node, column);
    const source = { name: column.name, id: idOf(column), unit: '', values, resolution: resolutionOf(column, values) };
    const axis = arrayAxis(source, layout.sampleCount, 'hdf5', timeUnit);
    if (!axis) return undefined;
    this.#say(axis);
    return { ...layout, column, axis };
  }

  #texts(node: DatasetNode): SampleAxis | undefined {
    const times = textTimes(this.#content, node, datasetId);
    if (!times) return undefined;
    const layout = arrayLayout(node.shape ?? [], times.dimension);
    const key = `${times.node.path} texts`;
    const axis = this.#decided.get(key) ?? arrayAxis(times.values, layout.sampleCount, 'hdf5');
    if (!axis) return undefined;
    if (!this.#decided.has(key)) this.#say(axis);
    this.#decided.set(key, axis);
    return { ...layout, node: times.node, axis };
  }

  #decide(node: DatasetNode, count: number): ArrayAxis | undefined {
    const key = `${node.path} ${count}`;
    if (this.#decided.has(key)) return this.#decided.get(key);
    const axis = this.#read(node, count);
    this.#decided.set(key, axis);
    if (axis) this.#say(axis);
    return axis;
  }

  #say({ diagnostics, guess }: ArrayAxis): void {
    this.#content.diagnostics.push(...diagnostics);
    if (guess === undefined) return;
    this.guesses.push(guess);
    this.#content.diagnostics.push({ severity: 'info', code: 'hdf5/guess', message: guess });
  }

  #read(node: DatasetNode, count: number): ArrayAxis | undefined {
    const content = this.#content;
    const id = datasetId(node);
    const problem = (message: string): undefined => {
      const diagnostic: Diagnostic = { severity: 'warning', code: 'hdf5/damaged', message };
      content.diagnostics.push(diagnostic);
    };
    if (!canHold(content, node)) return problem(`The axis "${id}" claims more values than this file can hold.`);
    const { columns } = sampleColumns(itemDtype(node.type), '');
    try {
      const values = this.#values(node, columns[0]!);
      const { dataset } = node;
      const zero = textAttribute(content, dataset, 'start') ?? textAttribute(content, dataset, 'offset');
      const source = {
        name: node.path.split('/').at(-1)!,
        id,
        unit: unitOf(content, dataset),
        values,
        resolution: resolutionOf(columns[0]!, values),
        zeroUtc: zero === undefined ? undefined : isoUtc(zero),
      };
      return arrayAxis(source, count, 'hdf5', this.#choice.time === id ? this.#choice.timeUnit : undefined);
    } catch (thrown) {
      return problem(`The axis "${id}" cannot be read: ${(thrown as Error).message}`);
    }
  }

  #values(node: DatasetNode, column: SampleColumn): ArrayLike<number | bigint> {
    const shape = node.shape ?? [];
    const line = { place: shape.map(() => 0), dimension: shape.indexOf(node.count) };
    const values = lineValues(this.#content, node, column, line, 0, node.count) as ArrayLike<number | bigint>;
    const scaling = scalingOf(this.#content, node);
    return scaling ? scaledValues(values as Float64Array, scaling) : values;
  }

  /** What the dataset says of its sampling, then its groups and what they hold, the nearest first. */
  #facts(node: DatasetNode): readonly NamedFact[] {
    const facts = this.#attributeFacts(node.dataset);
    const seen = new Set<GroupNode>();
    for (const start of node.groups) {
      for (let group: GroupNode | undefined = start; group && !seen.has(group); group = group.parent) {
        seen.add(group);
        facts.push(...this.#attributeFacts(group.group));
        for (const [name, member] of group.members) {
          if (!isSamplingName(name) || !isFact(this.#content, member)) continue;
          facts.push({ name, value: factValue(this.#content, member), unit: unitOf(this.#content, member.dataset) });
          // NWB states the rate beside the start
          facts.push(...this.#attributeFacts(member.dataset, 'rate', 'sampling_rate'));
        }
      }
    }
    return facts;
  }

  #attributeFacts(of: Dataset | Group, name?: string, as?: string): NamedFact[] {
    const names = attributeNames(this.#content, of).filter((it) =>
      name === undefined ? isSamplingName(it) : it === name,
    );
    return names.map((it) => ({ name: as ?? it, value: attribute(this.#content, of, it), unit: '' }));
  }
}

/** What signals, parts and choices call a dataset. */
export function datasetId({ path }: DatasetNode): string {
  return path.replace(/^\//, '').replace(/^entry\/data\//, '');
}

/** False when a dataset claims more than a file of this size can hold. */
export function canHold({ sizeBytes }: Content, { dataset, count, type }: DatasetNode): boolean {
  const bytes = count * type.size;
  if (bytes <= sizeBytes) return true;
  const isPacked = type.chunks !== null && dataset.filters.some(({ id }) => !PLAIN_FILTERS.includes(id));
  return isPacked && bytes <= MAX_INFLATION * sizeBytes;
}

/** Numbers of single precision are rounded to 24 bits. */
function resolutionOf({ dtype, scalar }: SampleColumn, values: ArrayLike<number | bigint>): number {
  if (dtype !== 'f32') return 0;
  const bits = scalar.itemBytes === 2 ? 11 : 24;
  const largest = Math.max(Math.abs(Number(values[0] ?? 0)), Math.abs(Number(values[values.length - 1] ?? 0)));
  return largest * 2 ** (1 - bits);
}
