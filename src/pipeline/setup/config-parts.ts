// What a configuration is put together from: mappings in the setup and configuration files, each with its place in a text.
// The merge is shallow and the last one wins per key, as in mimoCoRB2.

import { LabError } from '../../base/errors.ts';
import {
  isPythonList,
  isPythonMap,
  type PythonMap,
  type PythonValue,
  pythonText,
} from '../../base/yaml/python-value.ts';
import { loadPythonYaml, type PythonYaml } from '../../base/yaml/python-yaml.ts';
import type { SetupDiagnostic, SetupFolder } from './setup.ts';

/** A mapping of a configuration. */
export interface ConfigPart {
  /** Parts of one name are the same text: base_config, or a file that several workers take. */
  readonly name: string;
  readonly values: PythonMap;
  /** Several workers may take it. */
  readonly isShared: boolean;
  /** Where the value at these keys stands, or its nearest parent. */
  placeOf(keys: readonly string[]): Pick<SetupDiagnostic, 'path' | 'line' | 'column'>;
}

export type Report = (severity: SetupDiagnostic['severity'], path: readonly string[], message: string) => void;

/** Where what is wrong is told: at a place of the setup, or as it is. */
export interface Told {
  readonly report: Report;
  readonly diagnostics: SetupDiagnostic[];
}

/** Values of all parts, the last one wins per key. */
export function mergeParts(parts: readonly ConfigPart[]): PythonMap {
  return new Map(parts.flatMap(({ values }) => [...values]));
}

export class ConfigReader {
  readonly #yaml: PythonYaml;
  readonly #folder: SetupFolder;
  readonly #report: Report;
  readonly #diagnostics: SetupDiagnostic[];
  readonly #toldFiles = new Set<string>();

  /** Problems within files go to `diagnostics`, those at a place of the setup to `report`. */
  constructor(yaml: PythonYaml, folder: SetupFolder, told: Told) {
    this.#yaml = yaml;
    this.#folder = folder;
    this.#report = told.report;
    this.#diagnostics = told.diagnostics;
  }

  /** Of a mapping, a path, or a list of both. */
  async read(value: PythonValue, path: readonly string[]): Promise<readonly ConfigPart[]> {
    if (!isPythonList(value)) return this.#part(value, path, false);
    const parts = await Promise.all(value.map((item, i) => this.#part(item, [...path, String(i)], true)));
    return parts.flat();
  }

  async #part(value: PythonValue, path: readonly string[], isInList: boolean): Promise<readonly ConfigPart[]> {
    if (isPythonMap(value)) {
      const placeOf = (keys: readonly string[]) => {
        const full = [...path, ...keys];
        return { path: full.join('.'), ...this.#yaml.placeOf(full) };
      };
      return [{ name: path.join('.'), values: value, isShared: path[0] === 'base_config', placeOf }];
    }
    if (typeof value === 'string') return this.#file(value, path);
    if (isInList) {
      this.#report('warning', path, `${pythonText(value)} is neither a mapping nor a file name and is left out.`);
    } else {
      this.#report(
        'error',
        path,
        `A configuration is a mapping, a file name or a list of them, not ${pythonText(value)}. For none leave the key out.`,
      );
    }
    return [];
  }

  /** Read anew for every use, as the reference does: two workers never share an object of a file. */
  async #file(file: string, path: readonly string[]): Promise<readonly ConfigPart[]> {
    const text = await readText(this.#folder, file, (message) => this.#report('error', path, message));
    if (text === undefined) return [];
    const { value, problems, placeOf } = loadPythonYaml(text);
    if (!this.#toldFiles.has(file)) {
      for (const problem of problems) this.#diagnostics.push({ ...problem, path: `${file}:${problem.path}` });
    }
    this.#toldFiles.add(file);
    if (isPythonMap(value)) {
      const place = (keys: readonly string[]) => ({ path: `${file}:${keys.join('.')}`, ...placeOf(keys) });
      return [{ name: file, values: value, isShared: true, placeOf: place }];
    }
    if (value === null) this.#report('warning', path, `${file} is empty.`);
    else if (value === undefined) this.#report('error', path, `${file} is no YAML; its own errors are listed.`);
    else this.#report('error', path, `${file} holds ${pythonText(value)}, not a mapping.`);
    return [];
  }
}

/** A file beside the setup; says why when there is none or it is no text. */
export async function readText(
  folder: SetupFolder,
  file: string,
  say: (message: string) => void,
): Promise<string | undefined> {
  try {
    const text = await folder.readText(file);
    if (text === undefined) say(`There is no file ${file} beside the setup.`);
    return text;
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    say(error.message);
    return undefined;
  }
}
