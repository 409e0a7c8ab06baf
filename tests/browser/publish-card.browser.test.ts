// The card that publishes an instrument to a laboratory, over an instrument that is a fake.

import axe from 'axe-core';
import { afterEach, expect, it, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Publication } from '../../src/model/publication.ts';
import { pageTheme } from '../../src/ui/theme/theme.ts';
import { SIM_CHOICE } from '../support/fake-instruments.ts';
import { control, deepAll, mountApp, settle, unmountApps } from '../support/mount-app.ts';

afterEach(() => {
  unmountApps();
  pageTheme().choose('dark');
});

const PUBLICATION: Publication = {
  plan: { prefix: 'OSZI', name: 'sim', writableIds: ['arm'] },
  state: 'served',
  problem: undefined,
  variables: [
    { id: 'state', name: 'OSZI:sim:state', label: 'State', canBeWritable: false, refusal: undefined },
    { id: 'arm', name: 'OSZI:sim:arm', label: 'Arms the trigger', canBeWritable: true, refusal: undefined },
    { id: 'run', name: 'OSZI:sim:run', label: 'Acquisition', canBeWritable: true, refusal: undefined },
    { id: 'ch1:signal', name: 'OSZI:sim:ch1:signal', label: 'ch1', canBeWritable: false, refusal: 'It is too long.' },
  ],
  writes: [
    { number: 1, unixMs: 0, name: 'OSZI:sim:arm', value: '1', from: 'ana at 127.0.0.1:4000', refusal: undefined },
    { number: 2, unixMs: 0, name: 'OSZI:sim:run', value: '9', from: 'ana at 127.0.0.1:4000', refusal: 'Not allowed.' },
  ],
  passedOverCount: 3,
};

async function mountCard() {
  const mounted = await mountApp();
  await mounted.app.instruments.connect(SIM_CHOICE);
  mounted.app.navigation.show('instruments');
  await settle();
  const fake = mounted.ports.instruments.opened[0]!;
  const report = async (publication: Publication | undefined) => {
    fake.report({ publication });
    await settle();
  };
  return { ...mounted, fake, report };
}

const card = () => deepAll('lab-publish-card')[0]!;
const said = () => (card().shadowRoot!.textContent ?? '').replace(/\s+/g, ' ');

it('offers a prefix that is kept and a name, and publishes with nothing to be written', async () => {
  const { fake, app } = await mountCard();
  expect((control('input[name="name"]', '') as HTMLInputElement).value).toBe('JS110_001636');
  await userEvent.fill(control('input[name="prefix"]', ''), 'LAB:');
  await userEvent.fill(control('input[name="name"]', ''), 'meter');
  await userEvent.click(control('button', 'Publish'));
  await settle();
  expect(fake.calls.at(-1)).toBe('publish LAB::meter ');
  expect(app.settings.get('epics.prefix')).toBe('LAB:');
});

it('shows what is served and what was written, and allows variable by variable', async () => {
  const { fake, report } = await mountCard();
  await report(PUBLICATION);
  expect(said()).toContain('Published as OSZI:sim.');
  expect(said()).toContain('Not served. It is too long.');
  expect(said()).toContain('OSZI:sim:run = 9 ana at 127.0.0.1:4000 Refused. Not allowed.');
  expect(said()).toContain('too slow for: 3.');
  expect((control('input', 'Others may write OSZI:sim:arm') as HTMLInputElement).checked).toBe(true);
  await userEvent.click(control('input', 'Others may write OSZI:sim:run'));
  expect(fake.calls.at(-1)).toBe('publish OSZI:sim arm run');
  await userEvent.click(control('input', 'Others may write OSZI:sim:arm'));
  expect(fake.calls.at(-1)).toBe('publish OSZI:sim ');
  await userEvent.click(control('button', 'Stop publishing'));
  expect(fake.calls.at(-1)).toBe('publish undefined');
});

it('says why it is not published', async () => {
  const { report } = await mountCard();
  await report({ ...PUBLICATION, state: 'away', problem: 'The bridge does not answer.' });
  expect(said()).toContain('Not published; it is tried again. The bridge does not answer.');
});

test.each(['dark', 'light', 'high-contrast'] as const)('axe finds nothing in %s, wide and narrow', async (theme) => {
  pageTheme().choose(theme);
  const { report } = await mountCard();
  const violations = async () => {
    const result = await axe.run(card(), { rules: { region: { enabled: false } } });
    return result.violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
  };
  expect(await violations()).toEqual([]);
  await report(PUBLICATION);
  expect(await violations()).toEqual([]);
  await page.viewport(390, 800);
  await settle();
  expect(await violations()).toEqual([]);
  expect(card().getBoundingClientRect().right).toBeLessThanOrEqual(390);
});
