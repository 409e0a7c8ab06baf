// Loads a setup: YAML to values, values to a checked Setup, configuration files merged.

import { LabError } from '../../base/errors.ts';
import { didYouMean, nearestOf } from '../../base/nearest.ts';
import { formatBytes } from '../../base/si.ts';
import {
  isPythonList,
  isPythonMap,
  type PythonMap,
  type PythonValue,
  pythonText,
} from '../../base/yaml/python-value.ts';
import { loadPythonYaml, type PythonYaml } from '../../base/yaml/python-yaml.ts';
import { MAX_MEMORY_BYTES } from '../../core/memory.ts';
import { type Dtype, packedStruct, type StructDtype } from '../../formats/numpy/dtype.ts';
import { dtypeFromName } from '../../formats/numpy/type-names.ts';
import { eventBytes, METADATA_BYTES } from '../event-view.ts';
import { builtInFunctionsOf, findBuiltIn, PREBUILT } from '../functions/catalogue.ts';
import { unknownKeyText } from './check-config.ts';
import { checkFunctions, type LoadedWorker } from './check-functions.ts';
import { type ConfigPart, ConfigReader, mergeParts, type Report, readText, type Told } from './config-parts.ts';
import { findFlowProblems } from './flow.ts';
import { exportedNames } from './module-exports.ts';
import type { BufferSetup, LoadedSetup, SetupDiagnostic, SetupFolder, WorkerSetup } from './setup.ts';
import { decodeUtf8 } from './utf8.ts';

const TOP_KEYS = ['Buffers', 'Workers', 'base_config', 'target_directory'];
/** The reference's examples have `overwrite`; neither program reads it. */
const BUFFER_KEYS = ['slot_count', 'data_length', 'data_dtype', 'overwrite'];
const WORKER_KEYS = ['function', 'file', 'sources', 'sinks', 'observes', 'number_of_processes', 'config'];

/** What a setup may ask for here, as far as it is known. */
export interface Computer {
  /** Bytes for buffers and threads; the limit of WebAssembly is kept for buffers in any case. */
  readonly memoryBytes?: number | undefined;
  readonly coreCount?: number | undefined;
}

/** What a thread takes beside the buffers: 10.2 MB each of 40 that drained a buffer, on Node 20. */
const THREAD_BYTES = 10e6;
/** Writers that a buffer can tell apart (`EventRing`). */
const MAX_THREADS = 1024;

/**
 * Loads and checks a setup that lies in `folder`, from its text or the file's bytes: what is wrong with it, and what would
 * fail or have no effect in a run. Bad input gives diagnostics, never a rejection.
 */
export async function loadSetup(
  content: string | Uint8Array<ArrayBuffer>,
  folder: SetupFolder,
  computer: Computer = {},
): Promise<LoadedSetup> {
  try {
    const text = typeof content === 'string' ? content : decodeUtf8(content, 'The setup');
    return await new Loader(loadPythonYaml(text), folder, computer).load();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const { line } = error.context;
    const place = { path: '', line: typeof line === 'number' ? line : 1, column: 1 };
    return { setup: undefined, diagnostics: [{ severity: 'error', message: error.message, ...place }] };
  }
}

const DEFAULT_TARGET_DIRECTORY = 'target';

class Loader {
  readonly #yaml: PythonYaml;
  readonly #folder: SetupFolder;
  readonly #memoryBytes: number;
  readonly #coreCount: number;
  readonly #diagnostics: SetupDiagnostic[];
  readonly #told: Told;
  readonly #configs: ConfigReader;

  constructor(yaml: PythonYaml, folder: SetupFolder, { memoryBytes, coreCount }: Computer) {
    this.#yaml = yaml;
    this.#folder = folder;
    this.#memoryBytes = memoryBytes ?? Number.POSITIVE_INFINITY;
    this.#coreCount = coreCount ?? Number.POSITIVE_INFINITY;
    this.#diagnostics = [...yaml.problems];
    const report: Report = (severity, path, message) => this.#report(severity, path, message);
    this.#told = { report, diagnostics: this.#diagnostics };
    this.#configs = new ConfigReader(yaml, folder, this.#told);
  }

