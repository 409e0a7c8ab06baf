// Whether events can flow through a setup to its end: what would wait for ever is said before it does.

import type { WorkerSetup } from './setup.ts';

export interface FlowProblem {
  readonly severity: 'error' | 'warning';
  readonly path: readonly string[];
  readonly message: string;
}

export function findFlowProblems(bufferNames: readonly string[], workers: readonly WorkerSetup[]): FlowProblem[] {
  const working = workers.filter(({ processCount }) => processCount > 0);
  const problems: FlowProblem[] = [];
  for (const name of bufferNames) {
    const isWritten = working.some(({ sinks }) => sinks.includes(name));
    const isRead = working.some(({ sources }) => sources.includes(name));
    const loop = findLoop(name, working);
    const warn = (message: string) => problems.push({ severity: 'warning', path: ['Buffers', name], message });
    if (isWritten && !isRead) warn(`Nothing reads ${name}: when its slots are full, what writes it waits.`);
    if (isRead && !isWritten) warn(`Nothing writes ${name}: what reads it ends at once.`);
    if (loop && loop.toSorted()[0] === name) {
      const message = `${[...loop, name].join(' → ')} is a loop: each waits for the other to end, so the run never would.`;
      problems.push({ severity: 'error', path: ['Buffers', name], message });
    }
  }
  return problems;
}

/** Buffers on the way from `start` back to it. */
function findLoop(start: string, workers: readonly WorkerSetup[]): readonly string[] | undefined {
  const seen = new Set<string>();
  const visit = (name: string, way: readonly string[]): readonly string[] | undefined => {
    for (const sink of workers.filter(({ sources }) => sources.includes(name)).flatMap(({ sinks }) => sinks)) {
      if (sink === start) return way;
      if (seen.has(sink)) continue;
      seen.add(sink);
      const found = visit(sink, [...way, sink]);
      if (found) return found;
    }
    return undefined;
  };
  return visit(start, [start]);
}
