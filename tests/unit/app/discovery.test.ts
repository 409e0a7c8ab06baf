// Instruments that announce themselves, as the application has them: when it looks, when it stops, what it says.

import { expect, test, vi } from 'vitest';
import { BridgeAccessQuestion } from '../../../src/app/bridge-access.ts';
import { Discovery } from '../../../src/app/discovery.ts';
import type { BridgeAccess, DiscoveryPort, FoundInstruments } from '../../../src/app/ports.ts';
import { fakeApp } from '../../support/fake-app.ts';

const SCOPE: FoundInstruments = {
  instruments: [
    { name: 'DSO 1', address: '192.168.1.5', services: [{ kind: 'scpi-raw', port: 5025, isAllowed: true }] },
  ],
  isFull: false,
};

function discoveryWith(access: BridgeAccess = 'granted') {
  const end = vi.fn();
  const browse = vi.fn<DiscoveryPort['browse']>(() => end);
  const { app } = fakeApp();
  const bridge = new BridgeAccessQuestion({ access: async () => access, ask: async () => access }, app.toasts);
  return { discovery: new Discovery({ port: async () => ({ browse }), bridge }), app, browse, end };
}

test('it looks while somebody looks at the list, once for all', async () => {
  const { discovery, browse, end } = discoveryWith();
  const [dialog, view] = [{}, {}];
  await Promise.all([discovery.look(dialog), discovery.look(view)]);
  expect(browse).toHaveBeenCalledTimes(1);
  browse.mock.calls[0]![0](SCOPE);
  expect(discovery.state.value).toEqual({ kind: 'looking', found: SCOPE });
  discovery.leave(dialog);
  expect(end).not.toHaveBeenCalled();
  discovery.leave(view);
  expect([end.mock.calls.length, discovery.state.value]).toEqual([1, { kind: 'off' }]);
});

test('who has left before the browser answered does not make it look', async () => {
  const { discovery, browse } = discoveryWith();
  const looker = {};
  const looking = discovery.look(looker);
  discovery.leave(looker);
  await looking;
  expect(browse).not.toHaveBeenCalled();
});

test('a bridge that does not answer is said, and can be tried again', async () => {
  const { discovery, browse } = discoveryWith();
  const looker = {};
  await discovery.look(looker);
  browse.mock.calls[0]![1]('The bridge does not answer.');
  expect(discovery.state.value).toEqual({ kind: 'failed', reason: 'The bridge does not answer.' });
  await discovery.look(looker);
  expect([browse.mock.calls.length, discovery.state.value.kind]).toEqual([2, 'looking']);
});

test('where the browser refuses, the bridge is not tried', async () => {
  const { discovery, app, browse } = discoveryWith('denied');
  await discovery.look({});
  expect([browse.mock.calls.length, discovery.state.value.kind]).toEqual([0, 'off']);
  expect(app.toasts.list.value).toMatchObject([{ kind: 'error', title: 'The bridge was not reached' }]);
});
