// Which datasets of a file can be opened, which of many are opened first, and what is said of each.

import { sampleColumns } from '../numpy/columns.ts';
import { unitSymbol } from '../units.ts';
import { isBareDimension, isSignal } from './axes.ts';
import { type Content, textAttribute, unitOf } from './content.ts';
import { isImages } from './images.ts';
import { hasAnyLength, itemDtype, typeName, typeText } from './item-type.ts';
import { canHold, datasetId } from './sample-axis.ts';
import { isFact } from './scalars.ts';
import type { DatasetNode, GroupNode, Tree } from './tree.ts';

/** Filters of the library (H5Zpublic.h): deflate, shuffle, checksum, szip, nbit, scale-offset. */
const FILTERS_MAX = 6;
/** Filters that others registered with the HDF Group (github.com/HDFGroup/hdf5_plugins, RegisteredFilterPlugins.md). */
const FILTER_NAMES: ReadonlyMap<number, string> = new Map([
  [305, 'LZO'],
  [307, 'bzip2'],
  [32_000, 'LZF'],
  [32_001, 'Blosc'],
  [32_004, 'LZ4'],
  [32_008, 'bitshuffle'],
  [32_013, 'ZFP'],
  [32_015, 'Zstandard'],
  [32_017, 'SZ'],
  [32_026, 'Blosc2'],
]);
/** Datasets of a kind that are named. */
const TOLD_MAX = 8;

/** The datasets whose numbers can be shown. Tells of those that cannot. */
export function arrays(content: Content, tree: Tree): readonly DatasetNode[] {
  const { datasets } = tree;
  const problems = new Map<string, string[]>();
  const note = (problem: string, node: DatasetNode) => {
    const ids = problems.get(problem) ?? [];
    problems.set(problem, ids);
    ids.push(datasetId(node));
  };
  const shown = datasets.filter((node) => {
    const isEmptyPlot = node.count === 0 && !!node.shape && isSignal(content, node);
    if ((isFact(content, node) && !isEmptyPlot) || isBareDimension(content, node)) return false;
    const problem = problemOf(content, tree, node);
    if (problem !== undefined) note(problem, node);
    return problem === undefined;
  });
  for (const [problem, ids] of problems) {
    const more = ids.length > TOLD_MAX ? ` and ${ids.length - TOLD_MAX} more` : '';
    const message = `Left out: "${ids.slice(0, TOLD_MAX).join('", "')}"${more}: ${problem}`;
    const isDamaged = problem.startsWith('claims');
    content.diagnostics.push({ severity: 'warning', code: isDamaged ? 'hdf5/damaged' : 'hdf5/no-signal', message });
  }
  if (shown.length > 0) return shown;
  // a plot of one point is a plot
  return datasets.filter(
    (node) => node.count === 1 && isSignal(content, node) && problemOf(content, tree, node) === undefined,
  );
}

function problemOf(content: Content, tree: Tree, node: DatasetNode): string | undefined {
  const { type, dataset } = node;
  if (hasAnyLength(type) && !content.mounted.canReadTexts) return 'it holds texts, and those of this file are damaged.';
  if (sampleColumns(itemDtype(type), '').columns.length === 0) {
    return `${typeName(type)} are not shown. Save it as plain numbers.`;
  }
  const elsewhere = type.virtual_sources?.find(({ file_name, dset_name }) =>
    file_name === '.' ? !tree.at(dset_name) : !content.neighbours.get(file_name)?.get(dset_name),
  );
  if (elsewhere) {
    const { file_name, dset_name } = elsewhere;
    const place = file_name === '.' ? dset_name : file_name;
    return `its samples lie elsewhere (${place}), which is not here. Open the file that holds them, or both together.`;
  }
  const filter = dataset.filters.find(({ id }) => id > FILTERS_MAX);
  if (filter) {
    const name = FILTER_NAMES.get(filter.id) ?? (filter.name || `filter ${filter.id}`);
    return `it is packed with ${name}, which is not read here. Repack it: h5repack -f GZIP=4 IN OUT.`;
  }
  if (!canHold(content, node)) return `claims ${node.count} items, more than this file can hold.`;
  if (isImages(content, tree, node)) return 'images are not shown. Save a line or the sum of each as a series.';
  return undefined;
}

/** What NeXus wants to be plotted; else the first group with something marked to be plotted, else the first with arrays. */
export function defaultParts(content: Content, { groups }: Tree, all: readonly DatasetNode[]): readonly DatasetNode[] {
  const inGroup = (group: GroupNode) => all.filter((node) => node.groups.includes(group));
  let group: GroupNode | undefined = groups[0];
  for (let next = group; next; ) {
    const name = textAttribute(content, next.group, 'default');
    const path: string | undefined = name === undefined ? undefined : `${next.path === '/' ? '' : next.path}/${name}`;
    group = next;
    next = groups.find((it) => it.path === path && it !== group);
  }
  const plotted = group && group !== groups[0] ? inGroup(group) : [];
  if (plotted.length > 0) return plotted;
  const marked = groups.find((it) => inGroup(it).some((node) => isSignal(content, node)));
  return inGroup(marked ?? all[0]!.groups[0]!);
}

/** Such as `1000 × 3 float64, V`. */
export function partDetail(content: Content, node: DatasetNode): string {
  const unit = unitSymbol(unitOf(content, node.dataset));
  return `${(node.shape ?? []).join(' × ')} ${typeText(node.type)}${unit === '' ? '' : `, ${unit}`}`;
}
