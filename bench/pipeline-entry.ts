// What the pipeline benchmark uses of the product.

export { createNodeEngineHost } from '../src/cli/thread-host.ts';
export { Engine } from '../src/pipeline/engine/engine.ts';
export { loadSetup } from '../src/pipeline/setup/load.ts';
