// In the virtual machine: connects the Joulescopes that hang on its USB bus one after the other, streams and stops; then
// plays the golden cases.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../run.mjs';
import { beginCase, differences, readChannels } from './guest-golden.mjs';
import { closeFirst, connect, LIMIT_MS, say, until } from './guest-page.mjs';

const UNITS = [
  { label: 'Joulescope JS110 001636', serialNumber: '001636' },
  { label: 'Joulescope JS220 002122', serialNumber: '002122' },
];
const GOLDEN_LABEL = 'Joulescope JS220 000000';
/** The golden frames are there when nothing more has come for so long. */
const QUIET_MS = 6000;
/** 4000 packets. No test of speed: what an emulated processor cannot take is lost in the instrument, and counted. */
const ENOUGH_SAMPLES = 500_000;

/** True when all of them did what they have to. */
export async function tryJoulescopes(page) {
  let isGood = true;
  for (const unit of UNITS) isGood = (await tryUnit(page, unit)) && isGood;
  const steps = JSON.parse(await readFile(join(ROOT, 'build', 'usb', 'golden-steps.json'), 'utf8'));
  for (const step of steps) isGood = (await tryGolden(page, step)) && isGood;
  return isGood;
}

/** True when the first instrument stopped and closed. */
async function stopAndClose(page) {
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    void instruments.stop(instruments.connected.value[0]);
  });
  const stopped = await until(page, 'stopped', (now) => now.state === 'idle');
  const isClosed = await closeFirst(page);
  return stopped.state === 'idle' && isClosed;
}

/** True when the unit streamed enough, stopped and closed. */
async function tryUnit(page, { label, serialNumber }) {
  await connect(page, label);
  await page.evaluate(() => {
    const { instruments } = document.querySelector('lab-app').app;
    // Not awaited: what happens is seen in the status.
    void instruments.start(instruments.connected.value[0]);
  });
  const streaming = await until(
    page,
    'streaming',
    (now) => now.state === 'streaming' && now.health.receivedSampleCount >= ENOUGH_SAMPLES,
  );
  const isClosed = await stopAndClose(page);
  return (
    isClosed &&
    streaming.state === 'streaming' &&
    streaming.identity.serialNumber === serialNumber &&
    streaming.health.receivedSampleCount >= ENOUGH_SAMPLES &&
    streaming.health.badPacketCount === 0
  );
}

/** The live channels once something is in them and nothing more comes, or at the limit. */
async function quietChannels(page) {
  const untilMs = Date.now() + LIMIT_MS;
  for (let before = 0; ; ) {
    await page.waitForTimeout(QUIET_MS);
    const channels = await readChannels(page);
    const count = channels.signals.reduce((sum, { values }) => sum + values.length, 0);
    if ((count > 0 && count === before) || Date.now() > untilMs) return channels;
    before = count;
  }
}

/** True when the page has of a golden case what the reference has. */
async function tryGolden(page, step) {
  await connect(page, GOLDEN_LABEL);
  await beginCase(page, step);
  const channels = await quietChannels(page);
  const wrong = differences(step, channels);
  say(`${step.name}: ${wrong.length === 0 ? 'as the reference has it' : wrong.join('; ')}`);
  return (await stopAndClose(page)) && wrong.length === 0;
}
