// Opens a MATLAB file of level 5 or 4: vectors are signals, matrices have a channel per row or column, whichever is shorter.
// A rising vector called time is the axis of what has its length; single numbers may state the sampling; the other single
// values and texts are what the file says of its making.

import { FormatError } from '../../base/errors.ts';
import type { ReadChoice } from '../../model/read-choice.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { level4Variables } from './level4.ts';
import { level5Variables, type Say } from './level5.ts';
import { isLevel5 } from './row.ts';
import { readSignals } from './signals.ts';
import { type NumberVariable, runValues, type Variable } from './variable.ts';

/** Bytes of text in front of level 5 that say where it comes from. */
const HEADER_TEXT_BYTES = 116;

/** Rejects with a FormatError when the file has nothing to show. */
export async function openMat(source: RandomAccess, context: OpenContext = NO_CONTEXT): Promise<FormatReader> {
  const diagnostics: Diagnostic[] = [];
  const say: Say = (message, isDamaged) => {
    const code = isDamaged ? 'mat/damaged' : 'mat/no-signal';
    diagnostics.push({ severity: 'warning', code, message });
  };
  const head = await source.read(0, Math.min(128, source.sizeBytes));
  const is5 = isLevel5(head);
  const variables = withOwnIds(await (is5 ? level5Variables(source, say) : level4Variables(source, say)));
  const facts = await factsOf(variables);
  const { signals, reading, originUtc } = await readSignals(variables, facts, context.choice, diagnostics);
  if (signals.length === 0) sayNothingToShow(variables, context.choice, diagnostics);
  const text = String.fromCharCode(...head.subarray(0, HEADER_TEXT_BYTES))
    .replace(/\0.*$/s, '')
    .trimEnd();
  return createPlainReader({
    format: 'mat',
    label: `MATLAB ${is5 ? 5 : 4}`,
    version: is5 ? '5' : '4',
    signals,
    diagnostics,
    metadata: { ...(is5 ? { header: text } : {}), ...Object.fromEntries(facts) },
    reading,
    originUtc,
    isRecovered: diagnostics.some(({ code }) => code === 'mat/damaged'),
  });
}

/** Single values and texts are worth to be seen; without any there is nothing. */
function sayNothingToShow(variables: readonly Variable[], { parts }: ReadChoice, diagnostics: Diagnostic[]): void {
  if (parts)
    throw new FormatError(
      'format/not-found',
      'None of the chosen parts is in this file. Choose among those that it lists.',
      0,
    );
  if (variables.length === 0) {
    const why = diagnostics.map(({ message }) => message).join(' ') || 'It is empty.';
    throw new FormatError('format/unsupported', `This MATLAB file has nothing to show. ${why}`, 0);
  }
  const message = `The file has no series of numbers; its ${variables.length} variables are single values or texts.`;
  diagnostics.push({ severity: 'warning', code: 'mat/no-signal', message });
}

/** Texts and single numbers by their ids. */
async function factsOf(variables: readonly Variable[]): Promise<ReadonlyMap<string, unknown>> {
  const facts = new Map<string, unknown>();
  for (const variable of variables) {
    if (variable.kind === 'text') facts.set(variable.id, variable.text);
    else if (isSingle(variable)) facts.set(variable.id, await singleValue(variable));
  }
  return facts;
}

function isSingle({ shape }: NumberVariable): boolean {
  return shape.every((size) => size === 1);
}

async function singleValue({ real, imaginary }: NumberVariable): Promise<unknown> {
  const [re] = await runValues(real, 0, 1, 1);
  if (!imaginary) return typeof re === 'bigint' && Number.isSafeInteger(Number(re)) ? Number(re) : re;
  const [im] = await runValues(imaginary, 0, 1, 1);
  return `${re} + ${im}i`;
}

/** Fields may have the same name twice: the second gets a number. */
function withOwnIds(variables: readonly Variable[]): readonly Variable[] {
  const counts = new Map<string, number>();
  return variables.map((variable) => {
    const count = (counts.get(variable.id) ?? 0) + 1;
    counts.set(variable.id, count);
    return count === 1 ? variable : { ...variable, id: `${variable.id}#${count}` };
  });
}
