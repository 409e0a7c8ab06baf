// What the browser is asked before the bridge is used, by the names that browsers have for it.

import { expect, test } from 'vitest';
import { type LocalNetworkHost, localNetwork } from '../../../src/pwa/local-network.ts';

type State = Awaited<ReturnType<LocalNetworkHost['query']>>['state'];

function fakeHost(states: Record<string, State>, pageUrl = 'https://lab.example/pulsebench/') {
  const connected: string[] = [];
  const host: LocalNetworkHost = {
    pageUrl,
    query: async (name) => {
      const state = states[name];
      if (!state) throw new TypeError(`The provided value '${name}' is not a valid enum value`);
      return { state };
    },
    connect: async (url) => {
      connected.push(url);
    },
  };
  return { host, connected };
}

test.each(['granted', 'denied', 'prompt'] as const)('%s by the newest name, or by the older one', async (state) => {
  expect(await localNetwork(fakeHost({ 'loopback-network': state }).host).access()).toBe(state);
  expect(await localNetwork(fakeHost({ 'local-network-access': state }).host).access()).toBe(state);
  const both = fakeHost({ 'loopback-network': state, 'local-network-access': 'prompt' });
  expect(await localNetwork(both.host).access()).toBe(state);
});

test('a browser without the permission keeps nobody', async () => {
  expect(await localNetwork(fakeHost({}).host).access()).toBe('granted');
});

test('a page of this computer is not asked about', async () => {
  const { host } = fakeHost({ 'loopback-network': 'denied' }, 'http://127.0.0.1:8900/bridged/');
  expect(await localNetwork(host).access()).toBe('granted');
});

test('the browser asks when the page connects to the bridge; what holds then is the answer', async () => {
  const states: Record<string, State> = { 'loopback-network': 'prompt' };
  const { host, connected } = fakeHost(states);
  const network = localNetwork({
    ...host,
    connect: async (url) => {
      await host.connect(url);
      states['loopback-network'] = 'denied';
    },
  });
  expect(await network.access()).toBe('prompt');
  expect(connected).toEqual([]);
  expect(await network.ask()).toBe('denied');
  expect(connected).toEqual(['ws://127.0.0.1:8900/tcp']);
});
