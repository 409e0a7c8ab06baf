// Opening files for commands, and printing their answers.

import { readFileSync } from 'node:fs';
import { LabError } from '../base/errors.ts';
import { createWorkspace, type Workspace } from '../core/workspace.ts';
import { openFile } from '../formats/detect.ts';
import type { FormatReader } from '../formats/reader.ts';
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

/** Opens a file by its content, runs `use` and closes it again. */
export async function withFile<T>(path: string, use: (reader: FormatReader) => Promise<T>): Promise<T> {
  const file = new NodeFile(path);
  try {
    const reader = await openFile(file, makeWorkspace());
    try {
      return await use(reader);
    } finally {
      reader.close();
    }
  } finally {
    file.close();
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
