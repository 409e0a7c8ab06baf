// Progress on a terminal for anything that takes longer than a second.

/** A function to call with done and total; it draws on standard error if that is a terminal. */
export function terminalProgress(what: string): { report: (done: number, total: number) => void; end: () => void } {
  const startedMs = Date.now();
  let shownMs = 0;
  return {
    report: (done, total) => {
      const nowMs = Date.now();
      if (!process.stderr.isTTY || nowMs - startedMs < 1000 || nowMs - shownMs < 200) return;
      shownMs = nowMs;
      process.stderr.write(`\r${what}: ${Math.floor((100 * done) / Math.max(1, total))} %`);
    },
    end: () => {
      if (shownMs > 0) process.stderr.write('\r\x1b[K');
    },
  };
}
