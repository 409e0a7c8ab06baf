// All datasets and groups of a file, each once: NeXus files give the same dataset several names. Walked here and not by the
// library, which goes round and round when a group of a damaged file contains itself.

import { toError } from '../../base/errors.ts';
import { attribute, type Content, type Dataset, type Group, textAttribute } from './content.ts';
import type { TypeMetadata } from './library.ts';

/** Groups and datasets that are looked at, at most, and groups inside of each other. */
const MAX_OBJECTS = 16_384;
const MAX_DEPTH = 32;
/** Cells of one array that are looked at. */
const MAX_CELLS = 256;
/** Links without a target that are named. */
const TOLD_MAX = 8;
/** Where MATLAB keeps the contents of cells and of objects of its own: nobody put them there. */
const HIDDEN_GROUPS: readonly string[] = ['/#refs#', '/#subsystem#', '/_refs_'];

export interface DatasetNode {
  /** In a group that is to be plotted, if it has a name there; else where it was found first. What people call it. */
  readonly path: string;
  /** All groups that it is in, those to be plotted first. */
  readonly groups: readonly GroupNode[];
  readonly dataset: Dataset;
  readonly type: TypeMetadata;
  /** Undefined when it holds nothing (H5S_NULL). */
  readonly shape: readonly number[] | undefined;
  readonly count: number;
}

export interface GroupNode {
  readonly path: string;
  readonly group: Group;
  /** Of NeXus, such as `NXdata`; empty otherwise. */
  readonly nxClass: string;
  readonly parent: GroupNode | undefined;
  /** True in another file. */
  readonly isOutside: boolean;
  /** Datasets by their name in this group. */
  readonly members: Map<string, DatasetNode>;
}

export interface Tree {
  /** The dataset that a path leads to, whichever of its names that is. */
  at(path: string): DatasetNode | undefined;
  /** Names of other files that links and virtual datasets point to. */
  readonly otherFiles: readonly string[];
  readonly datasets: readonly DatasetNode[];
  /** Parents before children; the first is the file itself. */
  readonly groups: readonly GroupNode[];
}

