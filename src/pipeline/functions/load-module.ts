// The export of a module that the user agreed to run.

import { LabError } from '../../base/errors.ts';
import type { WorkerFactory } from './template.ts';

/** Rejects with `setup/invalid` when the module cannot be loaded or has no such export. */
export async function loadModule(url: string, exportName: string): Promise<WorkerFactory> {
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (cause) {
    throw new LabError('setup/invalid', `The module of ${exportName} cannot be loaded: ${String(cause)}`, { cause });
  }
  const exported = module[exportName];
  if (typeof exported === 'function') return exported as WorkerFactory;
  throw new LabError('setup/invalid', `The module exports no function ${exportName}.`);
}
