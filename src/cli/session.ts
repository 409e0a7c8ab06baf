// Opening files for commands, and printing their answers.

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LabError } from '../base/errors.ts';
import { createWorkspace, type Workspace } from '../core/workspace.ts';
import { openFile } from '../formats/detect.ts';
import type { FormatReader } from '../formats/reader.ts';
import type { OpenContext } from '../formats/row.ts';
import type { ReadChoice } from '../model/read-choice.ts';
import { toJson } from './json.ts';
import { NodeFile } from './node-file.ts';
import { printLine } from './terminal-text.ts';
import { toText } from './text.ts';

/** Memory of the core for one command. */
const WORKSPACE_BYTES = 64 * 2 ** 20;

/** A private core from the compiled module beside the bundle (build/cli/main.js → build/core.wasm). */
export function makeWorkspace(lengthBytes = WORKSPACE_BYTES): Workspace {
  const bytes = readFileSync(new URL('../core.wasm', import.meta.url));
  return createWorkspace(new WebAssembly.Module(bytes), lengthBytes);
}

/** Opens a file by its content, runs `use` and closes it again. Files beside it are opened where it needs them. */
export async function withFile<T>(
  path: string,
  choice: ReadChoice,
  use: (reader: FormatReader) => Promise<T>,
): Promise<T> {
  const files = [new NodeFile(path)];
  const context: OpenContext = {
    name: basename(path),
    choice,
    neighbour: (name) => {
      const beside = join(dirname(path), basename(name));
      if (!existsSync(beside)) return Promise.resolve(undefined);
      const file = new NodeFile(beside);
      files.push(file);
      return Promise.resolve(file);
    },
  };
  try {
    const reader = await openFile(files[0]!, makeWorkspace(), context);
    try {
      return await use(reader);
    } finally {
      reader.close();
    }
  } finally {
    for (const file of files) file.close();
  }
}

/** Prints an answer as JSON or as text. */
export function print(answer: unknown, asJson: boolean): void {
  printLine(asJson ? toJson(answer) : toText(answer));
}

/** The whole of a file that a command works on. */
export function readInput(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new LabError(
      'storage/io',
      `Cannot read ${path}: ${(cause as Error).message}. Check the name and the permissions.`,
      {
        cause,
      },
    );
  }
}
