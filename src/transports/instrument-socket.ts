// A WebSocket that an instrument has itself: bytes as over TCP. Text that comes is a whole answer, with or without a line
// end. The page's policy reaches those addresses only that were named when it was built or started (docs/security.md).

import { delay, systemClock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { BytePort } from './byte-port.ts';
import { openWebSocketPort } from './websocket-port.ts';

/** Rejects with `device/denied` where the page may not connect to it, or `device/lost` when nobody answers. */
export async function openInstrumentSocket(url: string): Promise<BytePort> {
  let isForbidden = false;
  const onViolation = ({ effectiveDirective }: SecurityPolicyViolationEvent) => {
    isForbidden ||= effectiveDirective === 'connect-src';
  };
  globalThis.addEventListener('securitypolicyviolation', onViolation as EventListener);
  try {
    return await openWebSocketPort({
      url,
      label: url,
      refusedAdvice: `Nobody answers at ${url}. Look whether the instrument is on and reached from here, and try again.`,
    });
  } catch (thrown) {
    const error = toError(thrown);
    // the event may come right behind the failure
    if (!isForbidden) await delay(systemClock, 0);
    if (isForbidden) throw new LabError('device/denied', forbiddenText(url), { cause: error });
    if (error.name === 'SecurityError') throw new LabError('device/denied', insecureText(url), { cause: error });
    throw error;
  } finally {
    globalThis.removeEventListener('securitypolicyviolation', onViolation as EventListener);
  }
}

function forbiddenText(url: string): string {
  const { protocol, host } = new URL(url);
  return `This page was served with a policy that does not let it connect to ${url}: it reaches only addresses that were named when it was started. Start it with "npm start -- --connect ${protocol}//${host}", or build it so for its host (npm run build), and connect again.`;
}

function insecureText(url: string): string {
  return `A page over https: may not connect to ${url}, which is not encrypted. Use wss:, or start the page on this computer with "npm start".`;
}
