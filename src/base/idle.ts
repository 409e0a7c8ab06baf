// Work that can wait until the page has nothing else to do.

/** Page only. Runs it when the page is idle, or after `limitMs` in one that never is. */
export function whenIdle(run: () => void, limitMs: number): void {
  // Safari has no such call
  if (window.requestIdleCallback) window.requestIdleCallback(run, { timeout: limitMs });
  else setTimeout(run, limitMs);
}
