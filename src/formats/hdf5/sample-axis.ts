// Where the samples of a dataset lie: along which dimension they are counted, and what its axis says of their places.

import { toError } from '../../base/errors.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import { type AxisColumn, AxisSearch, type FoundAxis } from '../arrays/axis-search.ts';
import { type ArrayLayout, arrayLayout } from '../arrays/layout.ts';
import type { Placing } from '../arrays/placed-signal.ts';
import { isSamplingName, type NamedFact, statedAxis } from '../arrays/stated-axis.ts';
import { type SampleColumn, sampleColumns } from '../numpy/columns.ts';
import { isRunningName } from '../time-names.ts';
import { isoUtc } from '../unix-times.ts';
import { axesOf, isLine, isSignal, isTime } from './axes.ts';
import { attribute, attributeNames, type Content, type Dataset, type Group, textAttribute, unitOf } from './content.ts';
import { itemDtype } from './item-type.ts';
import { factOrNone, isFact } from './scalars.ts';
import { scaledValues, scalingOf } from './scaling.ts';
import { type TextTimes, TextTimesSearch } from './text-times.ts';
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
  /** Members that only number the items. */
  readonly omitted?: readonly SampleColumn[];
}

/** A dataset that may be the axis of others. */
interface NodeColumn extends AxisColumn {
  readonly node: DatasetNode;
}

/** A member of items that may be their axis. */
interface MemberColumn extends AxisColumn {
  readonly member: SampleColumn;
}

/** Finds the axes of datasets: what the file states, else what is found beside them. */
export class SampleAxes {
  readonly #content: Content;
  readonly #tree: Tree;
  readonly #choice: ReadChoice;
  readonly #search: AxisSearch;
  readonly #texts: TextTimesSearch;
  /** What was found in a group for a number of samples. */
  readonly #beside = new Map<string, Promise<FoundAxis<NodeColumn> | undefined>>();

  constructor(content: Content, tree: Tree, choice: ReadChoice) {
    this.#content = content;
    this.#tree = tree;
    this.#choice = choice;
    this.#search = new AxisSearch(choice, 'hdf5', content.diagnostics);
    this.#texts = new TextTimesSearch(content, datasetId);
  }

  get guesses(): readonly string[] {
    return this.#search.guesses;
  }

