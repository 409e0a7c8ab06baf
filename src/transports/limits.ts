// Waiting for what an instrument does, with a time limit and a way to stop waiting.

import { afterAwake, type Clock } from '../base/clock.ts';
import { cancelled, LabError, toError } from '../base/errors.ts';
import type { ExchangeLimits } from './message-link.ts';

export interface WaitLimits extends Pick<ExchangeLimits, 'signal'> {
  /** Left out: as long as it takes. */
  readonly timeoutMs?: number | undefined;
}

/**
 * Settles as `work` does, or rejects with `device/timeout` or `cancelled` before. What `work` waits for goes on; nobody
 * hears of it any more.
 */
export function within<T>(work: Promise<T>, limits: WaitLimits, clock: Clock, label: string): Promise<T> {
  const { timeoutMs, signal } = limits;
  return new Promise<T>((resolve, reject) => {
    const stopTimer =
      timeoutMs === undefined
        ? () => undefined
        : afterAwake(clock, timeoutMs, () => finish(() => reject(timedOut(label, timeoutMs))));
    const onAbort = () => finish(() => reject(cancelled(`Waiting for ${label}`)));
    const finish = (settle: () => void) => {
      stopTimer();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort);
    work.then(
      (value) => finish(() => resolve(value)),
      (thrown: unknown) => finish(() => reject(toError(thrown))),
    );
  });
}

export function timedOut(label: string, timeoutMs: number): LabError {
  return new LabError(
    'device/timeout',
    `${label} did not answer within ${timeoutMs} ms. What was sent to it may have been carried out all the same: look at the instrument.`,
    { context: { timeoutMs } },
  );
}

/** The other side does not keep to the protocol: what came, in words. */
export function protocolError(label: string, what: string, fault: string): LabError {
  return new LabError(
    'device/protocol',
    `${label}: ${what}. The answer was thrown away; ask again, and reconnect the instrument if that happens often.`,
    { context: { fault } },
  );
}
