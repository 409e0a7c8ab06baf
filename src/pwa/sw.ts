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
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  try {
    for (const path of PRECACHE) if (!kept.has(new URL(path, SCOPE).href)) await keep(cache, path, 'low');
  } catch (error) {
    sayNotKept(error);
  }
}

async function activate(): Promise<void> {
  for (const cacheName of await caches.keys()) {
    if (cacheName.startsWith(CACHE_PREFIX) && cacheName !== CACHE_NAME) await caches.delete(cacheName);
  }
  await self.clients.claim();
}

/** The file of the build that a request means, relative to the scope. */
function buildPath(url: URL): string {
  const path = url.href.slice(SCOPE.length, url.href.length - url.search.length - url.hash.length);
  return path === '' ? 'index.html' : path;
}

async function answer(event: FetchEvent, path: string): Promise<Response> {
  const cache = await caches.open(CACHE_NAME);
  const kept = await cache.match(new URL(path, SCOPE).href);
  if (kept) return kept;
  const response = guarded(await fetch(event.request));
  if (response.status === 200 && PRECACHE.includes(path)) {
    // the page gets its file also where none can be kept, as on a full disk
    event.waitUntil(cache.put(new URL(path, SCOPE).href, response.clone()).catch(sayNotKept));
  }
  return response;
}

function sayNotKept(error: unknown): void {
  console.warn('Not everything is kept for use without a network; the next visit goes on.', error);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('message', (event) => {
  if (event.data === 'activate') void self.skipWaiting();
  else if (event.data === 'keep-rest') event.waitUntil(keepRest());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !url.href.startsWith(SCOPE)) return;
  event.respondWith(answer(event, buildPath(url)));
});

export {};
