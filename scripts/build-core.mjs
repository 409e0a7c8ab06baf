// Compiles the WebAssembly core (build/core.wasm, build/core.debug.wasm) if it is stale.
import { ensureCore } from './run.mjs';

ensureCore();
