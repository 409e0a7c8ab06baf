// Takes a picture of every view of the built page, dark, light, in high contrast and on a telephone, into
// build/screenshots/. Somebody has to look at them: `node scripts/screenshots.mjs [LOOK [SCENE]]` after `npm run build`.
// docs/images/live-*.png are live-zoomed-dark.png and live-zoomed-light.png, several-*.png those of the same name.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs';
import { ROOT } from './run.mjs';

const FOLDER = join(ROOT, 'build', 'screenshots');
const LOOKS = [
  { name: 'dark', theme: 'dark', width: 1440, height: 900 },
  { name: 'light', theme: 'light', width: 1440, height: 900 },
  { name: 'contrast', theme: 'high-contrast', width: 1280, height: 720 },
  { name: 'large', theme: 'dark', width: 1920, height: 1080 },
  { name: 'narrow', theme: 'dark', width: 390, height: 844, isMobile: true, hasTouch: true },
];
/** Each opens the page anew and takes its pictures on the way. */
const SCENES = { live, several, pipeline };

const [, , onlyLook, onlyScene] = process.argv;
mkdirSync(FOLDER, { recursive: true });
const server = await preview({ root: ROOT, preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
try {
  for (const look of LOOKS.filter(({ name }) => !onlyLook || name === onlyLook)) {
    for (const [name, scene] of Object.entries(SCENES)) if (!onlyScene || name === onlyScene) await shoot(look, scene);
  }
} finally {
  await browser.close();
  await server.close();
}

async function shoot({ name, theme, width, height, ...device }, scene) {
  const context = await browser.newContext({ viewport: { width, height }, ...device });
  await context.addInitScript((chosen) => {
    const values = { 'appearance.theme': chosen };
    localStorage.setItem('pulsebench.settings', JSON.stringify({ version: 1, values }));
  }, theme);
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
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
  await scene(page, take, show);
  await context.close();
}

async function live(page, take, show) {
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  await take('welcome');
  await show('files');
  await take('files-empty');
  await show('instruments');
  await take('instruments-empty');
  await show('live');
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await page.waitForTimeout(4000);
  await take('live');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Stop recording' }).waitFor();
  await page.waitForTimeout(2500);
  const plot = await page.locator('lab-waveform-plot').boundingBox();
  await page.mouse.move(plot.x + plot.width / 2, plot.y + plot.height / 3);
  for (let i = 0; i < 8; i++) await page.mouse.wheel(0, -120);
  await page.keyboard.press('d');
  await page.keyboard.press('s');
  await page.waitForTimeout(1000);
  await take('live-zoomed');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Record', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Fill the view with digits' }).first().click();
  await page.waitForTimeout(500);
  await take('multimeter');
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
  await page.keyboard.press('Escape');
  await show('instruments');
  await page.keyboard.press('c');
  await page.waitForTimeout(400);
  await take('connect');
}

async function several(page, take) {
  const start = async (name) => {
    await page.keyboard.press('c');
    await page.getByRole('button', { name: `Start Simulated ${name}` }).click();
    await page.getByRole('dialog', { name: 'Connect' }).waitFor({ state: 'hidden' });
  };
  await page.getByRole('button', { name: 'Start', exact: true }).first().click();
  await page.getByText('RUN', { exact: true }).waitFor();
  await start('JS220');
  await start('JS110');
  await page.getByTitle('Show all instruments on one time axis').click();
  await page.waitForTimeout(8000);
  await take('several');
  await page.keyboard.press('r');
  await page.getByRole('button', { name: 'Stop recording' }).waitFor();
  await page.waitForTimeout(2500);
  await take('several-recording');
}

async function pipeline(page, take, show) {
  await show('pipeline');
  await page.getByRole('button', { name: /Muon lifetime/ }).waitFor();
  await take('pipeline-gallery');
  await page.getByRole('button', { name: /Muon lifetime/ }).click();
  await page.getByRole('img', { name: /^scope_accepted: event \d+/ }).waitFor();
  await page.waitForTimeout(6000);
  await take('pipeline-running');
  await page.getByRole('button', { name: 'Shut down all' }).click();
  await page.locator('lab-pipeline-bar').getByText('Ended').waitFor();
  await page.getByRole('tab', { name: 'Setup' }).click();
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('Buffers2: [\n');
  await page.waitForTimeout(1500);
  await take('pipeline-error');
}
