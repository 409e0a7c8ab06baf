// Which of the connected instruments a source takes.

import { LabError } from '../../base/errors.ts';
import type { WorkerConfig } from '../config.ts';
import type { SourceInstrument } from './template.ts';

/**
 * The one that the config names under `instrument` by model, serial number or both (`JS220 002122`), capitals or not; the
 * first without that key. Throws `setup/invalid` with those that are connected where none or several have the name.
 */
export function chosenInstrument(instruments: readonly SourceInstrument[], config: WorkerConfig): SourceInstrument {
  const [first] = instruments;
  if (!first) {
    throw new LabError(
      'setup/invalid',
      'No instrument is connected. Connect one (a simulated one will do), start it, and start the run again.',
    );
  }
  if (!config.has('instrument')) return first;
  const wanted = config.text('instrument');
  const found = instruments.filter((instrument) => isNamed(instrument, wanted));
  if (found.length === 1) return found[0]!;
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
