// Lists of requests in a JSON file, and the line that answers one of them.

import { readFileSync } from 'node:fs';
import { FormatError, LabError } from '../base/errors.ts';
import type { Request } from './requests.ts';
import { UsageError } from './usage.ts';

/** A JSON file that holds a list of objects. */
export function readRequests(path: string): readonly Request[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new UsageError(`Cannot read the requests in ${path}: ${(cause as Error).message}`);
  }
  const isList = Array.isArray(value) && value.every((item) => item !== null && typeof item === 'object');
  if (!isList) throw new UsageError(`${path} must hold a list of requests.`);
  return value as readonly Request[];
}

/** `{ok: true, result}`, or `{ok: false, error}` for what the request or the data did wrong. */
export async function answerLine(answer: () => Promise<unknown>): Promise<unknown> {
  try {
    return { ok: true, result: await answer() };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

function describe(error: unknown): Record<string, unknown> {
  if (error instanceof UsageError) return { code: 'request/invalid', message: error.message };
  if (!(error instanceof LabError)) throw error;
  const offset = error instanceof FormatError ? error.offsetBytes : undefined;
  return { code: error.code, message: error.message, ...(offset === undefined ? {} : { offset }) };
}
