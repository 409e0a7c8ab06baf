// Where a page finds its bridge by its own address, and which pages the browser asks nobody for.

import { expect, test } from 'vitest';
import { bridgeUrlOf, isFromThisComputer } from '../../../src/base/bridge-address.ts';

test.each([
  ['http://127.0.0.1:9000/bridged/', 'ws://127.0.0.1:9000'],
  ['http://127.0.0.1:9000/bridged/assets/worker-1234abcd.js', 'ws://127.0.0.1:9000'],
  ['https://lab.example/bridged/#live', 'wss://lab.example'],
  ['http://127.0.0.1:4173/', 'ws://127.0.0.1:8900'],
  ['https://lab.example/pulsebench/', 'ws://127.0.0.1:8900'],
  ['https://lab.example/x/bridged/', 'ws://127.0.0.1:8900'],
])('the bridge of %s is at %s', (url, bridge) => {
  expect(bridgeUrlOf(url)).toBe(bridge);
});

test.each([
  ['http://127.0.0.1:4173/', true],
  ['http://localhost/', true],
  ['http://bench.localhost/', true],
  ['http://[::1]:8080/', true],
  ['https://lab.example/', false],
  ['http://192.168.1.5/', false],
  ['https://127.0.0.1.evil.example/', false],
  ['https://localhost.evil.example/', false],
])('%s is from this computer: %s', (url, isFrom) => {
  expect(isFromThisComputer(url)).toBe(isFrom);
});