/** Tells of what is damaged, of links that lead nowhere and of objects beyond the limit. */
export function walkTree(content: Content): Tree {
  const { hdf5, file, diagnostics } = content;
  const groups: GroupNode[] = [];
  const found = new Map<string, DatasetNode & { path: string; groups: GroupNode[] }>();
  const seenGroups = new Set<string>();
  const missing: string[] = [];
  const otherFiles = new Set<string>();
  let left = MAX_OBJECTS;
  function readable<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      const message = `"${path}" is damaged and left out: ${toError(thrown).message}`;
      diagnostics.push({ severity: 'warning', code: 'hdf5/damaged', message });
      return undefined;
    }
  }
  /** Addresses are those of this file: what lies in others is known by its path. */
  function keyOf(path: string, parent: GroupNode | undefined): string {
    const isLink = () => hdf5.module.get_external_link(file.file_id, path).filename !== undefined;
    const isOutside = content.neighbours.size > 0 && parent && (parent.isOutside || isLink());
    return isOutside ? path : addressOf(content, path);
  }
  function addDataset(dataset: Dataset, path: string, name: string, parent: GroupNode, depth: number): void {
    const key = keyOf(dataset.path, parent);
    const known = found.get(key);
    if (known) {
      parent.members.set(name, known);
      if (parent.nxClass === 'NXdata' && known.groups[0]!.nxClass !== 'NXdata') {
        known.path = path;
        known.groups.unshift(parent);
      } else {
        known.groups.push(parent);
      }
      return;
    }
    const type = readable(dataset.path, () => dataset.metadata);
    if (!type) return;
    for (const { file_name: other } of type.virtual_sources ?? []) if (other !== '.') otherFiles.add(other);
    if (type.ref_type === 'object' && readable(path, () => addCells(dataset, path, name, parent, depth))) return;
    const node = {
      path,
      groups: [parent],
      dataset,
      type,
      shape: type.shape ?? undefined,
      count: type.shape ? type.total_size : 0,
    };
    found.set(key, node);
    parent.members.set(name, node);
  }
  /** MATLAB's cells, and fields of arrays of structs, are references to what they hold. False when it is none of these. */
  function addCells(dataset: Dataset, path: string, name: string, parent: GroupNode, depth: number): boolean {
    const isCell = attribute(content, dataset, 'MATLAB_class') === 'cell';
    const isField = attribute(content, parent.group, 'MATLAB_class') === 'struct';
    const count = dataset.metadata.total_size;
    if ((!isCell && !isField) || count > MAX_CELLS) return false;
    const references = [dataset.value].flat() as readonly { readonly ref_data: Uint8Array }[];
    for (const [index, { ref_data: reference }] of references.entries()) {
      const target = hdf5.module.get_referenced_name(file.file_id, reference, true);
      add(file.get(target), `${path}{${index + 1}}`, `${name}{${index + 1}}`, parent, depth);
    }
    return true;
  }
  function add(child: ReturnType<Group['get']>, path: string, name: string, parent: GroupNode, depth: number): void {
    if (left-- <= 0) return;
    if (child instanceof hdf5.Dataset) addDataset(child, path, name, parent, depth);
    else if (child instanceof hdf5.Group && depth < MAX_DEPTH) visit(child, path, parent, depth + 1);
    else if (child && 'filename' in child) {
      missing.push(`"${path}" (in ${child.filename})`);
      otherFiles.add(child.filename);
    } else if (child && 'target' in child) missing.push(`"${path}" (to ${child.target})`);
  }
  function visit(group: Group, groupPath: string, parent: GroupNode | undefined, depth: number): void {
    const key = keyOf(group.path, parent);
    if (seenGroups.has(key)) return;
    seenGroups.add(key);
    const isOutside = key === group.path;
    const nxClass = readable(groupPath, () => textAttribute(content, group, 'NX_class')) ?? '';
    const node: GroupNode = { path: groupPath, group, nxClass, parent, isOutside, members: new Map() };
    groups.push(node);
    if (readable(groupPath, () => attribute(content, group, 'MATLAB_sparse')) !== undefined) {
      const message = `"${groupPath}" is a sparse matrix, which is not shown. Save full(x) in MATLAB to see it.`;
      diagnostics.push({ severity: 'warning', code: 'hdf5/no-signal', message });
      return;
    }
    for (const name of readable(groupPath, () => group.keys()) ?? []) {
      const path = `${groupPath === '/' ? '' : groupPath}/${name}`;
      if (left <= 0) return;
      if (!HIDDEN_GROUPS.includes(path)) add(readable(path, () => group.get(name)) ?? null, path, name, node, depth);
    }
  }
  visit(file, '/', undefined, 0);
  if (missing.length > 0) {
    const more = missing.length > TOLD_MAX ? ` and ${missing.length - TOLD_MAX} more` : '';
    const message = `Links lead to what is not here: ${missing.slice(0, TOLD_MAX).join(', ')}${more}.`;
    diagnostics.push({ severity: 'warning', code: 'hdf5/missing-link', message });
  }
  if (left <= 0) {
    const message = `The file has more than ${MAX_OBJECTS} objects: what comes after them is not looked at.`;
    diagnostics.push({ severity: 'warning', code: 'hdf5/many-objects', message });
  }
  const at = (path: string) => found.get(addressOf(content, path)) ?? found.get(path);
  return { datasets: [...found.values()], groups, otherFiles: [...otherFiles], at };
}

/** The same for all names of an object. */
function addressOf({ hdf5, file }: Content, path: string): string {
  try {
    return hdf5.module.create_object_reference(file.file_id, path).join();
  } catch {
    return path;
  }
}