  async load(): Promise<LoadedSetup> {
    const { value } = this.#yaml;
    if (value === undefined) return this.#result();
    if (!isPythonMap(value) || value.size === 0) {
      this.#error([], 'A setup is a mapping with the keys Buffers and Workers.');
      return this.#result();
    }
    const targetDirectory = this.#targetDirectory(value);
    const buffers = this.#section(value, 'Buffers').map(([name, body]) => this.#buffer(name, body));
    const bufferNames = new Set(this.#section(value, 'Buffers', true).map(([name]) => name));
    const base = value.has('base_config') ? await this.#configs.read(value.get('base_config')!, ['base_config']) : [];
    const workers: (LoadedWorker | undefined)[] = [];
    for (const [name, body] of this.#section(value, 'Workers')) {
      workers.push(await this.#worker(name, body, { buffers: bufferNames, base }));
    }
    this.#unknownKeys(value, [], { known: TOP_KEYS, isStrict: false });
    const goodBuffers = buffers.filter((buffer) => buffer !== undefined);
    this.#checkMemory(goodBuffers);
    const goodOnes = workers.filter((worker) => worker !== undefined);
    this.#checkThreads(goodOnes.map(({ setup }) => setup));
    await checkFunctions(goodOnes, {
      buffers: goodBuffers,
      folder: this.#folder,
      told: this.#told,
      areAll: goodOnes.length === workers.length,
    });
    if (this.#diagnostics.some(({ severity }) => severity === 'error')) return this.#result();
    const goodWorkers = workers.map((worker) => worker!.setup);
    for (const { severity, path, message } of findFlowProblems([...bufferNames], goodWorkers)) {
      this.#report(severity, path, message);
    }
    if (this.#diagnostics.some(({ severity }) => severity === 'error')) return this.#result();
    return {
      setup: {
        buffers: goodBuffers,
        workers: goodWorkers,
        rootBuffers: [
          ...new Set(goodWorkers.filter((w) => w.sources.length + w.observes.length === 0).flatMap((w) => w.sinks)),
        ],
        targetDirectory,
        document: mergedDocument(value, goodWorkers),
      },
      diagnostics: this.#diagnostics,
    };
  }

  #result(): LoadedSetup {
    return { setup: undefined, diagnostics: this.#diagnostics };
  }

  #report(severity: 'error' | 'warning', path: readonly string[], message: string): void {
    this.#diagnostics.push({ severity, message, path: path.join('.'), ...this.#yaml.placeOf(path) });
  }

  #error(path: readonly string[], message: string): undefined {
    this.#report('error', path, message);
    return undefined;
  }

  #targetDirectory(root: PythonMap): string {
    const value = root.get('target_directory');
    if (value === undefined) return DEFAULT_TARGET_DIRECTORY;
    if (typeof value === 'string') return value;
    this.#error(['target_directory'], `target_directory is a path, not ${pythonText(value)}.`);
    return DEFAULT_TARGET_DIRECTORY;
  }

  #section(root: PythonMap, key: string, isSilent = false): [string, PythonValue][] {
    const value = root.get(key);
    if (isPythonMap(value)) {
      return [...value].flatMap(([name, body]): [string, PythonValue][] => {
        if (typeof name === 'string') return [[name, body]];
        if (!isSilent) this.#error([key, pythonText(name)], nameIsNotText(name, 'a name'));
        return [];
      });
    }
    if (isSilent) return [];
    if (value === undefined) this.#error([], `The key ${key} is missing.`);
    else this.#error([key], `${key} is a mapping of names, not ${pythonText(value)}. For none write ${key}: {}.`);
    return [];
  }

