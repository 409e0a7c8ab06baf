// A second foreign client, epics-tca from npm, without any code of EPICS Base: it reads, writes and monitors what a page
// serves through the running bridge. Expected values are what the page says.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EpicsBridge, startEpicsBridge } from '../support/epics-bridge.ts';

const POINTS = 200_000;

/** What is used of it; scripts/test-foreign.mjs puts it into build/foreign. */
interface Tca {
  readonly Context: new (env: Readonly<Record<string, string>>) => TcaContext;
}
interface TcaContext {
  initialize(): Promise<void>;
  createChannel(name: string, protocol: 'ca', timeoutS: number): Promise<TcaChannel | undefined>;
  destroyHard(): void;
}
interface TcaChannel {
  get(timeoutS: number): Promise<{ value: unknown } | undefined>;
  put(value: number, timeoutS: number, waitNotify: boolean): Promise<number | undefined>;
  createMonitor(timeoutS: number, listener: (monitor: TcaMonitor) => void): Promise<TcaMonitor | undefined>;
}
interface TcaMonitor {
  getChannel(): { getDbrData(): { value: unknown } };
}

const TIMEOUT_S = 10;
const { Context } = createRequire(fileURLToPath(new URL('../../build/foreign/', import.meta.url)))('epics-tca') as Tca;

let bridge: EpicsBridge;
let context: TcaContext;

beforeAll(async () => {
  bridge = await startEpicsBridge([
    { name: 'T:signal', type: 'DOUBLE', maxCount: POINTS },
    { name: 'T:arm', type: 'LONG', isWritable: true },
  ]);
  tell(0);
  bridge.page.say({ op: 'update', values: [{ name: 'T:arm', type: 'LONG', data: [0] }] });
  context = new Context(bridge.env);
  await context.initialize();
}, 60_000);

afterAll(async () => {
  context.destroyHard();
  expect(await bridge.end()).toBe(0);
});

/** `first`, and one more from element to element. */
function tell(first: number): void {
  const data = Array.from({ length: POINTS }, (_, index) => first + index);
  bridge.page.say({ op: 'update', values: [{ name: 'T:signal', type: 'DOUBLE', data }] });
}

async function channel(name: string): Promise<TcaChannel> {
  const found = await context.createChannel(name, 'ca', TIMEOUT_S);
  if (!found) throw new Error(`${name} is not found`);
  return found;
}

test('an array of 200 000 numbers is read', async () => {
  const data = await (await channel('T:signal')).get(TIMEOUT_S);
  expect(data!.value).toEqual(Array.from({ length: POINTS }, (_, index) => index));
});

test('a write is done when the page says so', async () => {
  const arm = await channel('T:arm');
  const written = arm.put(5, TIMEOUT_S, true);
  const put = await bridge.page.next('put', 20_000);
  expect(put).toMatchObject({ name: 'T:arm', wantsAnswer: true, values: [{ type: 'LONG', data: [5] }] });
  bridge.page.say({ op: 'update', values: [{ name: 'T:arm', type: 'LONG', data: [1] }] });
  bridge.page.say({ op: 'put-done', put: put['put'] });
  await written;
  expect((await arm.get(TIMEOUT_S))!.value).toBe(1);
});

test('a monitor gets every array of 200 000 numbers', async () => {
  const heard: (readonly number[])[] = [];
  await (await channel('T:signal')).createMonitor(TIMEOUT_S, (monitor) => {
    heard.push(monitor.getChannel().getDbrData().value as readonly number[]);
  });
  await expect.poll(() => heard.length).toBe(1);
  const firsts = [10, 20, 30];
  for (const [index, first] of firsts.entries()) {
    tell(first);
    await expect.poll(() => heard.length).toBe(index + 2);
  }
  expect(heard.slice(1).map((values) => [values[0], values.at(-1), values.length])).toEqual(
    firsts.map((first) => [first, first + POINTS - 1, POINTS]),
  );
});
