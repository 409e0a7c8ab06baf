// What is taken away from a thread before it runs a setup's module: every global that leads to files, network, processes
// or other threads, and every import but files of the setup's folder. Node's permission model stands behind it
// (`run-walled.ts`); alone it would not do, since a thread may start another one without it.

import { register } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { ModuleHooksData } from './module-hooks.ts';

/** What is left beside the language itself. */
const HARMLESS = new Set([
  ...['globalThis', 'performance', 'crypto', 'structuredClone', 'queueMicrotask', 'atob', 'btoa'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'],
  ...['TextEncoder', 'TextDecoder', 'URL', 'URLSearchParams'],
  ...['AbortController', 'AbortSignal', 'Event', 'EventTarget', 'DOMException'],
]);

/** For the whole thread, and for good. `print` takes what the module writes to its console. */
export function raiseModuleWall(hooksUrl: string, data: ModuleHooksData, print: (text: string) => void): void {
  register(hooksUrl, { data });
  const ofTheLanguage = new Set(runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[]);
  for (const key of Reflect.ownKeys(globalThis)) {
    if (typeof key === 'string' && (ofTheLanguage.has(key) || HARMLESS.has(key))) continue;
    Reflect.deleteProperty(globalThis, key);
  }
  const say = (...words: unknown[]): void => print(words.map(String).join(' '));
  // Node's own has its streams on it.
  const console = Object.freeze({ log: say, info: say, debug: say, warn: say, error: say });
  Object.defineProperty(globalThis, 'console', { value: console });
}
