// One instance of the WebAssembly core over a shared memory. Compile once, instantiate once per thread.

import { LabError } from '../base/errors.ts';
import type { CoreExports } from './exports.ts';

/** What a thread needs to make its own instance; structured-cloneable, so it travels to workers as it is. */
export interface CoreSeed {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** The core of one thread: its exports and the memory that all threads share. */
export interface Core extends CoreSeed {
  readonly exports: CoreExports;
}

/** Makes this thread's instance. Synchronous: the module is compiled already. */
export function instantiateCore(seed: CoreSeed): Core {
  const instance = new WebAssembly.Instance(seed.module, {
    env: {
      memory: seed.memory,
      wait: (address: number, expected: number, timeoutMs: number) => {
        Atomics.wait(new Int32Array(seed.memory.buffer, address >>> 0, 1), 0, expected, timeoutMs);
      },
      abort: (_message: number, _file: number, line: number, column: number) => {
        throw new LabError('wasm/trap', `The core stopped at line ${line}:${column}. Reload the page.`, {
          context: { line, column },
        });
      },
    },
  });
  return { ...seed, exports: instance.exports as unknown as CoreExports };
}
