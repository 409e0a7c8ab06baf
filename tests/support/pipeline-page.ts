// What a user does on the pipeline screen of the built page.

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { readZipFiles } from './zip-files.ts';

/** Shows the gallery and clicks an example, which starts it. */
/** `asks`: it has JavaScript of its own, which is agreed to. */
export async function openExample(page: Page, name: RegExp, asks = false): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Pipeline' }).click();
  await page.locator('lab-pipeline-view').getByRole('button', { name }).click();
  if (asks) await page.getByRole('button', { name: 'I have read it, run it' }).click();
  await runState(page).getByText('Running').waitFor();
}

export function runState(page: Page): Locator {
  return page.locator('lab-pipeline-bar').getByRole('group', { name: 'Run' });
}

export async function start(page: Page): Promise<void> {
  await page.locator('lab-pipeline-bar').getByRole('button', { name: 'Start', exact: true }).click();
  await runState(page).getByText('Running').waitFor();
}

export async function untilEnded(page: Page): Promise<void> {
  await runState(page).getByText('Ended').waitFor({ timeout: 60_000 });
}

export async function shutDown(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Shut down roots' }).click();
  await untilEnded(page);
}

/** The files of the run by their path from the run directory. */
export async function saveZip(page: Page): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save run…' }).click();
  const files = readZipFiles(new Uint8Array(await readFile(await (await download).path())));
  const [folder] = [...files.keys()][0]!.split('/');
  if (!/^run_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d$/.test(folder!)) throw new Error(`${folder} is no run directory`);
  return new Map([...files].map(([path, bytes]) => [path.slice(folder!.length + 1), bytes]));
}

/** Numbers of events by buffer, from the last row of stats.csv. */
export function eventCounts(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, number> {
  const lines = new TextDecoder().decode(files.get('stats.csv')).trim().split('\n');
  const [names, last] = [lines[0]!.split(','), lines.at(-1)!.split(',')];
  return new Map(
    names.flatMap((name, i) => {
      const buffer = /^buffers\.(.+)\.event_count$/.exec(name)?.[1];
      return buffer === undefined ? [] : [[buffer, Number(last[i])] as const];
    }),
  );
}

/** Lines of a table behind its header. */
export function rowCount(files: ReadonlyMap<string, Uint8Array>, path: string): number {
  return new TextDecoder().decode(files.get(path)).trim().split('\n').length - 1;
}
