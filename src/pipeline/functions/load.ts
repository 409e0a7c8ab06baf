// From the name of a function to the function itself: built in, or the export of a module that runs in this thread.

import { assert } from '../../base/assert.ts';
import type { FunctionSource } from '../engine/job.ts';
import { loadBuiltin } from './catalogue.ts';
import { loadModule } from './load-module.ts';
import type { WorkerFactory } from './template.ts';

/** Rejects with `setup/invalid` when there is no such function. */
export async function loadFunction(source: FunctionSource): Promise<WorkerFactory> {
  assert(source.kind !== 'sandboxed', 'a module in a sandbox is loaded there');
  return source.kind === 'builtin' ? loadBuiltin(source.name) : loadModule(source.url, source.exportName);
}
