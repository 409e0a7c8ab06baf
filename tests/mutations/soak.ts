// The long run of `npm run soak files`: so many changed files of each kind, each opened and read whole. A fault is an
// error without words, a file that takes more than two seconds, or memory far beyond the file's size.

import { Worker } from 'node:worker_threads';
import { mutationCases } from './cases.ts';
import type { MutationMessage, MutationTask } from './worker.ts';

const LIMIT_MS = 2000;
/**
 * Kinds that are read by a library with a memory of its own, which a damaged file may upset: so many for one start of it,
 * and what ends badly there is tried again alone, as the product opens it.
 */
const LIBRARY_KIND = 'HDF5';
const LIBRARY_BATCH = 200;
/** Faults of a kind that are told one by one. */
const TOLD_MAX = 5;

export interface MutationSoak {
  readonly module: WebAssembly.Module;
  /** Of tests/mutations/worker.ts, bundled. */
  readonly workerUrl: URL;
  readonly countPerKind: number;
  /** A kind's name or a part of it; all when left out. */
  readonly only?: string;
  /** Where a long run is done in pieces: how many were done before. */
  readonly firstSeed?: number;
  say(line: string): void;
}

/** Number of faults; a kind that there is not is one. */
export async function soakFiles({
  module,
  workerUrl,
  countPerKind,
  only = '',
  firstSeed: begin = 0,
  say,
}: MutationSoak): Promise<number> {
  let faultCount = 0;
  const cases = await mutationCases(module);
  const exact = cases.filter(({ name }) => name === only);
  const chosen = exact.length > 0 ? exact : cases.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) {
    say(`there is no kind "${only}", but: ${cases.map(({ name }) => name).join(', ')}`);
    return 1;
  }
  const endSeed = begin + countPerKind;
  for (const { name } of chosen) {
    const startMs = performance.now();
    const isOfLibrary = name.startsWith(LIBRARY_KIND);
    const faults: string[] = [];
    let slowestMs = 0;
    let next = begin;
    while (next < endSeed) {
      const batchEnd = isOfLibrary ? Math.min(endSeed, next + LIBRARY_BATCH) : endSeed;
      const found: { readonly seed: number; readonly what: string }[] = [];
      const note = (seed: number, what: string) => found.push({ seed, what });
      const end = await playUntilHang(workerUrl, { module, name, firstSeed: next, endSeed: batchEnd }, note);
      slowestMs = Math.max(slowestMs, end.slowestMs);
      const [first] = found;
      next = isOfLibrary && first ? first.seed + 1 : end.nextSeed;
      if (isOfLibrary && first) {
        found.length = 0;
        await playUntilHang(workerUrl, { module, name, firstSeed: first.seed, endSeed: first.seed + 1 }, note);
      }
      faults.push(...found.map(({ seed, what }) => `seed ${seed}: ${what}`));
    }
    const seconds = (performance.now() - startMs) / 1000;
    say(
      `${name}: ${countPerKind} files in ${seconds.toFixed(0)} s, slowest ${slowestMs.toFixed(0)} ms, ${faults.length} faults`,
    );
    for (const fault of faults.slice(0, TOLD_MAX)) say(`  ${fault}`);
    faultCount += faults.length;
  }
  return faultCount;
}

interface End {
  readonly nextSeed: number;
  readonly slowestMs: number;
}

/** Ends when all are done, or with the first that takes too long. */
function playUntilHang(url: URL, task: MutationTask, onFault: (seed: number, what: string) => void): Promise<End> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { workerData: task });
    let seed = task.firstSeed;
    let beganMs = Number.POSITIVE_INFINITY;
    let slowestMs = 0;
    const settle = (nextSeed: number): void => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve({ nextSeed, slowestMs }));
    };
    const watch = setInterval(() => {
      if (performance.now() - beganMs < LIMIT_MS) return;
      onFault(seed, `not done after ${LIMIT_MS / 1000} s`);
      settle(seed + 1);
    }, 100);
    worker.on('message', (message: MutationMessage) => {
      const now = performance.now();
      if (Number.isFinite(beganMs) && message.type !== 'fault') slowestMs = Math.max(slowestMs, now - beganMs);
      if (message.type === 'fault') onFault(message.seed, message.what);
      else if (message.type === 'end') settle(message.nextSeed);
      else {
        seed = message.seed;
        beganMs = now;
      }
    });
    worker.on('error', reject);
  });
}
