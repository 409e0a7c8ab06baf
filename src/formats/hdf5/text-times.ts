// Times that a file keeps as texts beside the samples: ISO 8601, one for each.

import { utcSecondsBetween } from '../../base/time.ts';
import type { AxisColumn } from '../arrays/axis-search.ts';
import { timeName } from '../time-names.ts';
import { isoUtc } from '../unix-times.ts';
import type { Content } from './content.ts';
import { isText } from './item-type.ts';
import type { DatasetNode } from './tree.ts';

/** Bytes of such texts that are read. */
const MAX_BYTES = 8 * 2 ** 20;
/** A text of any length has this room. */
const VLEN_BYTES = 32;

export interface TextTimes {
  readonly node: DatasetNode;
  readonly dimension: number;
  /** Counts in the last digit that the texts have, since the first of them. */
  readonly column: AxisColumn;
}

/** In a group of the dataset; undefined where there is none, or one of its texts is no date. */
export function textTimes(
  content: Content,
  node: DatasetNode,
  idOf: (node: DatasetNode) => string,
): TextTimes | undefined {
  const shape = node.shape ?? [];
  for (const { members } of node.groups) {
    for (const [name, texts] of members) {
      const dimension = shape.indexOf(texts.count);
      const isNamed = isText(texts.type) && (timeName(name) !== undefined || /^(?:date|timestamps?)$/i.test(name));
      if (!isNamed || dimension < 0 || texts.count < 2 || !isReadable(content, texts)) continue;
      const all = ([texts.dataset.value].flat() as unknown[]).map(String);
      const moments = all.map(isoUtc);
      const [first] = moments;
      if (first === undefined || moments.length !== texts.count) continue;
      const decimals = all.reduce((most, text) => Math.max(most, /:\d\d\.(\d+)/.exec(text)?.[1]?.length ?? 0), 0);
      const perSecond = 10 ** decimals;
      const counts = moments.map((utc) =>
        utc === undefined ? Number.NaN : Math.round(utcSecondsBetween(first, utc) * perSecond),
      );
      const column: AxisColumn = {
        name,
        id: idOf(texts),
        unit: '',
        length: counts.length,
        clock: { unitSeconds: 1 / perSecond, since: 'unknown' },
        zeroUtc: first,
        values: async () => counts,
        valueAt: async (index) => counts[index]!,
      };
      return { node: texts, dimension, column };
    }
  }
  return undefined;
}

function isReadable({ canReadTexts }: Content, { type, count }: DatasetNode): boolean {
  return type.vlen ? canReadTexts && count * VLEN_BYTES <= MAX_BYTES : count * type.size <= MAX_BYTES;
}
