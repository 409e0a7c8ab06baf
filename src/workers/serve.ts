// What every worker does first: it lets the page know how long its thread runs (worker-life.ts), and, if it answers
// calls, serves them. Dedicated workers only.

import { uniqueId } from '../base/unique-id.ts';
import { expose, installRpc } from './rpc.ts';
import type { LifeMessage } from './worker-life.ts';

/** The part of a dedicated worker's global scope that is needed here. */
export interface WorkerScope {
  postMessage(message: LifeMessage): void;
  addEventListener(type: 'unhandledrejection', listener: (event: PromiseRejectionEvent) => void): void;
}

/** Says that the worker takes messages, and holds a lock for as long as its thread runs. Call it when that is so. */
export function announceLife(scope: WorkerScope): void {
  // A rejection that nobody handles is an uncaught error like any other: the page hears of it.
  scope.addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    reportError(event.reason);
  });
  // Not every context has locks; their type says otherwise.
  if (!('locks' in navigator)) {
    scope.postMessage({ lifeLock: '', seenLocks: [] });
    return;
  }
  const lifeLock = `pulsebench-worker-${uniqueId()}`;
  void navigator.locks.request(lifeLock, async () => {
    const { held = [] } = await navigator.locks.query();
    scope.postMessage({ lifeLock, seenLocks: held.flatMap(({ name }) => name ?? []) });
    return new Promise<never>(() => undefined);
  });
}

/** Answers the page's calls with `api`. */
export function serve(scope: WorkerScope, api: object): void {
  installRpc();
  expose(api);
  announceLife(scope);
}
