// Places buffers and workers of a setup in columns along the flow of data: what comes from a node stands to its right.
// Shared by the picture in a run directory and the live graph on the screen.

import type { Setup } from '../setup/setup.ts';

export interface GraphNode {
  readonly id: string;
  readonly kind: 'buffer' | 'worker';
  readonly name: string;
  readonly isRoot: boolean;
  /** Column from the left and place in it from the top, from 0. */
  readonly column: number;
  readonly row: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'flow' | 'observe';
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly columnCount: number;
  readonly rowCount: number;
}

/** Lays a setup out. Cycles are cut: a node keeps the column of its first visit. */
export function layoutGraph(setup: Setup): Graph {
  const edges: GraphEdge[] = setup.workers.flatMap((worker) => [
    ...worker.sources.map((name): GraphEdge => ({ from: bufferId(name), to: workerId(worker.name), kind: 'flow' })),
    ...worker.sinks.map((name): GraphEdge => ({ from: workerId(worker.name), to: bufferId(name), kind: 'flow' })),
    ...worker.observes.map((name): GraphEdge => ({ from: bufferId(name), to: workerId(worker.name), kind: 'observe' })),
  ]);
  const columns = new Map<string, number>();
  const visit = (id: string, column: number, path: ReadonlySet<string>): void => {
    if (path.has(id) || (columns.get(id) ?? -1) >= column) return;
    columns.set(id, column);
    const onPath = new Set(path).add(id);
    for (const edge of edges) if (edge.from === id) visit(edge.to, column + 1, onPath);
  };
  const isFed = new Set(edges.map(({ to }) => to));
  const all = [
    ...setup.workers.map(({ name }) => ({ id: workerId(name), kind: 'worker' as const, name, isRoot: false })),
    ...setup.buffers.map(({ name }) => ({
      id: bufferId(name),
      kind: 'buffer' as const,
      name,
      isRoot: setup.rootBuffers.includes(name),
    })),
  ];
  for (const { id } of all) if (!isFed.has(id)) visit(id, 0, new Set());
  for (const { id } of all) if (!columns.has(id)) visit(id, 0, new Set());
  const filled = new Map<number, number>();
  const nodes = all.map((node): GraphNode => {
    const column = columns.get(node.id)!;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { ...node, column, row };
  });
  return {
    nodes,
    edges,
    columnCount: Math.max(0, ...columns.values()) + 1,
    rowCount: Math.max(1, ...filled.values()),
  };
}

function bufferId(name: string): string {
  return `buffer:${name}`;
}

function workerId(name: string): string {
  return `worker:${name}`;
}
