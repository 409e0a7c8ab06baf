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
  /** Lives as long as the tab. */
  readonly tabStorage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  reload(): void;
}

export const browserPwaHost: PwaHost = {
  isIsolated: globalThis.crossOriginIsolated === true,
  isFramed: globalThis.top !== globalThis.self,
  serviceWorker: globalThis.navigator?.serviceWorker,
  // a page in a foreign frame is denied it
  get tabStorage() {
    return globalThis.sessionStorage;
  },
  reload: () => location.reload(),
};

/** Set in the tab between the reload and the isolated page; found again on an unisolated page, it ends the loop. */
const RELOADED_KEY = 'pulsebench.reloaded-for-isolation';

/**
 * Call first on the page. A page that stays has the worker keep the rest of the application for use without a network.
 * `onUpdate` gets a function that loads the new version once the user wants it. Never rejects: without a service worker the
 * page works online as far as the host isolates it.
 */
export async function registerServiceWorker(
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
  if (host.isIsolated) {
    host.tabStorage.removeItem(RELOADED_KEY);
    void installed.then((worker) => worker?.postMessage('keep-rest'));
    return 'isolated';
  }
  const worker = await installed;
  if (!worker || host.tabStorage.getItem(RELOADED_KEY) !== null) {
    worker?.postMessage('keep-rest');
    return 'unavailable';
  }
  host.tabStorage.setItem(RELOADED_KEY, 'yes');
  host.reload();
  return 'reloading';
}

/** The worker, once it is active and will answer the next load. */
async function install(
  container: ServiceWorkerContainer,
  onUpdate: (apply: () => void) => void,
  host: PwaHost,
): Promise<ServiceWorker | undefined> {
  const registration = await container.register('./sw.js', { scope: './', updateViaCache: 'none' });
  const offer = (worker: ServiceWorker): void => {
    onUpdate(() => {
      container.addEventListener('controllerchange', () => host.reload(), { once: true });
      worker.postMessage('activate');
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
  return first ? activated(first) : undefined;
}

/** The worker when it is active; `undefined` if it never will be. */
function activated(worker: ServiceWorker): Promise<ServiceWorker | undefined> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (worker.state === 'activated') resolve(worker);
      else if (worker.state === 'redundant') resolve(undefined);
    };
    worker.addEventListener('statechange', check);
    check();
  });
}
