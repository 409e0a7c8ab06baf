// The process variables of a page, as libca of EPICS Base reads and writes them, through pyepics. Expected values are what
// the page says.

import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EpicsBridge, startEpicsBridge } from '../support/epics-bridge.ts';
import type { Page } from '../support/epics-page.ts';

const SCRIPT = 'tests/foreign/channel-access.py';
const POINTS = 200_000;
/** 2026-02-28T05:20:00.25Z, a second that a double holds exactly. */
const UTC_S = 1_772_256_000.25;
const UTC_NS = '1772256000250000000';
/** Of libca at its end, if the server kept the connection open; nothing of the kind here. */
const MAX_RUN_MS = 20_000;

let bridge: EpicsBridge;
let page: Page;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const meta = { unit: 'V', precision: 3, display: [-10, 10], alarm: [-9, 9], warning: [-8, 8] };
  bridge = await startEpicsBridge([
    { name: 'T:scalar', type: 'DOUBLE', meta },
    { name: 'T:signal', type: 'DOUBLE', maxCount: POINTS, meta },
    { name: 'T:counts', type: 'LONG', maxCount: 5 },
    { name: 'T:text', type: 'STRING' },
    { name: 'T:mode', type: 'ENUM', meta: { choices: ['Idle', 'Armed', 'Done'] } },
    { name: 'T:arm', type: 'LONG', isWritable: true },
    { name: 'T:shut', type: 'LONG' },
  ]);
  page = bridge.page;
  env = { ...process.env, ...bridge.env };
  const at = { utcNs: UTC_NS };
  page.say({
    op: 'update',
    values: [
      { name: 'T:scalar', type: 'DOUBLE', data: [8.5], ...at, status: 4, severity: 1 },
      { name: 'T:signal', type: 'DOUBLE', data: Array.from({ length: POINTS }, (_, index) => index), ...at },
      { name: 'T:counts', type: 'LONG', data: [1, -2, 3], ...at },
      { name: 'T:text', type: 'STRING', data: ['10 µs'], ...at },
      { name: 'T:mode', type: 'ENUM', data: [1], ...at },
      { name: 'T:arm', type: 'LONG', data: [0], ...at },
      { name: 'T:shut', type: 'LONG', data: [7], ...at },
    ],
  });
}, 60_000);

afterAll(async () => {
  expect(await bridge.end()).toBe(0);
});

/** pyepics is a package of Debian, for Debian's Python. */
async function python(...args: string[]): Promise<unknown> {
  const begun = performance.now();
  const run = promisify(execFile)('/usr/bin/python3', [SCRIPT, ...args], { env });
  const { stdout } = await run;
  expect(performance.now() - begun).toBeLessThan(MAX_RUN_MS);
  return JSON.parse(stdout);
}

test('a number with its time, alarm, unit and limits', async () => {
  expect(await python('read', 'T:scalar')).toEqual([
    {
      value: 8.5,
      type: 'DOUBLE',
      count: 1,
      canWrite: false,
      time: UTC_S,
      status: 4,
      severity: 1,
      unit: 'V',
      precision: 3,
      display: [-10, 10],
      alarm: [-9, 9],
      choices: null,
    },
  ]);
});

test('an array shorter than it may be, a choice, a text', async () => {
  const [counts, mode, text] = (await python('read', 'T:counts', 'T:mode', 'T:text')) as Record<string, unknown>[];
  expect(counts).toMatchObject({ value: [1, -2, 3], type: 'LONG', count: 5 });
  expect(mode).toMatchObject({ value: 1, type: 'ENUM', choices: ['Idle', 'Armed', 'Done'] });
  expect(text).toMatchObject({ value: '10 µs', type: 'STRING' });
  expect(await python('text', 'T:mode')).toBe('Armed');
  expect(await python('text', 'T:scalar')).toBe('8.500');
});

test('an array of 200 000 numbers', async () => {
  const sum = (POINTS * (POINTS - 1)) / 2;
  expect(await python('sum', 'T:signal')).toEqual({ count: POINTS, first: 0, last: POINTS - 1, sum });
});

test('a write is done when the page says so, and the value is what the page says', async () => {
  const answered = python('put', 'T:arm', '5');
  const put = await page.next('put', MAX_RUN_MS);
  expect(put).toMatchObject({ name: 'T:arm', wantsAnswer: true, values: [{ type: 'LONG', data: [5] }] });
  page.say({ op: 'update', values: [{ name: 'T:arm', type: 'LONG', data: [1], utcNs: UTC_NS }] });
  page.say({ op: 'put-done', put: put['put'] });
  expect(await answered).toEqual({ before: 0, done: 1, after: 1 });
});

test('what may not be written stays as it is', async () => {
  await expect(python('put', 'T:shut', '5')).rejects.toThrow(/write access|not allow/i);
  expect(await python('read', 'T:shut')).toMatchObject([{ value: 7, canWrite: false }]);
});

test('a monitor sees every value, and the alarm when the page goes away', async () => {
  const child = spawn('/usr/bin/python3', [SCRIPT, 'monitor', 'T:scalar', '4'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  for (const value of [1, 2, 3]) {
    page.say({ op: 'update', values: [{ name: 'T:scalar', type: 'DOUBLE', data: [value], utcNs: UTC_NS }] });
  }
  // everything came to the bridge before the page goes
  page.socket.close();
  const updates = JSON.parse((await lines.next()).value as string) as Record<string, unknown>[];
  expect(updates).toMatchObject([
    ...[1, 2, 3].map((value) => ({ value, severity: 0, status: 0, time: UTC_S })),
    { value: 3, severity: 3, status: 9 },
  ]);
});
