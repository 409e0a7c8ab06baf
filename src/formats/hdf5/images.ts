// Which datasets are images of a camera or an area detector: they are no signals.

import { axesOf } from './axes.ts';
import { type Content, textAttribute } from './content.ts';
import type { DatasetNode, Tree } from './tree.ts';

/** Pixels of an image along its short side, at least, and how much longer the other may be. */
const LEAST_PIXELS = 8;
const MOST_RATIO = 8;
/** Of a single one, which may be a table as well. */
const LEAST_SINGLE_PIXELS = 64;

/**
 * As the file says it (`interpretation` of NeXus), else by the form: a stack of nearly square frames, or one in a
 * detector, whose last dimension has no axis.
 */
export function isImages(content: Content, tree: Tree, node: DatasetNode): boolean {
  const interpretation = textAttribute(content, node.dataset, 'interpretation');
  if (interpretation !== undefined) return /image/.test(interpretation) && (node.shape ?? []).length > 1;
  const sizes = (node.shape ?? []).flatMap((size, dimension) => (size > 1 ? [{ size, dimension }] : []));
  const [rows, columns] = sizes.slice(-2);
  if (!rows || !columns) return false;
  const short = Math.min(rows.size, columns.size);
  const isFrame = short >= LEAST_PIXELS && Math.max(rows.size, columns.size) <= MOST_RATIO * short;
  const isDetector = node.groups.some(({ nxClass }) => nxClass === 'NXdetector');
  if (!isFrame || (sizes.length < 3 && !(isDetector && short >= LEAST_SINGLE_PIXELS))) return false;
  return axesOf(content, tree, node).every(({ dimension }) => dimension !== columns.dimension);
}
