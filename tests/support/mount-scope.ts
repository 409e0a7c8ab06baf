// The page with the scope view over an instrument whose records a test brings, in a browser test.

import type { FakeInstrument } from './fake-instruments.ts';
import { FakeTraces, makeScope, SCOPE_CHOICE } from './fake-traces.ts';
import { deepAll, type MountedApp, mountApp, settle } from './mount-app.ts';

export interface Shown extends MountedApp {
  readonly scope: FakeInstrument;
  readonly traces: FakeTraces;
}

export async function showScope(traces = new FakeTraces()): Promise<Shown> {
  const mounted = await mountApp();
  mounted.app.navigation.show('scope');
  await mounted.app.instruments.connect(SCOPE_CHOICE);
  const [scope] = mounted.ports.instruments.opened;
  makeScope(scope!, traces);
  await settle();
  return { ...mounted, scope: scope!, traces };
}

/** What the elements say, with single spaces. */
export const text = (selector: string): string =>
  deepAll(selector)
    .map((element) => (element.shadowRoot ?? element).textContent ?? '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Figures are written a few times a second. */
export async function figuresWritten(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await settle();
}
