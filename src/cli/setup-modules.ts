// The JavaScript that a setup brings along: modules in its own folder, and nowhere else.

import { LabError } from '../base/errors.ts';
import { isBuiltIn } from '../pipeline/functions/catalogue.ts';
import type { Setup, WorkerSetup } from '../pipeline/setup/setup.ts';
import { isBelow, realFolder, realPath } from './real-path.ts';
import { resolveSetupPath } from './setup-folder.ts';

/**
 * The module of a worker (`functions.js` stands in for `functions.py`). Throws `setup/invalid` when there is none, or when
 * it lies outside the setup's folder, also by a symbolic link.
 */
export function modulePathOf({ name, file }: WorkerSetup, setupDirectory: string): string {
  const moduleFile = file.replace(/\.py$/, '.js');
  const path = realPath(resolveSetupPath(setupDirectory, moduleFile));
  if (path === undefined) {
    throw new LabError(
      'setup/invalid',
      `${file} of ${name} is Python, which does not run here. Put ${moduleFile} with the same function beside it.`,
    );
  }
  if (isBelow(path, realFolder(setupDirectory))) return path;
  throw new LabError(
    'setup/invalid',
    `${moduleFile} of ${name} lies outside the setup's folder and is not run. Copy it there.`,
  );
}

/** All modules that the setup would run, each once; empty when all its functions are built in. */
export function modulePathsOf({ workers }: Setup, setupDirectory: string): readonly string[] {
  const own = workers.filter(({ file, function: functionName }) => file !== '' && !isBuiltIn(file, functionName));
  return [...new Set(own.map((worker) => modulePathOf(worker, setupDirectory)))];
}
