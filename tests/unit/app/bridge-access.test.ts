// An instrument on the network, from a page that the browser may keep from this computer: what is said, when it is tried.

import { expect, test, vi } from 'vitest';
import type { BridgeAccess } from '../../../src/model/ports.ts';
import { fakeApp } from '../../support/fake-app.ts';
import { REAL_CHOICE, SIM_CHOICE } from '../../support/fake-instruments.ts';

const ON_NETWORK = { ...REAL_CHOICE, connection: { kind: 'tcp', host: '192.168.1.5', port: 5555 } } as const;

function appWith(access: BridgeAccess, answer: BridgeAccess = access) {
  const { app, ports } = fakeApp();
  const ask = vi.fn(async () => answer);
  ports.bridge.access = async () => access;
  ports.bridge.ask = ask;
  return { app, ask, open: vi.spyOn(ports.instruments, 'open'), toasts: () => app.toasts.list.value };
}

test('granted: nothing is said, it is connected', async () => {
  const { app, ask, open, toasts } = appWith('granted');
  expect(await app.instruments.connect(ON_NETWORK)).toBeDefined();
  expect([ask.mock.calls.length, open.mock.calls.length, toasts()]).toEqual([0, 1, []]);
});

test('denied: the bridge is not tried, and what to do is said', async () => {
  const { app, ask, open, toasts } = appWith('denied');
  expect(await app.instruments.connect(ON_NETWORK)).toBeUndefined();
  expect([ask.mock.calls.length, open.mock.calls.length]).toEqual([0, 0]);
  expect(toasts()).toMatchObject([
    { kind: 'error', detail: expect.stringMatching(/settings.*allow.*page that it serves/s) },
  ]);
});

test.each([
  ['granted', 1],
  ['denied', 0],
  ['prompt', 0],
] as const)('prompt: explained first, asked on a click; %s then', async (answer, openCount) => {
  const { app, ask, open, toasts } = appWith('prompt', answer);
  const connecting = app.instruments.connect(ON_NETWORK);
  await vi.waitFor(() => expect(toasts()).toHaveLength(1));
  const [question] = toasts();
  expect(question).toMatchObject({ kind: 'info', detail: expect.stringContaining('reach programs here') });
  expect([ask.mock.calls.length, open.mock.calls.length]).toEqual([0, 0]);
  app.toasts.dismiss(question!.id);
  question!.action!.run();
  expect((await connecting) !== undefined).toBe(openCount === 1);
  expect([ask.mock.calls.length, open.mock.calls.length]).toEqual([1, openCount]);
  expect(toasts().map(({ kind }) => kind)).toEqual(openCount === 1 ? [] : ['error']);
});

test('an instrument that needs no bridge is not held up', async () => {
  const { app, open } = appWith('denied');
  expect(await app.instruments.connect(SIM_CHOICE)).toBeDefined();
  expect(open).toHaveBeenCalledOnce();
});
