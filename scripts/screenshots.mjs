// Takes a picture of every view of the built page, dark, light, in high contrast and on a telephone, into
// build/screenshots/. Somebody has to look at them: `node scripts/screenshots.mjs` after `npm run build`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs';
import { ROOT } from './run.mjs';

const FOLDER = join(ROOT, 'build', 'screenshots');
const LOOKS = [
  { name: 'dark', theme: 'dark', width: 1280, height: 720 },
  { name: 'light', theme: 'light', width: 1280, height: 720 },
  { name: 'contrast', theme: 'high-contrast', width: 1280, height: 720 },
  { name: 'large', theme: 'dark', width: 1920, height: 1080 },
  { name: 'narrow', theme: 'dark', width: 390, height: 844 },
];

mkdirSync(FOLDER, { recursive: true });
const server = await preview({ root: ROOT, preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
try {
  for (const look of LOOKS.filter(({ name }) => !process.argv[2] || name === process.argv[2])) await shoot(look);
} finally {
  await browser.close();
  await server.close();
}

async function shoot({ name, theme, width, height }) {
  const context = await browser.newContext({ viewport: { width, height } });
  await context.addInitScript((chosen) => {
    const values = { 'appearance.theme': chosen };
    localStorage.setItem('pulsebench.settings', JSON.stringify({ version: 1, values }));
  }, theme);
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${name}: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && console.error(`${name}: ${message.text()}`));
  const take = (view) => page.screenshot({ path: join(FOLDER, `${view}-${name}.png`) });
  const show = async (view) => {
    await page.evaluate((id) => {
      location.hash = `#/${id}`;
    }, view);
    await page.waitForTimeout(500);
  };

  await page.goto(server.resolvedUrls.local[0]);
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  await take('welcome');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await page.waitForTimeout(2500);
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Stop recording' }).waitFor();
  await page.waitForTimeout(2500);
  await page.keyboard.press('d');
  await page.waitForTimeout(1000);
  await take('live');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  for (const view of ['files', 'instruments', 'settings', 'help']) {
    await show(view);
    await take(view);
  }
  await show('files');
  await page
    .getByRole('button', { name: /^Open .*jls/ })
    .first()
    .click();
  await page.getByRole('tabpanel').getByText('signals').waitFor();
  await page.waitForTimeout(1500);
  await take('file');
  await page.keyboard.press('Control+K');
  await page.waitForTimeout(300);
  await take('palette');
  await context.close();
}
