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

class FakeContainer extends EventTarget {
  readonly registration = new FakeRegistration();
  refusal: Error | undefined;

  register(): Promise<FakeRegistration> {
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve(this.registration);
  }
}

function setUp(isIsolated: boolean) {
  const container = new FakeContainer();
  const stored = new Map<string, string>();
  let reloadCount = 0;
  const host: PwaHost = {
    isIsolated,
    isFramed: false,
    serviceWorker: container as unknown as ServiceWorkerContainer,
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
    stored,
    host,
    offers,
    reloads: () => reloadCount,
    register: () => registerServiceWorker((apply) => offers.push(apply), host),
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

test('the rest is kept for use without a network once the page stays, not while it is about to load again', async () => {
  const first = setUp(false);
  const worker = new FakeWorker('activated');
  first.container.registration.active = worker;
  expect(await first.register()).toBe('reloading');
  expect(worker.messages).toEqual([]);
  expect(await first.register()).toBe('unavailable');
  expect(worker.messages).toEqual(['keep-rest']);

  const isolated = setUp(true);
  const installing = new FakeWorker('installing');
  isolated.container.registration.installing = installing;
  await isolated.register();
  await settle();
  expect(installing.messages).toEqual([]);
  installing.become('activated');
  await settle();
  expect(installing.messages).toEqual(['keep-rest']);
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
  expect(await registerServiceWorker(() => undefined, { ...none.host, serviceWorker: undefined })).toBe('unavailable');
});

test('in a frame of another page nothing is built up or installed', async () => {
  const framed = setUp(false);
  framed.container.registration.active = new FakeWorker('activated');
  const register = vi.spyOn(framed.container, 'register');
  expect(await registerServiceWorker(() => undefined, { ...framed.host, isFramed: true })).toBe('framed');
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
  page.container.dispatchEvent(new Event('controllerchange'));
  expect(page.reloads()).toBe(0);
  page.offers[0]?.();
  expect(next.messages).toEqual(['activate']);
  page.container.dispatchEvent(new Event('controllerchange'));
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
