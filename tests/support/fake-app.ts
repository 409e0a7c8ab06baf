// The application over fakes, for Node and browser tests.

import { App } from '../../src/app/app.ts';
import type { AddressBar } from '../../src/app/navigation.ts';
import type { KeyValueStore } from '../../src/app/persisted.ts';
import type { Platform } from '../../src/app/ports.ts';
import { Settings } from '../../src/app/settings.ts';
import { type FakePorts, fakePorts } from './fake-ports.ts';
import { ManualClock } from './manual-clock.ts';

export class MemoryStore implements KeyValueStore {
  readonly map = new Map<string, string>();

  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.map.set(key, value);
  }
}

export class MemoryAddress implements AddressBar {
  hash = '';
  #listeners: (() => void)[] = [];

  get(): string {
    return this.hash;
  }

  set(hash: string): void {
    this.hash = hash;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** As if the user edited the address or went back. */
  type(hash: string): void {
    this.hash = hash;
    for (const listener of this.#listeners) listener();
  }
}

export interface FakeApp {
  readonly app: App;
  readonly ports: FakePorts;
  readonly clock: ManualClock;
  readonly storage: MemoryStore;
  readonly session: MemoryStore;
  readonly address: MemoryAddress;
}

/** With the `session` and `storage` of an earlier one it is the same tab, or with `storage` alone another, loaded again. */
export function fakeApp(
  platform?: Platform,
  { session = new MemoryStore(), storage = new MemoryStore() }: Partial<Pick<FakeApp, 'session' | 'storage'>> = {},
): FakeApp {
  const ports = fakePorts(platform);
  const clock = new ManualClock();
  const address = new MemoryAddress();
  const app = new App({ ports, settings: new Settings(storage), storage, session, address, clock });
  return { app, ports, clock, storage, session, address };
}
