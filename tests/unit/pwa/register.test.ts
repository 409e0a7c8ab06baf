import { expect, test, vi } from 'vitest';
import { type PwaHost, registerServiceWorker } from '../../../src/pwa/register.ts';

class FakeWorker extends EventTarget {
  state: ServiceWorkerState;
  readonly messages: unknown[] = [];

  constructor(state: ServiceWorkerState) {
    super();
    this.state = state;
  }

  become(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  postMessage(message: unknown): void {
    this.messages.push(message);
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  active: FakeWorker | null = null;
}

interface Holder {
  readonly name: string;
  readonly mode: LockMode;
}

/** Locks of several pages: those of others are handed in. */
class FakeLocks {
  readonly held: Holder[];
  readonly #waiting: { readonly name: string; readonly run: () => unknown }[] = [];

  constructor(held: readonly Holder[]) {
    this.held = [...held];
  }

  /** A shared request is granted at once, an exclusive one when nobody holds the name. */
  request(name: string, ...rest: readonly unknown[]): Promise<unknown> {
    const run = rest.at(-1) as () => unknown;
    if (rest.length === 1) {
      this.#waiting.push({ name, run });
      return new Promise(() => undefined);
    }
    this.held.push({ name, mode: 'shared' });
    return Promise.resolve(run());
  }

  query(): Promise<{ held: readonly Holder[] }> {
    return Promise.resolve({ held: [...this.held] });
  }

  /** The page that holds it has gone. */
  release(name: string): void {
    this.held.splice(
      this.held.findIndex((holder) => holder.name === name),
      1,
    );
    if (this.held.some((holder) => holder.name === name)) return;
    for (const waiting of this.#waiting) if (waiting.name === name) waiting.run();
  }
}

const FOLDER = 'https://host.example/lab/assets/';
const ENTRY = `${FOLDER}index-new.js`;

class FakeContainer extends EventTarget {
  readonly registration = new FakeRegistration();
  refusal: Error | undefined;

  register(): Promise<FakeRegistration> {
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(this.registration);
  }
}

function setUp(isIsolated: boolean, heldByOthers: readonly Holder[] = []) {
  const container = new FakeContainer();
  const locks = new FakeLocks(heldByOthers);
  const stored = new Map<string, string>();
  let reloadCount = 0;
  const host: PwaHost = {
    isIsolated,
    isFramed: false,
    serviceWorker: container as unknown as ServiceWorkerContainer,
    locks: locks as unknown as LockManager,
    tabStorage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
      removeItem: (key) => void stored.delete(key),
    },
    reload: () => {
      reloadCount++;
    },
  };
  const offers: Array<() => void> = [];
  return {
    container,
    locks,
    stored,
    host,
    offers,
    reloads: () => reloadCount,
    register: () => registerServiceWorker(ENTRY, (apply) => offers.push(apply), host),
  };
}

/** Lets everything that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('the first visit waits for the worker and reloads once; the reloaded page that is isolated clears the guard', async () => {
  const first = setUp(false);
  const worker = new FakeWorker('installing');
  first.container.registration.installing = worker;
  const result = first.register();
  await settle();
  expect(first.reloads()).toBe(0);
  worker.become('activated');
  expect(await result).toBe('reloading');
  expect(first.reloads()).toBe(1);
  expect(first.stored.size).toBe(1);

  const second = setUp(true);
  for (const [key, value] of first.stored) second.stored.set(key, value);
  expect(await second.register()).toBe('isolated');
  expect(second.stored.size).toBe(0);
  expect(second.reloads()).toBe(0);
});

test('a page that stays says which build it runs and has its files kept; one about to load again does not', async () => {
  const first = setUp(false);
  const worker = new FakeWorker('activated');
  first.container.registration.active = worker;
  expect(await first.register()).toBe('reloading');
  await settle();
  expect(worker.messages).toEqual([]);
  expect(first.locks.held).toEqual([]);
  expect(await first.register()).toBe('unavailable');
  await settle();
  expect(worker.messages).toEqual(['page-started']);
  expect(first.locks.held).toEqual([{ name: ENTRY, mode: 'shared' }]);

  const isolated = setUp(true);
  const { registration } = isolated.container;
  const installing = new FakeWorker('installing');
  registration.installing = installing;
  await isolated.register();
  await settle();
  expect(installing.messages).toEqual([]);
  registration.active = installing;
  installing.become('activated');
  await settle();
  expect(installing.messages).toEqual(['page-started']);
});

test('the worker that is active by then hears when the last page of another build has gone, once', async () => {
  const old = { name: `${FOLDER}index-old.js`, mode: 'shared' } as const;
  const elsewhere = { name: 'https://host.example/other/assets/index-old.js', mode: 'shared' } as const;
  const page = setUp(true, [old, old, elsewhere, { name: ENTRY, mode: 'shared' }]);
  page.container.registration.active = new FakeWorker('activated');
  await page.register();
  await settle();
  const later = new FakeWorker('activated');
  page.container.registration.active = later;
  page.locks.release(elsewhere.name);
  page.locks.release(old.name);
  expect(later.messages).toEqual([]);
  page.locks.release(old.name);
  expect(later.messages).toEqual(['build-left']);
});

test('a page that is still not isolated after its reload stops there', async () => {
  const page = setUp(false);
  page.container.registration.active = new FakeWorker('activated');
  expect(await page.register()).toBe('reloading');
  expect(await page.register()).toBe('unavailable');
  expect(page.reloads()).toBe(1);
});

test('an installation that fails, or no service workers at all, is no isolation but no failure', async () => {
  const redundant = setUp(false);
  const worker = new FakeWorker('installing');
  redundant.container.registration.installing = worker;
  const result = redundant.register();
  await settle();
  worker.become('redundant');
  expect(await result).toBe('unavailable');

  const refused = setUp(false);
  refused.container.refusal = new Error('no script');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(await refused.register()).toBe('unavailable');
  expect(warn).toHaveBeenCalledOnce();
  warn.mockRestore();

  const none = setUp(false);
  expect(await registerServiceWorker(ENTRY, () => undefined, { ...none.host, serviceWorker: undefined })).toBe(
    'unavailable',
  );
});

test('in a frame of another page nothing is built up or installed', async () => {
  const framed = setUp(false);
  framed.container.registration.active = new FakeWorker('activated');
  const register = vi.spyOn(framed.container, 'register');
  expect(await registerServiceWorker(ENTRY, () => undefined, { ...framed.host, isFramed: true })).toBe('framed');
  expect(register).not.toHaveBeenCalled();
  expect(framed.reloads()).toBe(0);
});

test('a new version is offered and loads only when applied', async () => {
  const page = setUp(true);
  page.container.registration.active = new FakeWorker('activated');
  await page.register();
  await settle();
  const next = new FakeWorker('installing');
  page.container.registration.installing = next;
  page.container.registration.dispatchEvent(new Event('updatefound'));
  expect(page.offers).toHaveLength(0);
  next.become('installed');
  expect(page.offers).toHaveLength(1);
  // another tab takes it: this one goes on
  page.container.dispatchEvent(new Event('controllerchange'));
  expect(page.reloads()).toBe(0);
  page.offers[0]?.();
  await settle();
  expect(next.messages).toEqual(['activate']);
  expect(page.reloads()).toBe(0);
  next.become('activated');
  await settle();
  expect(page.reloads()).toBe(1);
});

test.each(['activated', 'redundant'] as const)('an offered version that is %s by now loads at once', async (state) => {
  const page = setUp(true);
  page.container.registration.active = new FakeWorker('activated');
  const waiting = new FakeWorker('installed');
  page.container.registration.waiting = waiting;
  await page.register();
  await settle();
  waiting.become(state);
  page.offers[0]?.();
  await settle();
  expect(page.reloads()).toBe(1);
});

test('a version that waited since the last visit is offered at once', async () => {
  const page = setUp(true);
  page.container.registration.active = new FakeWorker('activated');
  page.container.registration.waiting = new FakeWorker('installed');
  await page.register();
  await settle();
  expect(page.offers).toHaveLength(1);
});

test('the first installation is not offered as a new version', async () => {
  const page = setUp(true);
  const first = new FakeWorker('installing');
  page.container.registration.installing = first;
  await page.register();
  await settle();
  page.container.registration.dispatchEvent(new Event('updatefound'));
  first.become('installed');
  expect(page.offers).toHaveLength(0);
});
