// Where the compiled core comes from in a browser. The only file that names the artefact's URL.

import coreUrl from '../../build/core.wasm?url';

/** Downloads and compiles the core. Page or worker. */
export function loadCoreModule(): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(coreUrl));
}
