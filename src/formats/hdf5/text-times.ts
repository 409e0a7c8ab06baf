// Times that a file keeps as texts beside the samples: ISO 8601, one for each.

import { utcSecondsBetween } from '../../base/time.ts';
import { type AxisValues, isoUtc } from '../arrays/array-axis.ts';
import { timeName } from '../time-names.ts';
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
  readonly values: AxisValues;
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
      const seconds = moments.map((utc) => (utc === undefined ? Number.NaN : utcSecondsBetween(first, utc)));
      const decimals = all.reduce((most, text) => Math.max(most, /:\d\d\.(\d+)/.exec(text)?.[1]?.length ?? 0), 0);
      const values = { name, id: idOf(texts), unit: 's', values: seconds, resolution: 10 ** -decimals, zeroUtc: first };
      return { node: texts, dimension, values };
    }
  }
  return undefined;
}

function isReadable({ canReadTexts }: Content, { type, count }: DatasetNode): boolean {
  return type.vlen ? canReadTexts && count * VLEN_BYTES <= MAX_BYTES : count * type.size <= MAX_BYTES;
}
