// Addresses that the page's policy is opened for when it is built: those that were named, and nothing that stands for more.

import { afterEach, expect, test, vi } from 'vitest';
import { isBuiltFor, takeConnections } from '../../../scripts/named-connections.mjs';
import { contentSecurityPolicy } from '../../../scripts/response-headers.ts';

afterEach(() => vi.unstubAllEnvs());

const connectOf = () => /connect-src ([^;]*)/.exec(contentSecurityPolicy(''))![1];

test('nothing is named: own origin and the bridge', () => {
  vi.stubEnv('PULSEBENCH_CONNECT', '');
  expect(connectOf()).toBe("'self' ws://127.0.0.1:8900");
});

test('what is named is reached, at its host and port and nowhere else', () => {
  vi.stubEnv('PULSEBENCH_CONNECT', '');
  const args = ['--port', '4000', '--connect', 'ws://192.168.1.5:8080/scpi', '--connect', 'wss://scope.lab'];
  expect(takeConnections(args)).toEqual(['--port', '4000']);
  expect(connectOf()).toBe("'self' ws://127.0.0.1:8900 ws://192.168.1.5:8080 wss://scope.lab");
  expect(isBuiltFor(`  Content-Security-Policy: ${contentSecurityPolicy('')}`)).toBe(true);
  vi.stubEnv('PULSEBENCH_CONNECT', '');
  expect(isBuiltFor("connect-src 'self' ws://127.0.0.1:8900 ws://192.168.1.5:8080; x")).toBe(false);
  expect(isBuiltFor("connect-src 'self' ws://127.0.0.1:8900; x")).toBe(true);
});

test.each(['ws://*:8080', 'wss://*.example', '*', 'ws:', 'http://192.168.1.5', "ws://x; script-src 'unsafe-eval'", ''])(
  '"%s" is no address',
  (text) => {
    vi.stubEnv('PULSEBENCH_CONNECT', '');
    expect(() => takeConnections(['--connect', text])).toThrow('--connect needs an address');
  },
);
