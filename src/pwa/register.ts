// Registers the service worker, reloads once when it is what isolates the page, and offers new versions. Page only.

/** What the page may count on after start. */
export type Isolation =
  /** Shared memory is there. */
  | 'isolated'
  /** The page is about to load again with the headers; do not build it up. */
  | 'reloading'
  /** Neither host nor service worker could isolate the page: files can be viewed, nothing live. */
  | 'unavailable'
  /** Another page shows this one in a frame, where clicks can be led astray: do not build it up. */
  | 'framed';

/** The browser's parts that registration touches. */
export interface PwaHost {
  readonly isIsolated: boolean;
  readonly isFramed: boolean;
  /** `undefined` where there are no service workers (private windows of some browsers, plain http). */
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  readonly locks: Pick<LockManager, 'request' | 'query'>;
  /** Lives as long as the tab. */
  readonly tabStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  reload(): void;
}

export const browserPwaHost: PwaHost = {
  isIsolated: globalThis.crossOriginIsolated === true,
  isFramed: globalThis.top !== globalThis.self,
  serviceWorker: globalThis.navigator?.serviceWorker,
  locks: globalThis.navigator?.locks,
  // a page in a foreign frame is denied it
  get tabStorage() {
    return globalThis.sessionStorage;
  },
  reload: () => location.reload(),
};

/** Set in the tab between the reload and the isolated page; found again on an unisolated page, it ends the loop. */
const RELOADED_KEY = 'pulsebench.reloaded-for-isolation';

/**
 * Call first on the page. `entryUrl` is the address of the page's entry script: it stands for the build. `onUpdate` gets a
 * function that loads the new version once the user wants it. Never rejects: without a service worker the page works online
 * as far as the host isolates it.
 */
export async function registerServiceWorker(
  entryUrl: string,
  onUpdate: (apply: () => void) => void,
  host: PwaHost = browserPwaHost,
): Promise<Isolation> {
  // The headers forbid it, but a page in a foreign frame has no service worker to add them.
  if (host.isFramed) return 'framed';
  const installed = host.serviceWorker
    ? install(host.serviceWorker, onUpdate, host).catch((error: unknown) => {
        console.warn('The service worker could not be installed; the page works online only.', error);
        return undefined;
      })
    : Promise.resolve(undefined);
  const stay = (registration: ServiceWorkerRegistration | undefined): void => {
    if (!registration) return;
    keepFiles(registration, entryUrl, host.locks).catch((error: unknown) => {
      console.warn('Files of older versions may stay in this browser.', error);
    });
  };
  if (host.isIsolated) {
    host.tabStorage.removeItem(RELOADED_KEY);
    void installed.then(stay);
    return 'isolated';
  }
  const registration = await installed;
  if (!registration || host.tabStorage.getItem(RELOADED_KEY) !== null) {
    stay(registration);
    return 'unavailable';
  }
  host.tabStorage.setItem(RELOADED_KEY, 'yes');
  host.reload();
  return 'reloading';
}

/** The registration, once its worker is active and will answer the next load; `undefined` if it never will be. */
async function install(
  container: ServiceWorkerContainer,
  onUpdate: (apply: () => void) => void,
  host: PwaHost,
): Promise<ServiceWorkerRegistration | undefined> {
  const registration = await container.register('./sw.js', { scope: './', updateViaCache: 'none' });
  const offer = (worker: ServiceWorker): void => {
    onUpdate(() => {
      worker.postMessage('activate');
      // Another tab may have activated it already, or a still newer one has taken its place.
      void isActivated(worker).then(() => host.reload());
    });
  };
  if (registration.waiting && registration.active) offer(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    if (!worker || !registration.active) return;
    worker.addEventListener('statechange', () => {
      if (worker.state === 'installed') offer(worker);
    });
  });
  const first = registration.active ?? registration.installing ?? registration.waiting;
  return first && (await isActivated(first)) ? registration : undefined;
}

/** Resolves when the worker is active, or with false when it never will be. */
function isActivated(worker: ServiceWorker): Promise<boolean> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve(true);
      else if (worker.state === 'redundant') resolve(false);
    };
    worker.addEventListener('statechange', check);
    check();
  });
}

/**
 * Keeps the files of this page's build in this browser as long as the page lives, by a lock that says which build it is, and
 * has the worker fetch the rest of them. When the last page of another build has gone, the worker can let go of that one's.
 */
async function keepFiles(
  registration: ServiceWorkerRegistration,
  entryUrl: string,
  locks: PwaHost['locks'],
): Promise<void> {
  const tell = (message: 'page-started' | 'build-left'): void => registration.active?.postMessage(message);
  await new Promise<void>((resolve, reject) => {
    const untilThePageGoes = new Promise<never>(() => undefined);
    const take = (): Promise<never> => {
      resolve();
      return untilThePageGoes;
    };
    locks.request(entryUrl, { mode: 'shared' }, take).catch(reject);
  });
  tell('page-started');
  const { held = [] } = await locks.query();
  const folder = new URL('.', entryUrl).href;
  const others = held.map(({ name = '' }) => name).filter((name) => name.startsWith(folder) && name !== entryUrl);
  for (const name of new Set(others)) void locks.request(name, () => tell('build-left'));
}
