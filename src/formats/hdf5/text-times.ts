// Times that a file keeps as texts beside the samples: ISO 8601, one for each.

import { toError } from '../../base/errors.ts';
import type { AxisColumn } from '../arrays/axis-search.ts';
import { timeName } from '../time-names.ts';
import { type IsoMoment, isoMoment } from '../unix-times.ts';
import type { Content } from './content.ts';
import { isText } from './item-type.ts';
import type { DatasetNode } from './tree.ts';
import { lineTexts } from './values.ts';

/** Bytes of such texts that are read. */
const MAX_BYTES = 8 * 2 ** 20;
/** A text of any length has this room. */
const VLEN_BYTES = 32;
/** Digits behind the point that count: picoseconds. */
const MOST_DIGITS = 12;

export interface TextTimes {
  readonly node: DatasetNode;
  readonly dimension: number;
  /** Counts since 1970 in the last digit that the texts have. */
  readonly column: AxisColumn;
  /** Neighbours have the same text: finer times say more. */
  readonly isCoarse: boolean;
}

type TextColumn = Pick<TextTimes, 'column' | 'isCoarse'>;

/** Reads each dataset of texts once. */
export class TextTimesSearch {
  readonly #content: Content;
  readonly #idOf: (node: DatasetNode) => string;
  readonly #columns = new Map<DatasetNode, TextColumn | undefined>();

  constructor(content: Content, idOf: (node: DatasetNode) => string) {
    this.#content = content;
    this.#idOf = idOf;
  }

  /** In a group of the dataset; undefined where there is none, or the first of its texts is no date. */
  beside(node: DatasetNode): TextTimes | undefined {
    for (const { members } of node.groups) {
      for (const [name, texts] of members) {
        const isNamed = timeName(name) !== undefined || /^(?:date|timestamps?)$/i.test(name);
        const found = isNamed ? this.of(texts, node) : undefined;
        if (found) return found;
      }
    }
    return undefined;
  }

  /** What one dataset says of the samples of another; undefined when it is no texts of its length. */
  of(texts: DatasetNode, node: DatasetNode): TextTimes | undefined {
    const dimension = (node.shape ?? []).indexOf(texts.count);
    if (!isText(texts.type) || dimension < 0 || texts.count < 2 || !isReadable(this.#content, texts)) return undefined;
    if (!this.#columns.has(texts)) this.#columns.set(texts, this.#read(texts));
    const column = this.#columns.get(texts);
    return column && { ...column, node: texts, dimension };
  }

  #read(node: DatasetNode): TextColumn | undefined {
    const id = this.#idOf(node);
    const shape = node.shape ?? [];
    try {
      const line = { place: shape.map(() => 0), dimension: shape.indexOf(node.count) };
      return columnOf(id, lineTexts(this.#content, node, line).map(isoMoment));
    } catch (thrown) {
      const message = `The times in "${id}" cannot be read: ${toError(thrown).message}`;
      this.#content.diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
      return undefined;
    }
  }
}

function columnOf(id: string, moments: readonly (IsoMoment | undefined)[]): TextColumn | undefined {
  if (!moments[0]) return undefined;
  const digits = moments.reduce((most, moment) => Math.max(most, moment?.fraction.length ?? 0), 0);
  const decimals = Math.min(MOST_DIGITS, digits);
  // nanoseconds since 1970 do not fit into a double
  const perSecond = 10n ** BigInt(decimals);
  const counts = moments.map((moment) =>
    moment
      ? BigInt(moment.unixS) * perSecond + BigInt(moment.fraction.slice(0, decimals).padEnd(decimals, '0'))
      : Number.NaN,
  );
  const column: AxisColumn = {
    name: id.split('/').at(-1) ?? id,
    id,
    unit: '',
    length: counts.length,
    clock: {
      unitSeconds: Number(`1e-${decimals}`),
      since: moments.some((moment) => moment?.hasZone) ? 'utc' : 'unzoned',
    },
    values: async () => counts,
    valueAt: async (index) => counts[index]!,
  };
  return { column, isCoarse: counts.some((count, index) => index > 0 && count === counts[index - 1]) };
}

function isReadable({ mounted }: Content, { type, count, shape }: DatasetNode): boolean {
  if (Math.max(...(shape ?? [0])) !== count) return false;
  return type.vlen ? mounted.canReadTexts && count * VLEN_BYTES <= MAX_BYTES : count * type.size <= MAX_BYTES;
}
