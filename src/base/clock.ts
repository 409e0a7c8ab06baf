// Time as a constructor argument: drivers, simulators and recorders take a Clock, tests hand in a manual one.

/** Any thread. */
export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  nowMs(): number;
  /** Milliseconds since the Unix epoch; jumps when the computer's clock is set. */
  unixMs(): number;
  /** Calls once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The clock of the running program. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  unixMs: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of `clock`; rejects with the signal's reason when that is aborted before. */
export function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal!.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A timer that fires later than this was held up together with its thread. */
const HELD_UP_MS = 20;
/** A thread that is held up all the time gets its time no more often than this. */
const MAX_EXTENSIONS = 4;

/**
 * Calls once when `delayMs` have passed in which the thread could look at what came: after it was held up it gets the
 * time again, within a bound. For limits on answers. The returned function cancels it.
 */
export function afterAwake(clock: Clock, delayMs: number, callback: () => void): () => void {
  let extensionCount = 0;
  let cancel: () => void;
  const arm = () => {
    const dueMs = clock.nowMs() + delayMs;
    cancel = clock.after(delayMs, () => {
      const isHeldUp = clock.nowMs() - dueMs >= HELD_UP_MS;
      if (isHeldUp && extensionCount++ < MAX_EXTENSIONS) arm();
      else callback();
    });
  };
  arm();
  return () => cancel();
}
