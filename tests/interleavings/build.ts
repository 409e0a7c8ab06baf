// Compiles the core's own sources for the scheduler: assembly/atomics.ts is taken from tests/interleavings/core, and
// asyncify makes every function able to be left at a step and come back to. Takes some two seconds.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPLACED = new Map([['assembly/atomics.ts', 'tests/interleavings/core/atomics.ts']]);
const { options } = JSON.parse(readFileSync(join(ROOT, 'asconfig.json'), 'utf8'));

/** Text of a source file that is replaced before it is compiled: to see that a fault is found. */
export interface SourceEdit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The module of tests/interleavings/core/threads.ts, with `edits` in the core's sources. */
export async function buildThreads(edits: readonly SourceEdit[] = []): Promise<WebAssembly.Module> {
  const features = (options.enable as string[]).flatMap((feature) => ['--enable', feature]);
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  const { error, stderr } = await asc.main(
    [
      'tests/interleavings/core/threads.ts',
      ...['--config', 'none', '--outFile', 'threads.wasm', '--runtime', options.runtime],
      ...['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'],
      ...[...features, '-O2', '--noAssert', '--runPasses', 'asyncify'],
    ],
    {
      readFile: (name) => {
        const text = readSource(REPLACED.get(name) ?? name);
        return edits.reduce(
          (edited, edit) => (edit.file === name && edited !== null ? apply(edited, edit) : edited),
          text,
        );
      },
      writeFile: (_name, contents) => {
        bytes = contents as Uint8Array<ArrayBuffer>;
      },
      listFiles: () => [],
    },
  );
  if (error || !bytes) throw new Error(`the core does not compile for the scheduler: ${stderr}`, { cause: error });
  return new WebAssembly.Module(bytes);
}

function apply(text: string, { file, from, to }: SourceEdit): string {
  if (!text.includes(from)) throw new Error(`${file} does not say: ${from}`);
  return text.replace(from, to);
}

/** `null`, as the compiler wants it, when there is no such file: it looks in several places. */
function readSource(name: string): string | null {
  try {
    return readFileSync(join(ROOT, name), 'utf8');
  } catch {
    return null;
  }
}
