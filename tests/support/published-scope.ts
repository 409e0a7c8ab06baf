// The simulated oscilloscope of the built page, published by the user's hand, with a sine at its first input.

import type { Locator, Page } from 'playwright-core';
import { connect } from './live-page.ts';

/** What the user calls it: the names of its variables begin so. */
export const PUBLISHED_AS = 'OSZI:sim';
export const SCOPE = 'sim-scpi:scope-rigol';
/** At the scope's first input. */
const GENERATOR = 'sim-scpi:generator-rigol';
const SOON = { timeout: 30_000 };

/** Resolves with the card of the Instruments view when the bridge serves it; nobody may write yet. */
export async function publishScope(page: Page): Promise<Locator> {
  await connect(page, GENERATOR);
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app')!.app;
    return instruments.set(instruments.connected.value[0]!, 'CH1.output', true);
  });
  await connect(page, SCOPE);
  await page.goto(new URL('#/instruments', page.url()).href);
  const card = page.locator('lab-publish-card');
  const [prefix, name] = PUBLISHED_AS.split(':') as [string, string];
  await card.getByLabel('Prefix').fill(`${prefix}:`);
  await card.getByLabel('Name').fill(name);
  await card.getByRole('button', { name: 'Publish', exact: true }).click();
  await card.getByText('Published as').waitFor(SOON);
  return card;
}
