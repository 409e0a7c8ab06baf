// The files of the build. Node only.

import { readdirSync, statSync } from 'node:fs';
import type { Page } from 'playwright-core';

export const DIST = new URL('../../dist/', import.meta.url).pathname;

/** For whoever deploys the page, not for the page itself. */
const NOT_KEPT = ['sw.js', '_headers', 'pulsebench-bridge.mjs'];

/** What the page keeps for use without a network: every other file of the build. */
export function keptFiles(): string[] {
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => statSync(`${DIST}${file}`).isFile() && !NOT_KEPT.includes(file));
}

/** Those of `keptFiles` that the browser does not have yet. In one question: many hold up who fetches them. */
export function missingFiles(page: Page): Promise<string[]> {
  return page.evaluate(async (files) => {
    const caching = (await caches.keys()).map(async (name) => (await caches.open(name)).keys());
    const kept = new Set((await Promise.all(caching)).flat().map(({ url }) => url));
    return files.filter((file) => !kept.has(new URL(file, document.baseURI).href));
  }, keptFiles());
}
