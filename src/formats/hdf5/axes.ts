// Which dataset a file states as the axis of another: as NeXus says (new style: `axes` and `AXISNAME_indices` of the
// group; old style: `axes` of the signal or `axis` of the axis), or by HDF5's dimension scales.
// NeXus: manual.nexusformat.org, "NXdata" and "Associating plottable data using attributes applied to the NXdata group".

import { timeNameOf } from '../arrays/array-axis.ts';
import { attribute, attributeNames, type Content, textAttribute, unitOf } from './content.ts';
import { itemDtype } from './item-type.ts';
import type { DatasetNode, GroupNode, Tree } from './tree.ts';

/** A dataset that belongs to a dimension of another. */
export interface FoundAxis {
  readonly node: DatasetNode;
  readonly dimension: number;
}

/** At most one per dimension, in the order of the dimensions. */
export function axesOf(content: Content, tree: Tree, node: DatasetNode): readonly FoundAxis[] {
  const shape = node.shape ?? [];
  const found = new Map<number, DatasetNode>();
  const add = (axis: DatasetNode | undefined, dimension: number | undefined) => {
    if (axis === undefined || axis === node || dimension === undefined || found.has(dimension)) return;
    if (isLine(axis) && fits(axis, shape[dimension])) found.set(dimension, axis);
  };
  for (const group of node.groups) {
    newStyle(content, node, group, add);
    oldStyle(content, node, group, add);
  }
  for (const [dimension, axis] of attachedScales(content, tree, node).entries()) add(axis, dimension);
  return [...found].map(([dimension, axis]) => ({ node: axis, dimension })).sort((a, b) => a.dimension - b.dimension);
}

type Add = (axis: DatasetNode | undefined, dimension: number | undefined) => void;

/** Of a group with `axes`. One axis of a table of several dimensions is that of the dimension with its length. */
function newStyle(content: Content, node: DatasetNode, { group, members }: GroupNode, add: Add): void {
  const names = nameList(attribute(content, group, 'axes'));
  if (names.some((name) => members.get(name) === node)) return;
  for (const [position, name] of names.entries()) {
    const axis = members.get(name);
    if (!axis) continue;
    const indices = [attribute(content, group, `${name}_indices`)].flat();
    const stated = indices.find((index): index is number => typeof index === 'number');
    const byPlace = fits(axis, node.shape?.[position]) ? position : undefined;
    const byLength = names.length === 1 ? longestOf(node.shape ?? [], axis.count) : undefined;
    add(axis, stated ?? byPlace ?? byLength);
  }
}

/** `axes` on the signal, and `axis` on the axes: 1 is the first dimension; of several the one with `primary` 1 counts. */
function oldStyle(content: Content, node: DatasetNode, { members }: GroupNode, add: Add): void {
  const names = nameList(attribute(content, node.dataset, 'axes'));
  for (const [position, name] of names.entries()) add(members.get(name), position);
  const marked = [...members.values()]
    .filter((axis) => axis !== node && isLine(axis))
    .map((axis) => ({ axis, dimension: Number(attribute(content, axis.dataset, 'axis') ?? 0) }))
    .filter(({ dimension }) => Number.isInteger(dimension) && dimension >= 1);
  const rank = ({ axis }: { axis: DatasetNode }) => Number(attribute(content, axis.dataset, 'primary') ?? 9);
  for (const { axis, dimension } of marked.sort((a, b) => rank(a) - rank(b))) {
    // programs that count from the fastest dimension are known by the lengths
    const byLength = longestOf(node.shape ?? [], axis.count);
    add(axis, fits(axis, node.shape?.[dimension - 1]) ? dimension - 1 : byLength);
  }
}

function nameList(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.replaceAll(/[[\]]/g, '').split(/[:,]\s*/) : [];
}

/** HDF5 Dimension Scales: `DIMENSION_LIST` holds references, which the library follows. */
function attachedScales(content: Content, tree: Tree, node: DatasetNode): readonly (DatasetNode | undefined)[] {
  if (!content.mounted.canReadTexts || !attributeNames(content, node.dataset).includes('DIMENSION_LIST')) return [];
  return (node.shape ?? []).map((_, dimension) => {
    const [path] = node.dataset.get_attached_scales(dimension) ?? [];
    const scale = path === undefined ? undefined : tree.at(path);
    return scale && isBareDimension(content, scale) ? undefined : scale;
  });
}

/** netCDF writes a scale without values for a dimension that has none, and says so in its name. */
export function isBareDimension(content: Content, { dataset }: DatasetNode): boolean {
  return textAttribute(content, dataset, 'NAME')?.startsWith('This is a netCDF dimension but not') ?? false;
}

/** By its name and unit. */
export function isTime(content: Content, name: string, { dataset }: DatasetNode): boolean {
  return timeNameOf(name, unitOf(content, dataset)) !== undefined;
}

/** Real numbers in one dimension; others of one element may be there, as MATLAB writes them. */
export function isLine({ shape, count, type }: DatasetNode): boolean {
  const dtype = itemDtype(type);
  return !!shape && count > 1 && Math.max(...shape) === count && dtype.type === 'scalar' && 'iuf'.includes(dtype.kind);
}

/** The edges of bins are one more. */
function fits(axis: DatasetNode, size: number | undefined): boolean {
  return size !== undefined && size > 0 && (axis.count === size || axis.count === size + 1);
}

function longestOf(shape: readonly number[], count: number): number | undefined {
  const dimension = shape.indexOf(count);
  return dimension >= 0 ? dimension : shape.indexOf(count - 1) >= 0 ? shape.indexOf(count - 1) : undefined;
}

/** True when a NeXus group or the dataset itself says that it is what to plot. */
export function isSignal(content: Content, node: DatasetNode): boolean {
  const own = attribute(content, node.dataset, 'signal');
  if (own === 1 || own === '1') return true;
  return node.groups.some(({ group, members }) => {
    const names = [attribute(content, group, 'signal'), attribute(content, group, 'auxiliary_signals')].flat();
    return names.some((name) => typeof name === 'string' && members.get(name) === node);
  });
}
