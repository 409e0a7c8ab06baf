// What a setup's module may import: JavaScript modules of the setup's folder. Node runs this in a thread of its own, where the module
// cannot reach it (module.register).

import { readFileSync } from 'node:fs';
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isBelow, realPath } from './real-path.ts';

export interface ModuleHooksData {
  /** As realpath says it. */
  readonly setupDirectory: string;
  /** Address of the program's files: what they import is not looked at. */
  readonly programUrl: string;
}

let data: ModuleHooksData | undefined;

export const initialize: InitializeHook<ModuleHooksData> = (given) => {
  data = given;
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const resolved = await nextResolve(specifier, context);
  if (!data || context.parentURL?.startsWith(data.programUrl)) return resolved;
  if (pathInSetup(resolved.url, data) !== undefined) return resolved;
  throw new Error(`A function of a setup cannot import ${specifier}: only files of the setup's folder.`);
};

/** Whatever a file looks like, it is an ECMAScript module: CommonJS would come with `require`, which asks nobody. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const path = data && pathInSetup(url, data);
  if (path === undefined) return nextLoad(url, context);
  if (!/\.m?js$/.test(path)) throw new Error(`${path} is no JavaScript module. Give it the ending .js.`);
  return { format: 'module', source: readFileSync(path), shortCircuit: true };
};

/** Where a file of the setup's folder really lies; `undefined` for everything else. */
function pathInSetup(url: string, { setupDirectory }: ModuleHooksData): string | undefined {
  const path = url.startsWith('file:') ? realPath(fileURLToPath(url)) : undefined;
  return path !== undefined && isBelow(path, setupDirectory) ? path : undefined;
}
