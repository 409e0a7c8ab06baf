// What every core benchmark does: medians of repeated runs, a printed line per row, a JSON file for the table.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';

/** The TypeScript side of the core and its compiled module. */
export async function loadCore() {
  const core = await import(pathToFileURL(await bundleForNode('bench/core-entry.ts', 'core-entry')));
  return { ...core, module: new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm'))) };
}

/** An instance over its own memory, and the arena over all of it. */
export function createInstance(core, memoryBytes) {
  const instance = core.instantiateCore({ module: core.module, memory: core.createMemory(memoryBytes) });
  return { instance, arena: new core.Arena(instance.memory, instance.exports.heapBase()) };
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Median seconds of `repeats` calls, after two that warm up. */
export function medianSeconds(repeats, run) {
  const seconds = [];
  for (let i = -2; i < repeats; i++) {
    const start = performance.now();
    run();
    if (i >= 0) seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

export const round = (value, digits = 2) => Number(value.toFixed(digits));

/** Prints the rows and writes build/bench/<file>.json. */
export function report(file, name, rows) {
  for (const { what, value, unit, note } of rows) console.log(`${what}: ${value} ${unit}${note ? ` (${note})` : ''}`);
  mkdirSync(join(ROOT, 'build', 'bench'), { recursive: true });
  writeFileSync(join(ROOT, 'build', 'bench', `${file}.json`), JSON.stringify({ name, rows }, null, 1));
}
