// Renders public/icons/icon.svg to the PNG sizes of the manifest. Run it after changing the drawing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from './chromium.mjs';
import { ROOT } from './run.mjs';

const FOLDER = join(ROOT, 'public', 'icons');
const GROUND = '#10161e';

// A maskable icon keeps its drawing in the inner 80 % and fills the rest (w3c.github.io/manifest, "maskable").
const RENDERINGS = [
  { file: 'icon-192.png', size: 192, scale: 1, ground: 'transparent' },
  { file: 'icon-512.png', size: 512, scale: 1, ground: 'transparent' },
  { file: 'icon-maskable-512.png', size: 512, scale: 0.8, ground: GROUND },
];

const svg = readFileSync(join(FOLDER, 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_ARGS });
try {
  for (const { file, size, scale, ground } of RENDERINGS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body{margin:0;background:${ground};height:100vh;display:grid;place-items:center}svg{width:${100 * scale}%;height:${100 * scale}%}</style>${svg}`,
    );
    writeFileSync(join(FOLDER, file), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
