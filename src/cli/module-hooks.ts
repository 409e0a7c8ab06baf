// What a setup's module may import: files of the setup's folder. Node runs this in a thread of its own, where the module
// cannot reach it (module.register).

import type { InitializeHook, ResolveHook } from 'node:module';
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
  const path = resolved.url.startsWith('file:') ? realPath(fileURLToPath(resolved.url)) : undefined;
  if (path !== undefined && isBelow(path, data.setupDirectory)) return resolved;
  throw new Error(`A function of a setup cannot import ${specifier}: only files of the setup's folder.`);
};
