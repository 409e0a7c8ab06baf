// A user's module in its box, in the built page: a source in a box into a built-in reader, and the same source into a
// reader in a box, which is one more way through a wall for every event.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from '../scripts/chromium.mjs';
import { ROOT, runBin } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const REPEATS = 3;
const DURATION_S = 2;
const CASES = [
  { what: '26 B slots', slots: 4096, type: 'i2', length: 1, bytes: 26 },
  { what: '16 kB slots', slots: 128, type: 'f4', length: 4000, bytes: 16_024 },
];
const READERS = { builtin: 'function: exporters.drain', module: 'file: module-functions.js, function: look' };

const setup = ({ slots, type, length }, reader) => `
Buffers: {In: {slot_count: ${slots}, data_length: ${length}, data_dtype: {x: ${type}}}}
Workers:
  burst: {file: module-functions.js, function: burst, config: {seconds: ${DURATION_S}}, sinks: [In]}
  read: {${reader}, sources: [In]}
`;

runBin('vite', ['build', '--logLevel', 'warn']);
const app = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });

/** Events per second that `worker` saw. */
async function rateOf(text, worker) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(app.resolvedUrls.local[0]);
  await page.locator('lab-app nav').waitFor();
  await page.evaluate(
    ([yaml, code]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([yaml], 'setup.yaml'));
      transfer.items.add(new File([code], 'module-functions.js'));
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    },
    [text, readFileSync(join(ROOT, 'bench', 'module-functions.js'), 'utf8')],
  );
  const bar = page.locator('lab-pipeline-bar');
  await bar.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await bar.getByText('Ended').waitFor();
  await page.getByRole('tab', { name: 'Logs' }).click();
  const line = await page.getByText(new RegExp(`^${worker}: \\{`)).textContent();
  await page.context().close();
  const { count, seconds } = JSON.parse(line.slice(line.indexOf('{')));
  return count / seconds;
}

try {
  const rows = [];
  for (const { what, bytes, ...shape } of CASES) {
    const [out, into] = [[], []];
    for (let i = 0; i < REPEATS; i++) {
      out.push(await rateOf(setup(shape, READERS.builtin), 'burst'));
      into.push(await rateOf(setup(shape, READERS.module), 'read'));
    }
    const rates = [median(out), median(into)];
    const note = (rate) => `${round((rate * bytes) / 1e6, 0)} MB/s, ${shape.slots} slots`;
    rows.push({
      what: `source in a box → exporters.drain, ${what}`,
      value: round(rates[0], 0),
      unit: 'events/s',
      note: note(rates[0]),
    });
    rows.push({
      what: `source in a box → reader in a box, ${what}`,
      value: round(rates[1], 0),
      unit: 'events/s',
      note: note(rates[1]),
    });
    rows.push({
      what: `the reader in a box beside the built-in one, ${what}`,
      value: round((100 * rates[1]) / rates[0], 0),
      unit: '%',
    });
  }
  report('module-browser', 'modules in their box (Chromium)', rows);
} finally {
  await browser.close();
  await app.close();
}
