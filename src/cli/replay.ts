// replay: recorded bytes of an instrument through the shipped driver, recorded to a file. The tool for bug reports: the
// same bytes give the same file, on any computer.

import { replayJs110 } from './replay-js110.ts';
import { replayJs220 } from './replay-js220.ts';
import { UsageError } from './usage.ts';

const MODELS: ReadonlyMap<string, (args: readonly string[]) => Promise<void>> = new Map([
  ['js110', replayJs110],
  ['js220', replayJs220],
]);

/** Hands over to the model's command; the model may stand anywhere among the arguments. */
export async function replay(args: readonly string[]): Promise<void> {
  const named = args.find((arg) => MODELS.has(arg));
  if (named === undefined) throw new UsageError('Which instrument? Known are js110 and js220.');
  await MODELS.get(named)!(args);
}
