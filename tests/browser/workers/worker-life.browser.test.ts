// Every end of a worker is noticed, and `gone` means that its thread can touch nothing any more.

import { expect, test } from 'vitest';
import { installRpc } from '../../../src/workers/rpc.ts';
import { WorkerLink } from '../../../src/workers/worker-link.ts';
import type { LifeApi } from './life.worker.ts';

installRpc();

function createLink(): WorkerLink<LifeApi> {
  return new WorkerLink<LifeApi>(startWorker, 'The test worker');
}

function startWorker(): Worker {
  return new Worker(new URL('./life.worker.ts', import.meta.url), { type: 'module' });
}

function startNothing(): Worker {
  return new Worker('/no-such-script.js', { type: 'module' });
}

function createCounter() {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  return { counter, read: () => Atomics.load(counter, 0) };
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

test.each([
  ['closeItself', 'its thread ended'],
  ['throwLater', 'boom'],
  ['rejectLater', 'boom'],
] as const)('%s: everything that waits hears of it', async (fault, why) => {
  const link = createLink();
  expect(await link.call((remote) => remote.add(1, 2))).toBe(3);
  const waiting = link.call((remote) => remote[fault]());
  await expect(waiting).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining(why) });
  expect((await link.died).message).toContain(`The test worker stopped: `);
  await link.gone;
  expect(link.isOver).toBe(true);
  await expect(link.call((remote) => remote.add(1, 2))).rejects.toThrow(why);
});

test('a script that is not there is an end like any other', async () => {
  const link = new WorkerLink<LifeApi>(startNothing, 'The test worker');
  await expect(link.call((remote) => remote.add(1, 2))).rejects.toThrow('The test worker stopped');
  await link.gone;
});

test('a script that did not load is loaded once more', async () => {
  const starts = [startNothing, startWorker];
  const link = new WorkerLink<LifeApi>(() => starts.shift()!(), 'The test worker');
  expect(await link.call((remote) => remote.add(1, 2))).toBe(3);
  link[Symbol.dispose]();
  await link.gone;
});

test('a worker that closed itself is gone when it has finished what it was doing', async () => {
  const { counter, read } = createCounter();
  const link = createLink();
  link.call((remote) => remote.closeAndCount(counter, 600)).catch(() => undefined);
  await link.gone;
  const count = read();
  expect(count).toBeGreaterThan(0);
  await wait(200);
  expect(read()).toBe(count);
});

test('a busy worker that was ended runs on for a while, and is gone when it does not', async () => {
  const { counter, read } = createCounter();
  const link = createLink();
  const waiting = link.call((remote) => remote.countForEver(counter));
  while (read() === 0) await wait(1);
  link[Symbol.dispose]();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await link.gone;
  const count = read();
  await wait(200);
  expect(read()).toBe(count);
  // Nobody is told of a death that was asked for.
  expect(await Promise.race([link.died, wait(50).then(() => 'nothing')])).toBe('nothing');
});

test('a worker that is ended before it took a message is gone at once', async () => {
  const link = createLink();
  link[Symbol.dispose]();
  await link.gone;
  await expect(link.call((remote) => remote.add(1, 2))).rejects.toMatchObject({ code: 'cancelled' });
});
