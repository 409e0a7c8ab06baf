// mimoCoRB2 as a rival. MIMOCORB2 names a checkout of github.com/JulianBaader/mimoCoRB2, MIMOCORB2_PYTHON a Python from 3.12 on
// that has what it needs (python3 when left out).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/run.mjs';

/** Events per second through the first buffer of a setup; `undefined` without mimoCoRB2. `folder` is in the checkout. */
export function mimoEventsPerSecond(setupText, folder) {
  const checkout = process.env.MIMOCORB2;
  if (!checkout) return undefined;
  const python = process.env.MIMOCORB2_PYTHON ?? 'python3';
  const target = mkdtempSync(join(tmpdir(), 'pulsebench-bench-'));
  const setupFolder = folder ? join(checkout, folder) : join(ROOT, 'bench');
  const run = spawnSync(python, [join(ROOT, 'bench', 'mimocorb2.py'), checkout, setupFolder, target], {
    input: setupText,
    encoding: 'utf8',
  });
  rmSync(target, { recursive: true });
  if (run.status !== 0) throw new Error(`mimoCoRB2 did not run: ${run.stderr}`);
  return Number(run.stdout);
}

/** The rival's rate, measured if it is here, and the words that say so. */
export function mimoRate(published, setupText, folder) {
  const measured = mimoEventsPerSecond(setupText, folder);
  return { rate: measured ?? published, origin: measured === undefined ? 'published figure' : 'in the same run' };
}
