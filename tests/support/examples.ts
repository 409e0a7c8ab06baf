// The examples that come with the program, for tests in Node.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXAMPLES } from '../../src/app/pipeline/examples.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'public', 'examples');

/** All files of all examples by path below the examples' folder. */
export function exampleBlobs(): Map<string, Blob> {
  const paths = EXAMPLES.flatMap(({ folder, files, recording = [] }) =>
    files.concat(recording).map((path) => `${folder}/${path}`),
  );
  return new Map(paths.map((path) => [path, new Blob([readFileSync(join(FOLDER, path))])]));
}
