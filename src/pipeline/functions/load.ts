// From the name of a function to the function itself: built in, or the export of a module that the user agreed to run.

import { LabError } from '../../base/errors.ts';
import type { FunctionSource } from '../engine/job.ts';
import { loadBuiltin } from './catalogue.ts';
import type { WorkerFactory } from './template.ts';

/** Rejects with `setup/invalid` when the module cannot be loaded or has no such export. */
export async function loadFunction(source: FunctionSource): Promise<WorkerFactory> {
  if (source.kind === 'builtin') return loadBuiltin(source.name);
  let module: Record<string, unknown>;
  try {
    module = (await import(/* @vite-ignore */ source.url)) as Record<string, unknown>;
  } catch (cause) {
    throw new LabError('setup/invalid', `The module of ${source.exportName} cannot be loaded: ${String(cause)}`, {
      cause,
    });
  }
  const exported = module[source.exportName];
  if (typeof exported === 'function') return exported as WorkerFactory;
  throw new LabError('setup/invalid', `The module exports no function ${source.exportName}.`);
}
