// What a setup says about what its histograms hold: units of fields, and which two belong together.

import type { Setup, WorkerSetup } from '../../pipeline/setup/setup.ts';

const DECAY_FILTER = 'calculate_decay_time';
/** Fields of the decay filter's parameters, by the end of their names (src/pipeline/functions/muon-filter.ts). */
const DECAY_UNITS: readonly (readonly [ending: string, unit: string])[] = [
  ['decay_time', 'ns'],
  ['_h', 'mV'],
];

/** Unit of a field of a buffer; empty when nothing tells it. */
export function fieldUnit(setup: Setup, bufferName: string, field: string): string {
  const writer = setup.workers.find(({ sinks }) => sinks.includes(bufferName));
  if (!writer) return '';
  if (isDecayFilter(writer)) return DECAY_UNITS.find(([ending]) => field.endsWith(ending))?.[1] ?? '';
  // Exporters and copies pass their events on as they are.
  const isPassing = writer.function.startsWith('exporters.') || writer.function === 'misc.copy';
  return isPassing && writer.sources[0] !== undefined ? fieldUnit(setup, writer.sources[0], field) : '';
}

/** Histograms of the times of decays that went up and down. */
export interface DecayPair {
  readonly upWorker: string;
  readonly downWorker: string;
  readonly channel: string;
}

/** The pairs of histograms behind the decay filters of a setup. */
export function decayPairs(setup: Setup): readonly DecayPair[] {
  return setup.workers.filter(isDecayFilter).flatMap(({ sinks }) => {
    const [upWorker, downWorker] = [sinks[1], sinks[2]].map((buffer) =>
      setup.workers.find(
        ({ function: name, sources }) => name === 'exporters.histogram' && sources.includes(buffer ?? ''),
      ),
    );
    if (!upWorker || !downWorker) return [];
    return [{ upWorker: upWorker.name, downWorker: downWorker.name, channel: 'decay_time' }];
  });
}

function isDecayFilter({ function: name, sinks }: WorkerSetup): boolean {
  return name === DECAY_FILTER && sinks.length === 3;
}
