// The built page in Chromium publishes a simulated oscilloscope through the bridge; libca of EPICS Base, through pyepics,
// arms it with a put that the user has allowed, and its monitor gets the new trace.

import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { type BuiltApp, openBuiltApp } from '../support/built-app.ts';
import { type Lab, startLab } from '../support/epics-lab.ts';
import { PUBLISHED_AS, publishScope } from '../support/published-scope.ts';

/** Where the page looks for the bridge. */
const BRIDGE_PORT = 8900;
const SCRIPT = 'tests/foreign/channel-access.py';
const SOON = { timeout: 30_000 };
/** Of `state.run`: Run, Single, Stop. */
const STOP = '2';

let app: BuiltApp;
let lab: Lab;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  lab = await startLab({ port: BRIDGE_PORT, origins: [new URL(inject('baseUrl')).origin] });
  const isolated = { EPICS_CA_ADDR_LIST: '127.0.0.1', EPICS_CA_AUTO_ADDR_LIST: 'NO' };
  env = { ...process.env, ...isolated, EPICS_CA_SERVER_PORT: String(lab.searchPort) };
  app = await openBuiltApp(inject('baseUrl'));
});

afterEach(async () => {
  await app.close();
  await lab.close();
  expect(app.problems).toEqual([]);
});

/** pyepics is a package of Debian, for Debian's Python, which writes NaN where JSON has none. */
async function python(...args: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [SCRIPT, ...args], { env });
  return JSON.parse(stdout.replaceAll('NaN', 'null'));
}

interface Read {
  readonly value: number | readonly number[];
  readonly time: number;
  readonly severity: number;
  readonly canWrite: boolean;
}

const variable = (id: string) => `${PUBLISHED_AS}:${id}`;
const read = async (id: string) => ((await python('read', variable(id))) as [Read])[0];

test('a put of libca arms the scope of the page, and the new trace is there at its monitor', async () => {
  const page = await app.visit();
  const card = await publishScope(page);
  await expect(python('put', variable('arm'), '1')).rejects.toThrow(/write access|not allow/i);
  for (const id of ['arm', 'run']) await card.getByLabel(`Others may write ${variable(id)}`).check();
  await expect.poll(async () => (await read('arm')).canWrite, SOON).toBe(true);
  expect(await python('put', variable('run'), STOP)).toMatchObject({ done: 1, after: Number(STOP) });
  const { time: stoppedAt } = await read('CH1:signal');

  const child = spawn('/usr/bin/python3', [SCRIPT, 'monitor', variable('CH1:signal'), '1'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  expect(await python('put', variable('arm'), '1')).toMatchObject({ done: 1 });
  const [update] = JSON.parse((await lines.next()).value as string) as [Read];
  expect(update.severity).toBe(0);
  expect(update.time).toBeGreaterThan(stoppedAt);
  // a sine, of the length of its axis, which has its time
  const samples = update.value as readonly number[];
  expect(Math.max(...samples)).toBeGreaterThan(Math.min(...samples));
  const axis = await read('CH1:xaxis');
  expect(axis).toMatchObject({ time: update.time, severity: 0 });
  expect((axis.value as readonly number[]).length).toBe(samples.length);
  await card
    .getByRole('region', { name: 'Written by others' })
    .getByText(`${variable('arm')} = 1`)
    .waitFor(SOON);
});
