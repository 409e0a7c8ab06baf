// Which of the connected instruments a source takes.

import { LabError } from '../../base/errors.ts';
import type { WorkerConfig } from '../config.ts';
import type { SourceInstrument } from './template.ts';

/**
 * Those that the config means: the first, or all that have the name under `instrument`. Throws `setup/invalid` for a name
 * that is no text.
 */
function meantInstruments<T extends SourceInstrument>(instruments: readonly T[], config: WorkerConfig): readonly T[] {
  if (!config.has('instrument')) return instruments.slice(0, 1);
  const wanted = config.text('instrument');
  return instruments.filter((instrument) => isNamed(instrument, wanted));
}

/**
 * Those that the config of a source of records means: as of another source, but without a name the first that `brings`
 * records, if one does. Throws `setup/invalid` for a name that is no text.
 */
export function meantScopes<T extends SourceInstrument>(
  instruments: readonly T[],
  config: WorkerConfig,
  brings: (instrument: T) => boolean,
): readonly T[] {
  const [first] = config.has('instrument') ? [] : instruments.filter(brings);
  return first ? [first] : meantInstruments(instruments, config);
}

/**
 * The one that the config names under `instrument` by model, serial number or both (`JS220 002122`), capitals or not; the
 * first without that key. Throws `setup/invalid` with those that are connected where none or several have the name.
 */
export function chosenInstrument(
  instruments: readonly SourceInstrument[],
  config: WorkerConfig,
  found = meantInstruments(instruments, config),
): SourceInstrument {
  if (instruments.length === 0) {
    throw new LabError(
      'setup/invalid',
      'No instrument is connected. Connect one (a simulated one will do), start it, and start the run again.',
    );
  }
  if (found.length === 1) return found[0]!;
  const wanted = config.text('instrument');
  const labels = (found.length === 0 ? instruments : found).map(({ label }) => label).join(', ');
  throw new LabError(
    'setup/invalid',
    found.length === 0
      ? `No connected instrument is '${wanted}'. Connected: ${labels}. Connect it, or name one of these under 'instrument'.`
      : `'${wanted}' means several connected instruments: ${labels}. Name one by its serial number under 'instrument'.`,
  );
}

function isNamed({ label, model, serialNumber }: SourceInstrument, wanted: string): boolean {
  const names = [label, model, serialNumber].map((name) => name.toLowerCase());
  return wanted !== '' && names.includes(wanted.toLowerCase());
}
