// Loads a setup: YAML to values, values to a checked Setup, configuration files merged.

import { LabError } from '../../base/errors.ts';
import { type Dtype, packedStruct, type StructDtype } from '../../formats/numpy/dtype.ts';
import { dtypeFromName } from '../../formats/numpy/type-names.ts';
import { arityText, TEMPLATE_ARITY, type Template } from '../functions/arity.ts';
import { isBuiltIn, PREBUILT } from '../functions/catalogue.ts';
import { findFlowProblems } from './flow.ts';
import { isPythonList, isPythonMap, type PythonMap, type PythonValue, pythonText } from './python-value.ts';
import { loadPythonYaml, type PythonYaml } from './python-yaml.ts';
import type { BufferSetup, LoadedSetup, SetupDiagnostic, SetupFolder, WorkerSetup } from './setup.ts';

/** Loads and checks the text of a setup that lies in `folder`. Bad input gives diagnostics, never a rejection. */
export async function loadSetup(text: string, folder: SetupFolder): Promise<LoadedSetup> {
  const loader = new Loader(loadPythonYaml(text), folder);
  return loader.load();
}

const DEFAULT_TARGET_DIRECTORY = 'target';

class Loader {
  readonly #yaml: PythonYaml;
  readonly #folder: SetupFolder;
  readonly #diagnostics: SetupDiagnostic[];
  readonly #readFiles = new Set<string>();