  #buffer(name: string, body: PythonValue): BufferSetup | undefined {
    const path = ['Buffers', name];
    if (!isPythonMap(body))
      return this.#error(path, `The buffer ${name} needs slot_count, data_length and data_dtype.`);
    this.#unknownKeys(body, path, { known: BUFFER_KEYS, isStrict: true });
    const slotCount = this.#integer(body, 'slot_count', path, 1);
    const dataLength = this.#integer(body, 'data_length', path, 0);
    const dtype = this.#dtype(body.get('data_dtype'), path);
    if (slotCount === undefined || dataLength === undefined || !dtype) return undefined;
    return { name, slotCount, dataLength, dtype };
  }

  #integer(body: PythonMap, key: string, parent: readonly string[], min: number): number | undefined {
    const value = body.get(key);
    if (value === undefined) return this.#error(parent, `${parent.at(-1)} has no ${key}.`);
    if (typeof value !== 'bigint' || value < min || value > Number.MAX_SAFE_INTEGER) {
      return this.#error([...parent, key], `${key} is a whole number of at least ${min}, not ${pythonText(value)}.`);
    }
    return Number(value);
  }

  #dtype(value: PythonValue | undefined, parent: readonly string[]): StructDtype | undefined {
    const path = [...parent, 'data_dtype'];
    if (value === undefined) return this.#error(parent, `${parent.at(-1)} has no data_dtype.`);
    if (!isPythonMap(value)) {
      return this.#error(path, 'data_dtype is a mapping of field names to NumPy type names, such as {ch1: f4}.');
    }
    const fields: { name: string; dtype: Dtype }[] = [];
    let isGood = true;
    for (const [name, type] of value) {
      const fieldPath = [...path, pythonText(name)];
      if (typeof name !== 'string') {
        isGood = false;
        this.#error(fieldPath, nameIsNotText(name, 'a field name'));
        continue;
      }
      const dtype = this.#fieldType(type, fieldPath);
      if (dtype) fields.push({ name, dtype });
      else isGood = false;
    }
    return isGood ? packedStruct(fields) : undefined;
  }

  #fieldType(type: PythonValue, path: readonly string[]): Dtype | undefined {
    // NumPy takes None as its default type.
    if (type === null) return dtypeFromName('f8');
    if (typeof type !== 'string')
      return this.#error(path, `A type is the name of a NumPy type, not ${pythonText(type)}.`);
    try {
      return dtypeFromName(type);
    } catch (error) {
      if (error instanceof LabError) return this.#error(path, error.message);
      throw error;
    }
  }

  async #worker(
    name: string,
    body: PythonValue,
    { buffers, base }: { readonly buffers: ReadonlySet<string>; readonly base: readonly ConfigPart[] },
  ): Promise<LoadedWorker | undefined> {
    const path = ['Workers', name];
    if (!isPythonMap(body)) return this.#error(path, `The worker ${name} needs at least the key function.`);
    this.#unknownKeys(body, path, { known: WORKER_KEYS, isStrict: true });
    const sources = this.#bufferList(body, 'sources', path, buffers);
    const sinks = this.#bufferList(body, 'sinks', path, buffers);
    const observes = this.#bufferList(body, 'observes', path, buffers);
    const processCount = body.has('number_of_processes')
      ? (this.#integer(body, 'number_of_processes', path, 0) ?? 0)
      : 1;
    const file = this.#optionalText(body, 'file', path);
    const functionName = await this.#function(body, file, path);
    const own = body.has('config') ? await this.#configs.read(body.get('config')!, [...path, 'config']) : [];
    if (functionName === undefined) return undefined;
    const parts = [...base, ...own];
    const config = mergeParts(parts);
    const named = ['sources', 'sinks', 'observes'].flatMap((key) => {
      const list = body.get(key);
      return isPythonList(list) ? list : [];
    }).length;
    const isConnected = named === sources.length + sinks.length + observes.length;
    const setup = { name, function: functionName, file, processCount, sources, sinks, observes, config };
    return { setup, parts, isConnected };
  }

  #optionalText(body: PythonMap, key: string, parent: readonly string[]): string {
    const value = body.get(key);
    if (value === undefined || value === null) return '';
    if (typeof value === 'string') return value;
    this.#error([...parent, key], `${key} is a text, not ${pythonText(value)}.`);
    return '';
  }

  #bufferList(body: PythonMap, key: string, parent: readonly string[], buffers: ReadonlySet<string>): string[] {
    const value = body.get(key);
    if (value === undefined) return [];
    const path = [...parent, key];
    if (!isPythonList(value)) {
      const hint = typeof value === 'string' ? `Write ${key}: [${value}].` : `For none leave ${key} out.`;
      this.#error(path, `${key} is a list of buffer names, not ${pythonText(value)}. ${hint}`);
      return [];
    }
    return value.flatMap((item, i) => {
      if (typeof item === 'string' && buffers.has(item)) return [item];
      this.#error([...path, String(i)], `There is no buffer ${pythonText(item)}.${meant(item, 'Buffers', buffers)}`);
      return [];
    });
  }

  async #function(body: PythonMap, file: string, parent: readonly string[]): Promise<string | undefined> {
    const path = [...parent, 'function'];
    const value = body.get('function');
    if (value === undefined) return this.#error(parent, `${parent.at(-1)} has no function.`);
    if (typeof value !== 'string') return this.#error(path, `function is a name, not ${pythonText(value)}.`);
    if (file !== '') return this.#fileFunction(file, value, parent);
    const dot = value.lastIndexOf('.');
    if (dot < 1) {
      return this.#error(
        path,
        `${value} is no function name. Prebuilt ones are written module.function, such as exporters.drain.`,
      );
    }
    const row = findBuiltIn('', value);
    if (row?.obstacle) return this.#error(path, `${value} ${row.obstacle}`);
    if (row) return value;
    const modules = new Set([...PREBUILT.keys()].map((known) => known.slice(0, known.lastIndexOf('.'))));
    const moduleName = value.slice(0, dot);
    const siblings = [...PREBUILT.keys()].filter((known) => known.startsWith(`${moduleName}.`));
    if (siblings.length > 0) {
      return this.#error(path, `There is no function ${value}.${meant(value, moduleName, siblings)}`);
    }
    const hint = didYouMean(value, PREBUILT.keys()) || meant(moduleName, 'Modules', modules);
    return this.#error(path, `There is no module ${moduleName}.${hint}`);
  }

  /** A function of a file: built in, or exported by a JavaScript module beside the setup. */
  async #fileFunction(file: string, name: string, parent: readonly string[]): Promise<string | undefined> {
    // The examples' functions are built in; their files may be missing.
    if (findBuiltIn(file, name)) return name;
    const siblings = builtInFunctionsOf(file);
    const modulePath = file.replace(/\.py$/, '.js');
    const filePath = [...parent, 'file'];
    const functionPath = [...parent, 'function'];
    const unreadable = (message: string) => this.#error(filePath, message);
    const source = await readText(this.#folder, modulePath, (message) => {
      if (modulePath === file) unreadable(message);
    });
    if (source !== undefined) {
      const exported = exportedNames(source);
      if (!exported || exported.includes(name)) return name;
      return this.#error(
        functionPath,
        `${modulePath} exports no function ${name}.${meant(name, 'It exports', exported)}`,
      );
    }
    if (siblings.length > 0) {
      const hint = meant(name, `Functions of ${file} that are built in`, siblings);
      return this.#error(functionPath, `There is no function ${name} in ${file}.${hint}`);
    }
    if (modulePath === file) return undefined;
    return (await this.#folder.readText(file)) === undefined
      ? unreadable(`There is no file ${file} beside the setup.`)
      : unreadable(`${file} is Python, which does not run here. Put ${modulePath} with the same function beside it.`);
  }

  /** Keys that nothing reads. At the top of a setup only those that look like a slip: anchors and notes stand there, too. */
  #unknownKeys(
    body: PythonMap,
    path: readonly string[],
    { known, isStrict }: { readonly known: readonly string[]; readonly isStrict: boolean },
  ): void {
    for (const [key, value] of body) {
      const name = pythonText(key);
      if (known.includes(name) || (!isStrict && nearestOf(name, known) === undefined)) continue;
      this.#report('warning', [...path, name], unknownKeyText(key, value, known));
    }
  }

  #checkThreads(workers: readonly WorkerSetup[]): void {
    const total = workers.reduce((sum, { processCount }) => sum + processCount, 0);
    const largest = workers.reduce((a, b) => (b.processCount > a.processCount ? b : a), workers[0]!);
    const room = Math.min(MAX_THREADS, Math.floor(this.#memoryBytes / THREAD_BYTES));
    if (total > room) {
      this.#error(
        ['Workers', largest.name, 'number_of_processes'],
        `The workers take ${total} threads, and there is room for ${room}. Lower number_of_processes; ${largest.name} has the most.`,
      );
    }
    for (const { name, processCount } of workers) {
      if (processCount <= this.#coreCount || total > room) continue;
      const message = `${name} has ${processCount} processes, and this computer ${this.#coreCount} processor cores. More processes than cores make it slower.`;
      this.#report('warning', ['Workers', name, 'number_of_processes'], message);
    }
  }

  #checkMemory(buffers: readonly BufferSetup[]): void {
    const bytes = buffers.map((buffer) => buffer.slotCount * (METADATA_BYTES + eventBytes(buffer)));
    const total = bytes.reduce((sum, own) => sum + own, 0);
    const room = Math.min(this.#memoryBytes, MAX_MEMORY_BYTES);
    if (total <= room) return;
    const largest = buffers[bytes.indexOf(Math.max(...bytes))]!;
    const amounts = `${formatBytes(total)} of memory, and there are ${formatBytes(room)}`;
    this.#error(
      ['Buffers', largest.name, 'slot_count'],
      `The buffers take ${amounts}. Lower slot_count or data_length; ${largest.name} is the largest.`,
    );
  }
}

function mergedDocument(root: PythonMap, workers: readonly WorkerSetup[]): PythonMap {
  const configs = new Map(workers.map(({ name, config }) => [name, config]));
  const section = root.get('Workers') as PythonMap;
  const rebuilt: PythonMap = new Map(
    [...section].map(([name, body]): [PythonValue, PythonValue] => [
      name,
      new Map(body as PythonMap).set('config', configs.get(name as string)!),
    ]),
  );
  return new Map(
    [...root].map(([key, value]): [PythonValue, PythonValue] => [key, key === 'Workers' ? rebuilt : value]),
  );
}

function nameIsNotText(name: PythonValue, what: string): string {
  return `${pythonText(name)} is not text, so it cannot be ${what}. Write it in quotes.`;
}

/** The nearest name, or all. */
function meant(word: PythonValue, what: string, names: Iterable<string>): string {
  const list = [...names];
  return didYouMean(pythonText(word), list) || ` ${what}: ${list.length > 0 ? list.join(', ') : 'none'}.`;
}
