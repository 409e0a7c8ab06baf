// Service worker: the headers of isolation and policy where the host cannot send them, and the offline cache. Bundled on its
// own; scripts/service-worker-plugin.ts fills in the constants.

declare const self: ServiceWorkerGlobalScope;

/** What a host that can send headers sends with every file. */
declare const HEADERS: Readonly<Record<string, string>>;
/** Paths relative to the scope: what the page needs to start, kept from the installation on. */
declare const SHELL: readonly string[];
/** Everything that is kept without being used first, the shell included. */
declare const PRECACHE: readonly string[];
/** Changes with any byte of the build. */
declare const BUILD_ID: string;

const SCOPE = self.registration.scope;
// Several applications may share an origin: caches carry our scope.
const CACHE_PREFIX = `pulsebench ${SCOPE} `;
const CACHE_NAME = CACHE_PREFIX + BUILD_ID;
/** How often, and how long apart, pages are looked at that come or go just now. */
const TIDY_LOOK_COUNT = 5;
const TIDY_LOOK_INTERVAL_MS = 1000;

/** The response with our headers. Policies add up: what the host says itself still holds. */
function guarded(response: Response): Response {
  // Opaque responses and redirects have status 0 and cannot be rebuilt; the browser follows them by itself.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) {
    const theirs = headers.get(name);
    const isKept = name === 'Content-Security-Policy' && theirs !== null && theirs !== value;
    headers.set(name, isKept ? `${theirs}, ${value}` : value);
  }
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function keep(cache: Cache, path: string, priority: RequestPriority): Promise<void> {
  const url = new URL(path, SCOPE).href;
  // Names under assets/ carry their content's hash, so what the page has just loaded serves; anything else might be an
  // old copy of the HTTP cache.
  const response = await fetch(url, { cache: path.startsWith('assets/') ? 'force-cache' : 'no-cache', priority });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  await cache.put(url, guarded(response));
}

/**
 * All or nothing: when one file fails, the installation fails and the browser tries again at the next visit. The first
 * version takes the shell alone, so that the page may start; a later one takes everything before it is offered.
 */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  try {
    const paths = self.registration.active ? PRECACHE : SHELL;
    await Promise.all(paths.map((path) => keep(cache, path, 'auto')));
  } catch (error) {
    await caches.delete(CACHE_NAME);
    throw error;
  }
}

/** Fetches what is not kept yet, one file after the other behind what the page asks for. */
async function keepRest(): Promise<void> {
  const cache = await caches.open(CACHE_NAME);
  const urls = new Set((await cache.keys()).map(({ url }) => url));
  try {
    for (const path of PRECACHE) if (!urls.has(new URL(path, SCOPE).href)) await keep(cache, path, 'low');
  } catch (error) {
    sayNotKept(error);
  }
}

/**
 * The address of its entry script, for each page of ours that runs: it stands for the page's build, and the page holds a
 * lock of that name (register.ts). `undefined` while there is a page that holds none: one that just loads, one that has just
 * gone, or one of a version without such locks.
 */
async function runningEntries(): Promise<readonly string[] | undefined> {
  const { held = [] } = await self.navigator.locks.query();
  const entries = held.flatMap(({ name = '', mode }) => (mode === 'shared' && name.startsWith(SCOPE) ? [name] : []));
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const pageCount = windows.filter(({ url }) => url.startsWith(SCOPE)).length;
  return pageCount > entries.length ? undefined : entries;
}

/** Deletes the caches of other builds that no page runs any more; in doubt none. */
async function tidy(): Promise<void> {
  let entries = await runningEntries();
  for (let i = 1; i < TIDY_LOOK_COUNT && !entries; i++) {
    await new Promise((resolve) => setTimeout(resolve, TIDY_LOOK_INTERVAL_MS));
    entries = await runningEntries();
  }
  // a version that is about to come has a cache already
  if (!entries || self.registration.installing || self.registration.waiting) return;
  const own = await caches.open(CACHE_NAME);
  for (const cacheName of await caches.keys()) {
    if (!cacheName.startsWith(CACHE_PREFIX) || cacheName === CACHE_NAME) continue;
    const cache = await caches.open(cacheName);
    const isRun = async (entry: string) => Boolean((await cache.match(entry)) && !(await own.match(entry)));
    if (!(await Promise.all(entries.map(isRun))).includes(true)) await caches.delete(cacheName);
  }
}

/** The file of the build that a request means, relative to the scope. */
function buildPath(url: URL): string {
  const path = url.href.slice(SCOPE.length, url.href.length - url.search.length - url.hash.length);
  return path === '' ? 'index.html' : path;
}

/**
 * A file as it was kept. A tab of an older build asks for what that build named: names under assets/ carry their content's
 * hash, so such a file is the same in whichever of our caches it lies.
 */
async function kept(path: string): Promise<Response | undefined> {
  const url = new URL(path, SCOPE).href;
  const own = await (await caches.open(CACHE_NAME)).match(url);
  return own ?? (path.startsWith('assets/') ? caches.match(url) : undefined);
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const found = await kept(path);
  if (found) return found;
  const response = guarded(await fetch(event.request));
  if (response.status === 200 && PRECACHE.includes(path)) {
    const cache = await caches.open(CACHE_NAME);
    // the page gets its file also where none can be kept, as on a full disk
    event.waitUntil(cache.put(new URL(path, SCOPE).href, response.clone()).catch(sayNotKept));
  }
  return response;
}

function sayNotKept(error: unknown): void {
  console.warn('Not everything is kept for use without a network; the next visit goes on.', error);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting();
  else if (event.data === 'page-started') event.waitUntil(keepRest().then(tidy));
  else if (event.data === 'build-left') event.waitUntil(tidy());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !url.href.startsWith(SCOPE)) return;
  event.respondWith(answer(event, buildPath(url)));
});

export {};