  constructor(yaml: PythonYaml, folder: SetupFolder) {
    this.#yaml = yaml;
    this.#folder = folder;
    this.#diagnostics = [...yaml.problems];
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
    const baseConfig = await this.#config(value.get('base_config'), ['base_config'], new Map());
    const workers: (WorkerSetup | undefined)[] = [];
    const bodies = new Map<string, PythonMap>();
    for (const [name, body] of this.#section(value, 'Workers')) {
      workers.push(await this.#worker(name, body, bufferNames, baseConfig));
      if (isPythonMap(body)) bodies.set(name, body);
    }
    if (this.#diagnostics.some(({ severity }) => severity === 'error')) return this.#result();
    const goodWorkers = workers as WorkerSetup[];
    for (const { severity, path, message } of findFlowProblems([...bufferNames], goodWorkers)) {
      this.#report(severity, path, message);
    }
    if (this.#diagnostics.some(({ severity }) => severity === 'error')) return this.#result();
    return {
      setup: {
        buffers: buffers as BufferSetup[],
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
    buffers: ReadonlySet<string>,
    baseConfig: PythonMap,
  ): Promise<WorkerSetup | undefined> {
    const path = ['Workers', name];
    if (!isPythonMap(body)) return this.#error(path, `The worker ${name} needs at least the key function.`);
    const before = this.#diagnostics.length;
    const sources = this.#bufferList(body, 'sources', path, buffers);
    const sinks = this.#bufferList(body, 'sinks', path, buffers);
    const observes = this.#bufferList(body, 'observes', path, buffers);
    const processCount = body.has('number_of_processes')
      ? (this.#integer(body, 'number_of_processes', path, 0) ?? 0)
      : 1;
    const file = this.#optionalText(body, 'file', path);
    const functionName = await this.#function(body, file, path);
    const config = await this.#config(body.get('config'), [...path, 'config'], baseConfig, body.has('config'));
    if (functionName === undefined) return undefined;
    if (this.#diagnostics.length === before && file === '') {
      this.#checkArity(path, functionName, { sources: sources.length, sinks: sinks.length, observes: observes.length });
    }
    return { name, function: functionName, file, processCount, sources, sinks, observes, config };
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
      this.#error([...path, String(i)], `There is no buffer ${pythonText(item)}. ${knownNames('Buffers', buffers)}`);
      return [];
    });
  }

  async #function(body: PythonMap, file: string, parent: readonly string[]): Promise<string | undefined> {
    const path = [...parent, 'function'];
    const value = body.get('function');
    if (value === undefined) return this.#error(parent, `${parent.at(-1)} has no function.`);
    if (typeof value !== 'string') return this.#error(path, `function is a name, not ${pythonText(value)}.`);
    if (file !== '') {
      // The examples' functions are built in; their files may be missing.
      if (isBuiltIn(file, value) || (await this.#folder.readText(file)) !== undefined) return value;
      return this.#error([...parent, 'file'], `There is no file ${file} beside the setup.`);
    }
    const dot = value.lastIndexOf('.');
    if (dot < 1) {
      return this.#error(
        path,
        `${value} is no function name. Prebuilt ones are written module.function, such as exporters.drain.`,
      );
    }
    if (PREBUILT.has(value)) return value;
    const moduleName = value.slice(0, dot);
    const siblings = [...PREBUILT.keys()].filter((known) => known.startsWith(`${moduleName}.`));
    return this.#error(
      path,
      siblings.length > 0
        ? `There is no function ${value}. ${knownNames(moduleName, siblings)}`
        : `There is no module ${moduleName}. ${knownNames('Modules', new Set([...PREBUILT.keys()].map((known) => known.slice(0, known.lastIndexOf('.')))))}`,
    );
  }

  #checkArity(path: readonly string[], functionName: string, counts: Readonly<Record<string, number>>): void {
    const template: Template = PREBUILT.get(functionName)!;
    for (const { noun, min, max } of TEMPLATE_ARITY[template]) {
      const count = counts[noun]!;
      if (count >= min && count <= max) continue;
      const article = /^[AEIOU]/.test(template) ? 'an' : 'a';
      this.#report(
        'warning',
        path,
        `${functionName} is ${article} ${template} and must have ${arityText(noun, min, max)}, not ${count}. It will stop when the run starts.`,
      );
    }
  }

  /** A dict, a path, or a list of both; merged over `base`, the last one wins per key. */
  async #config(
    value: PythonValue | undefined,
    path: readonly string[],
    base: PythonMap,
    isGiven = value !== undefined,
  ): Promise<PythonMap> {
    const merged: PythonMap = new Map(base);
    if (!isGiven) return merged;
    const parts = isPythonList(value!) ? value : [value!];
    for (const [i, part] of parts.entries()) {
      const partPath = isPythonList(value!) ? [...path, String(i)] : path;
      if (isPythonMap(part)) for (const [key, item] of part) merged.set(key, item);
      else if (typeof part === 'string') {
        for (const [key, item] of (await this.#configFile(part, partPath)) ?? []) merged.set(key, item);
      } else if (isPythonList(value!)) {
        this.#report('warning', partPath, `${pythonText(part)} is neither a mapping nor a file name and is left out.`);
      } else {
        this.#error(
          partPath,
          `A configuration is a mapping, a file name or a list of them, not ${pythonText(part)}. For none leave the key out.`,
        );
      }
    }
    return merged;
  }

  /** Read anew for every use, as the reference does: two workers never share an object of a file. */
  async #configFile(file: string, path: readonly string[]): Promise<PythonMap | undefined> {
    const text = await this.#folder.readText(file);
    if (text === undefined) return this.#error(path, `There is no file ${file} beside the setup.`);
    const { value, problems } = loadPythonYaml(text);
    if (!this.#readFiles.has(file)) {
      for (const problem of problems) this.#diagnostics.push({ ...problem, path: `${file}:${problem.path}` });
    }
    this.#readFiles.add(file);
    if (isPythonMap(value)) return value;
    if (value === null) this.#report('warning', path, `${file} is empty.`);
    else if (value === undefined) this.#error(path, `${file} is no YAML; its own errors are listed.`);
    else this.#error(path, `${file} holds ${pythonText(value)}, not a mapping.`);
    return undefined;
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

function knownNames(what: string, names: Iterable<string>): string {
  const list = [...names];
  return list.length > 0 ? `${what}: ${list.join(', ')}.` : `${what}: none.`;
}
