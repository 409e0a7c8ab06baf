// `npm run soak [SECONDS]`: a pipeline at the machine's full rate with a slow reader, ten minutes unless told otherwise.
// At the end the counts must add up exactly, the order must be whole and the memory of the process flat.
// `npm run soak rings [SECONDS]`: the rings through more interleavings than `npm test` plays, then through random ones
// for so long, two minutes unless told otherwise.
// `npm run soak files [COUNT [KIND [FIRST]]]`: so many changed files of every kind that is read, 20 000 unless told
// otherwise; FIRST says how many were done before, for a long run in pieces.
// `npm run soak page`: an hour of a meter's log, fifty times as fast, beside a streaming JS110 in one recording on the built
// page, with the meter's cable out for a while (tests/soak).
// `npm run soak bridge [SECONDS]`: the bridge with everything at once (tests/soak/bridge), half an hour unless told otherwise.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';
import { ensureChromium } from './chromium.mjs';
import { ensureCore, ensureDependencies, ROOT, runBin } from './run.mjs';

const isOfRings = process.argv[2] === 'rings';
const DURATION_S = Number(process.argv[isOfRings ? 3 : 2] ?? (isOfRings ? 120 : 600));
/** Growth of the process beyond this, after the first tenth of the run, counts as a leak. */
const MAX_GROWTH_BYTES = 32 * 2 ** 20;
const SETUP = `
Buffers:
  In: {slot_count: 128, data_length: 1000, data_dtype: {chA: f4, chB: f4, chC: f4, chD: f4}}
  Copy: {slot_count: 128, data_length: 1000, data_dtype: {chA: f4, chB: f4, chC: f4, chD: f4}}
Workers:
  burst: {file: pipeline-functions.js, function: burst, sinks: [In], config: {count: 1_000_000_000_000}}
  copy: {function: misc.copy, sources: [In], sinks: [Copy]}
  check: {file: pipeline-functions.js, function: slowCheck, sources: [Copy], config: {dawdleUs: 500}}
`;

ensureDependencies();
if (isOfRings) {
  const { soakRings } = await import(pathToFileURL(await bundleForNode('tests/interleavings/soak.ts', 'soak-rings')));
  const broken = await soakRings(DURATION_S, console.log);
  console.log(broken === 0 ? 'every schedule kept the rules' : `rules were broken in ${broken} scenarios`);
  process.exit(broken === 0 ? 0 : 1);
}
if (process.argv[2] === 'bridge') {
  process.chdir(ROOT);
  const { soakBridge } = await import(pathToFileURL(await bundleForNode('tests/soak/bridge/soak.ts', 'soak-bridge')));
  const faults = await soakBridge(Number(process.argv[3] ?? 1800), console.log);
  console.log(faults.length === 0 ? 'every byte accounted for, memory flat' : faults.join('\n'));
  process.exit(faults.length === 0 ? 0 : 1);
}
ensureCore();
if (process.argv[2] === 'page') {
  ensureChromium();
  runBin('vite', ['build', '--logLevel', 'warn']);
  runBin('vitest', ['run', '--project', 'soak']);
  process.exit(0);
}
if (process.argv[2] === 'files') {
  process.chdir(ROOT);
  const { soakFiles } = await import(pathToFileURL(await bundleForNode('tests/mutations/soak.ts', 'soak-files')));
  const faultCount = await soakFiles({
    module: new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm'))),
    workerUrl: pathToFileURL(await bundleForNode('tests/mutations/worker.ts', 'soak-files-worker')),
    countPerKind: Number(process.argv[3] ?? 20_000),
    only: process.argv[4],
    firstSeed: Number(process.argv[5] ?? 0),
    say: console.log,
  });
  console.log(faultCount === 0 ? 'no fault' : `${faultCount} faults`);
  process.exit(faultCount === 0 ? 0 : 1);
}
const { Engine, createNodeEngineHost, loadSetup } = await import(
  pathToFileURL(await bundleForNode('bench/pipeline-entry.ts', 'pipeline-entry'))
);
const threadUrl = pathToFileURL(await bundleForNode('src/cli/thread.ts', 'pipeline-thread'));
const hooksUrl = pathToFileURL(await bundleForNode('src/cli/module-hooks.ts', 'module-hooks'));
const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const { setup } = await loadSetup(SETUP, {
  readText: async (path) => readFileSync(join(ROOT, 'bench', path), 'utf8'),
});
const runDirectory = mkdtempSync(join(tmpdir(), 'pulsebench-soak-'));
const engine = new Engine(
  setup,
  createNodeEngineHost({ module, threadUrl, hooksUrl, runDirectory, setupDirectory: join(ROOT, 'bench') }),
);
const logs = [];
engine.onLog.on(({ text }) => logs.push(text));

let baselineBytes = 0;
let peakBytes = 0;
while (engine.status.activeS < DURATION_S) {
  await new Promise((wake) => setTimeout(wake, 250));
  const { activeS } = engine.status;
  const { rss } = process.memoryUsage();
  if (activeS < DURATION_S / 10) baselineBytes = Math.max(baselineBytes, rss);
  else peakBytes = Math.max(peakBytes, rss);
}
engine.shutdown('all');
await engine.finished;
rmSync(runDirectory, { recursive: true });

const { buffers, activeS } = engine.status;
const [input, copy] = buffers;
const seen = JSON.parse(logs.at(-1));
console.log(
  `${input.eventCount} events in ${activeS.toFixed(0)} s, ${Math.round(input.eventCount / activeS)} events/s`,
);
console.log(
  `memory: ${Math.round(baselineBytes / 2 ** 20)} MiB early, at most ${Math.round(peakBytes / 2 ** 20)} MiB later`,
);
const problems = [];
if (seen.outOfOrderCount > 0) problems.push(`${seen.outOfOrderCount} events out of order`);
if (Number(seen.lastCounter) !== copy.eventCount)
  problems.push(`reader saw ${seen.lastCounter} of ${copy.eventCount} events`);
if (peakBytes > baselineBytes + MAX_GROWTH_BYTES) problems.push('memory grew');
console.log(problems.length === 0 ? 'order kept, counts add up, memory flat' : problems.join('; '));
process.exit(problems.length === 0 ? 0 : 1);
