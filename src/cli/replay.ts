// replay: recorded bytes of an instrument through the shipped driver, recorded to a file. The tool for bug reports: the
// same bytes give the same file, on any computer. To add an instrument: its file, and its row here.

import type { CommandForm, CommandRow } from './command-row.ts';
import { replayJs110 } from './replay-js110.ts';
import { replayJs220 } from './replay-js220.ts';
import { UsageError } from './usage.ts';

const REPLAY_ROWS: readonly CommandRow[] = [
  {
    name: 'js110',
    forms: [{ usage: 'CAPTURE OUT.jls --calibration CAL [--suppress MODE]', does: 'bulk packets, to JLS' }],
    run: replayJs110,
  },
  {
    name: 'js220',
    forms: [
      {
        usage: 'CAPTURE OUT.jls [--publish JSON]',
        does: 'bulk frames, to JLS; JSON is a list of {"topic", "value"}, or a file with one',
      },
    ],
    run: replayJs220,
  },
];

/** How each instrument's bytes are replayed. */
export const REPLAY_FORMS: readonly CommandForm[] = REPLAY_ROWS.flatMap(({ name, forms }) =>
  forms.map(({ usage, does }) => ({ usage: `${name} ${usage}`, does })),
);

/** Hands over to the instrument's row; its name may stand anywhere among the arguments. */
export async function replay(args: readonly string[]): Promise<void> {
  const row = REPLAY_ROWS.find(({ name }) => args.includes(name));
  if (!row) throw new UsageError(`Which instrument? Known are ${REPLAY_ROWS.map(({ name }) => name).join(', ')}.`);
  await row.run(args);
}
