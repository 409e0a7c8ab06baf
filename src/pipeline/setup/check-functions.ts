// What the built-in functions of a setup cannot use: what would stop them when the run begins, and what would have no effect.

import { FormatError } from '../../base/errors.ts';
import { pythonText } from '../../base/yaml/python-value.ts';
import { MemoryFile } from '../../formats/memory-file.ts';
import { MAX_HEADER_BYTES, readMimoHeader } from '../../formats/mimo/header.ts';
import { arityText, TEMPLATE_ARITY } from '../functions/arity.ts';
import { findBuiltIn } from '../functions/catalogue.ts';
import { shapeProblem } from '../functions/data.ts';
import { DECLARATIONS } from '../functions/declared.ts';
import { type CheckedWorker, checkBuffers, checkDisplay } from './check-buffers.ts';
import { type CheckedFunction, checkConfig, knownKeys, STOPS, unknownKeyText } from './check-config.ts';
import type { ConfigPart, Told } from './config-parts.ts';
import type { BufferSetup, SetupFolder, WorkerSetup } from './setup.ts';

const PLAYERS = new Set(['data.simulate_importer', 'data.clocked_importer']);

/** A worker and the parts that its configuration is made of. */
export interface LoadedWorker {
  readonly setup: WorkerSetup;
  readonly parts: readonly ConfigPart[];
  /** All buffers that it names are there. */
  readonly isConnected: boolean;
}

export interface Surroundings {
  readonly buffers: readonly BufferSetup[];
  readonly folder: SetupFolder;
  readonly told: Told;
  /** `workers` are all of the setup; others have errors that are told already. */
  readonly areAll: boolean;
}

/** Tells it all, as warnings: the reference loads such setups as well. */
export async function checkFunctions(
  workers: readonly LoadedWorker[],
  { buffers, folder, told, areAll }: Surroundings,
): Promise<void> {
  const byName = new Map(buffers.map((buffer) => [buffer.name, buffer]));
  const checked = workers.flatMap(({ setup, parts, isConnected }) => {
    const row = findBuiltIn(setup.file, setup.function);
    const declaration = row && DECLARATIONS[row.name];
    if (!declaration) return [];
    const input = byName.get([...setup.sources, ...setup.observes][0] ?? '')?.dtype;
    const used: CheckedFunction = { name: setup.function, declaration, input };
    return [{ worker: setup, rowName: row.name, template: row.template, declaration, parts, isConnected, used }];
  });
  for (const { worker, parts, used } of checked) {
    for (const { key, below, message } of checkConfig(used, worker.config)) {
      const part = parts.findLast(({ values }) => key !== undefined && values.has(key));
      if (!part || key === undefined) told.report('warning', ['Workers', worker.name, 'config'], message);
      else told.diagnostics.push({ severity: 'warning', message, ...part.placeOf([key, ...below]) });
    }
  }
  const known = new Map(checked.map(({ worker, used }) => [worker.name, knownKeys(used)]));
  for (const part of new Map(workers.flatMap(({ parts }) => parts.map((part) => [part.name, part]))).values()) {
    if (areAll || !part.isShared) tellUnknownKeys(part, keysOfTakers(part, workers, known), told);
  }
  for (const one of checked) {
    if (!one.isConnected) continue;
    const said = [
      ...arityProblems(one),
      ...checkBuffers(one, byName),
      ...(areAll ? checkDisplay(one, checked) : []),
      ...(await recordingProblems(one, byName, folder)),
    ];
    for (const text of said) told.report('warning', ['Workers', one.worker.name], text);
  }
}

/** Keys that a part may hold: those of all that take it; `undefined` when code of the setup's own takes it. */
function keysOfTakers(
  part: ConfigPart,
  workers: readonly LoadedWorker[],
  known: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const takers = workers.filter(({ parts }) => parts.some(({ name }) => name === part.name));
  const keys = takers.map(({ setup }) => known.get(setup.name));
  return keys.includes(undefined) ? undefined : [...new Set(keys.flatMap((own) => own ?? []))];
}

function tellUnknownKeys(part: ConfigPart, known: readonly string[] | undefined, { diagnostics }: Told): void {
  if (!known) return;
  for (const [key, value] of part.values) {
    const name = pythonText(key);
    if (known.includes(name)) continue;
    diagnostics.push({ severity: 'warning', message: unknownKeyText(key, value, known), ...part.placeOf([name]) });
  }
}

function arityProblems({ worker, template }: CheckedWorker): string[] {
  const article = /^[AEIOU]/.test(template) ? 'an' : 'a';
  return TEMPLATE_ARITY[template].flatMap(({ noun, min, max }) => {
    const count = worker[noun].length;
    if (count >= min && count <= max) return [];
    return [
      `${worker.function} is ${article} ${template} and must have ${arityText(noun, min, max)}, not ${count}. ${STOPS}`,
    ];
  });
}

/** Whether the file that a source plays back is there and holds what its sink takes. */
async function recordingProblems(
  { worker, rowName }: CheckedWorker,
  buffers: ReadonlyMap<string, BufferSetup>,
  folder: SetupFolder,
): Promise<string[]> {
  const fileName = worker.config.get('filename');
  const sink = buffers.get(worker.sinks[0] ?? '');
  if (!PLAYERS.has(rowName) || typeof fileName !== 'string' || !sink || !folder.readHead) return [];
  const problem = await recordingProblem(await folder.readHead(fileName, MAX_HEADER_BYTES), fileName, sink);
  return problem === undefined ? [] : [`${problem} ${STOPS}`];
}

async function recordingProblem(
  head: Uint8Array<ArrayBuffer> | undefined,
  fileName: string,
  sink: BufferSetup,
): Promise<string | undefined> {
  if (!head) return `There is no file ${fileName} beside the setup.`;
  try {
    const header = await readMimoHeader(new MemoryFile(head));
    return shapeProblem(sink, header, fileName);
  } catch (error) {
    if (error instanceof FormatError) return `${fileName} cannot be played back: ${error.message}`;
    throw error;
  }
}
