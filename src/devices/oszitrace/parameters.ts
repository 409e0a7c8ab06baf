// What an oscilloscope of OsziTrace can be told, and what its init-talk found, as parameters of an instrument.

import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { Parameters } from './format-string.ts';

/** The id by which the scope view knows it. */
export const RUN_MODE = 'run';
export type RunMode = 'read' | 'run' | 'single' | 'stop';

const MODE: Parameter = {
  kind: 'choice',
  id: RUN_MODE,
  label: 'Acquisition',
  help: 'Read takes what is there and arms nothing. Run arms its trigger again after each record, Single arms it once, Stop reads nothing.',
  group: 'Acquisition',
  // the instrument knows what goes on after a cable was pulled: a single record is not taken again
  isSetOnce: true,
  choices: [
    { value: 'read', label: 'Read' },
    { value: 'run', label: 'Run' },
    { value: 'single', label: 'Single' },
    { value: 'stop', label: 'Stop' },
  ],
  default: 'read',
};

/** With the named fields of init-talk, to be read; one that holds others is shown as JSON. */
export function talkParameters(named: Parameters): {
  readonly parameters: readonly Parameter[];
  readonly values: Readonly<Record<string, ParameterValue>>;
} {
  const entries = Object.entries(named).map(([name, value]) => ({
    id: `talk.${name}`,
    name,
    text: typeof value === 'object' ? JSON.stringify(value) : String(value),
  }));
  const parameters = entries.map(
    ({ id, name }): Parameter => ({
      kind: 'text',
      id,
      label: name,
      help: 'What the instrument answered to the init-talk.',
      group: 'Init-talk',
      isReadOnly: true,
      default: '',
    }),
  );
  return { parameters: [MODE, ...parameters], values: Object.fromEntries(entries.map(({ id, text }) => [id, text])) };
}