  /** Rejects a choice of times that are called like nothing in the file. */
  requireTimes(): void {
    const { datasets } = this.#tree;
    this.#search.require(
      datasets.flatMap((node) => [datasetId(node), ...membersOf(node).map((member) => this.#member(node, member).id)]),
    );
  }

  async of(node: DatasetNode, columns: readonly SampleColumn[]): Promise<SampleAxis> {
    const layout = arrayLayout(node.shape ?? []);
    const stated = statedAxis(this.#facts(node));
    if (this.#choice.time === null) return { ...layout, stated };
    const isRated = stated !== undefined || this.#choice.rateHz !== undefined;
    const members = this.#timeMembers(node, columns);
    // a running number says less than any axis, wherever that is
    const found = (await this.#axisOf(node, members)) ?? (isRated ? undefined : await this.#numbers(node, members));
    const running = await this.#search.running(
      members,
      members.find(({ member }) => member === found?.column),
      (_, numbers) => columns.length > numbers.length + (found?.column ? 1 : 0),
    );
    return { ...(found ?? { ...layout, stated }), omitted: running.map(({ member }) => member) };
  }

  /** What the user names, else the times among the items, what the file states, dates, and what lies beside. */
  async #axisOf(node: DatasetNode, members: readonly MemberColumn[]): Promise<SampleAxis | undefined> {
    const { time } = this.#choice;
    const named = time === undefined ? undefined : this.#tree.datasets.find((it) => datasetId(it) === time);
    const member = await this.#amongMembers(node, members, true);
    if (member) return member;
    const chosenTexts = named && (await this.#ofTexts(node, this.#texts.of(named, node)));
    if (chosenTexts) return chosenTexts;
    const chosen = named && this.#chosen(node, named);
    const stated = chosen ? [chosen] : axesOf(this.#content, this.#tree, node);
    const best = this.#best(stated, node.shape ?? []);
    if (best) {
      const layout = arrayLayout(node.shape ?? [], best.dimension);
      const axis = await this.#search.of(this.#column(best.node), layout.sampleCount, chosen && true);
      if (axis?.places) return { ...layout, node: best.node, axis };
    }
    const isTextAsked = time === undefined && this.#choice.timeUnit === undefined;
    const texts = isTextAsked ? this.#texts.beside(node) : undefined;
    const finer = texts?.isCoarse ? await this.#besideOf(node, true) : undefined;
    return finer ?? (await this.#ofTexts(node, texts)) ?? (await this.#besideOf(node, true));
  }

  /** The running number that is the axis where there is no other. */
  async #numbers(node: DatasetNode, members: readonly MemberColumn[]): Promise<SampleAxis | undefined> {
    return (await this.#amongMembers(node, members, false)) ?? (await this.#besideOf(node, false));
  }

  /** Datasets of a group that only number the samples of the others. */
  async running(nodes: readonly DatasetNode[], used: ReadonlySet<DatasetNode>): Promise<readonly DatasetNode[]> {
    const isFree = (node: DatasetNode) => !used.has(node) && isLine(node) && !isSignal(this.#content, node);
    const free = nodes.filter((node) => isFree(node) && isRunningName(nameOf(node)));
    // without anything else to be seen, the numbers are it
    const isBeside = ({ node }: NodeColumn, numbers: readonly NodeColumn[]) =>
      node.groups.some(({ members }) =>
        [...members.values()].some(
          (other) =>
            other.shape?.includes(node.count) &&
            !(isFact(this.#content, other) || used.has(other) || numbers.some((number) => number.node === other)),
        ),
      );
    const found = await this.#search.running(
      free.map((node) => this.#column(node)),
      undefined,
      isBeside,
    );
    return found.map(({ node }) => node);
  }

  /** A time before any other, then the longest. */
  #best<T extends { readonly node: DatasetNode; readonly dimension: number }>(
    found: readonly T[],
    shape: readonly number[],
  ): T | undefined {
    const isTimes = ({ node }: T) => isTime(this.#content, nameOf(node), node);
    const byLength = found.toSorted((a, b) => shape[b.dimension]! - shape[a.dimension]!);
    return byLength.find(isTimes) ?? byLength[0];
  }

  #chosen(node: DatasetNode, axis: DatasetNode) {
    const dimension = axis !== node && isLine(axis) ? (node.shape ?? []).indexOf(axis.count) : -1;
    return dimension >= 0 ? { node: axis, dimension } : undefined;
  }

  /** What lies beside a dataset in its groups, then what is called a time in those around them. */
  async #besideOf(node: DatasetNode, isRated: boolean): Promise<SampleAxis | undefined> {
    const shape = node.shape ?? [];
    const seen = new Set<GroupNode>();
    for (const start of node.groups) {
      for (let group: GroupNode | undefined = start; group && !seen.has(group); group = group.parent) {
        seen.add(group);
        for (const count of [...new Set(shape)].sort((a, b) => b - a)) {
          const found = count > 1 ? await this.#inGroup(group, count, group === start, isRated) : undefined;
          if (!found || found.column.node === node) continue;
          return { ...arrayLayout(shape, shape.indexOf(count)), node: found.column.node, axis: found.axis };
        }
      }
    }
    return undefined;
  }

  #inGroup(group: GroupNode, count: number, isOwn: boolean, isRated: boolean) {
    const key = `${count} ${isOwn} ${isRated} ${group.path}`;
    const known = this.#beside.get(key);
    if (known) return known;
    const lines = [...group.members].filter(
      ([name, axis]) =>
        axis.count === count &&
        isLine(axis) &&
        !isFact(this.#content, axis) &&
        (isTime(this.#content, name, axis) || (isOwn && !isSignal(this.#content, axis))),
    );
    const columns = lines.map(([name, axis]) => ({ ...this.#column(axis), name }));
    const found = this.#search.among(columns, {
      isRated: isRated || this.#choice.rateHz !== undefined,
      isInOrder: false,
    });
    this.#beside.set(key, found);
    return found;
  }

  /** Items of several numbers may hold their axis themselves. */
  #timeMembers(node: DatasetNode, columns: readonly SampleColumn[]): readonly MemberColumn[] {
    if (columns.length < 2 || node.count < 2 || node.count !== Math.max(...(node.shape ?? [0]))) return [];
    return canHold(this.#content, node) ? membersOf(node).map((column) => this.#member(node, column)) : [];
  }

  async #amongMembers(
    node: DatasetNode,
    members: readonly MemberColumn[],
    isRated: boolean,
  ): Promise<SampleAxis | undefined> {
    const { time } = this.#choice;
    if (members.length === 0 || (typeof time === 'string' && !members.some(({ id }) => id === time))) return undefined;
    const found = await this.#search.among(members, { isRated, isInOrder: true });
    return found && { ...arrayLayout(node.shape ?? []), column: found.column.member, axis: found.axis };
  }

  async #ofTexts(node: DatasetNode, times: TextTimes | undefined): Promise<SampleAxis | undefined> {
    if (!times) return undefined;
    const layout = arrayLayout(node.shape ?? [], times.dimension);
    const axis = await this.#search.of(times.column, layout.sampleCount, true);
    return axis?.places && { ...layout, node: times.node, axis };
  }

  #column(node: DatasetNode): NodeColumn {
    const content = this.#content;
    const { dataset } = node;
    const [column] = sampleColumns(itemDtype(node.type), '').columns;
    const zero = textAttribute(content, dataset, 'start') ?? textAttribute(content, dataset, 'offset');
    return {
      node,
      name: nameOf(node),
      id: datasetId(node),
      unit: unitOf(content, dataset),
      length: node.count,
      floatBits: floatBitsOf(column),
      zeroUtc: zero === undefined ? undefined : isoUtc(zero),
      values: async () => this.#values(node, column!),
      valueAt: async (index) => this.#values(node, column!, index, index + 1)[0] ?? Number.NaN,
    };
  }

  #member(node: DatasetNode, member: SampleColumn): MemberColumn {
    return {
      member,
      name: member.name,
      id: `${datasetId(node)}.${member.name}`,
      unit: '',
      length: node.count,
      floatBits: floatBitsOf(member),
      values: async () => this.#values(node, member),
      valueAt: async (index: number) => this.#values(node, member, index, index + 1)[0] ?? Number.NaN,
    };
  }

  /** None where they cannot be read, which is said. */
  #values(node: DatasetNode, column: SampleColumn, start = 0, end = node.count): ArrayLike<number | bigint> {
    const content = this.#content;
    const id = datasetId(node);
    const problem = (message: string): readonly number[] => {
      content.diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
      return [];
    };
    if (!canHold(content, node)) return problem(`The axis "${id}" claims more values than this file can hold.`);
    const shape = node.shape ?? [];
    const line = { place: shape.map(() => 0), dimension: shape.indexOf(node.count) };
    try {
      const values = lineValues(content, node, column, line, start, end);
      const scaling = scalingOf(content, node);
      return scaling ? scaledValues(values, scaling) : values;
    } catch (thrown) {
      return problem(`The axis "${id}" cannot be read: ${toError(thrown).message}`);
    }
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
          facts.push({ name, value: factOrNone(this.#content, member), unit: unitOf(this.#content, member.dataset) });
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
export function canHold({ mounted: { sizeBytes } }: Content, { dataset, count, type }: DatasetNode): boolean {
  const bytes = count * type.size;
  if (bytes <= sizeBytes) return true;
  const isPacked = type.chunks !== null && dataset.filters.some(({ id }) => !PLAIN_FILTERS.includes(id));
  return isPacked && bytes <= MAX_INFLATION * sizeBytes;
}

/** Its own name in its group. */
export function nameOf({ path }: DatasetNode): string {
  return path.split('/').at(-1) ?? path;
}

/** The real numbers among the members of items. */
function membersOf(node: DatasetNode): readonly SampleColumn[] {
  const { columns } = sampleColumns(itemDtype(node.type), '');
  return columns.length < 2 ? [] : columns.filter(({ scalar }) => 'iuf'.includes(scalar.kind));
}

function floatBitsOf(column: SampleColumn | undefined): number | undefined {
  if (column?.scalar.kind !== 'f') return undefined;
  return { 2: 11, 4: 24 }[column.scalar.itemBytes] ?? 53;
}
