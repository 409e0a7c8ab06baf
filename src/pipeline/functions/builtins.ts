// Every function that a setup can name without bringing code: mimoCoRB2's prebuilt ones, and the Python functions of its
// example experiments, so that those setups run as they are.

import type { EXAMPLE_NAMES } from './builtin-names.ts';
import { clockedImporter, exportMimo, simulateImporter } from './data.ts';
import { csv, drain, histogram } from './exporters.ts';
import { simulateGammas } from './gamma-source.ts';
import { instrumentWaveform } from './instrument-source.ts';
import { calculateDecayTime } from './muon-filter.ts';
import { simulateMuons } from './muon-source.ts';
import { pha } from './pha.ts';
import { redPitayaWaveform } from './redpitaya-source.ts';
import { calculatePulseHeights, filterData, printPulseHeights, simulateOsc } from './simple-example.ts';
import type { WorkerFactory } from './template.ts';
import { copy, csvVisualizer, histogramVisualizer, oscilloscope } from './views.ts';

const PREBUILT_FUNCTIONS: ReadonlyMap<string, WorkerFactory> = new Map<string, WorkerFactory>([
  ['exporters.drain', drain],
  ['exporters.histogram', histogram],
  ['exporters.csv', csv],
  ['analyzers.pha', pha],
  ['data.export', exportMimo],
  ['data.simulate_importer', simulateImporter],
  ['data.clocked_importer', clockedImporter],
  ['importers.instrument.waveform', instrumentWaveform],
  ['importers.redpitaya.waveform', redPitayaWaveform],
  ['misc.copy', copy],
  ['observers.oscilloscope', oscilloscope],
  ['visualizers.histogram', histogramVisualizer],
  ['visualizers.csv', csvVisualizer],
]);

/** Both examples call their source `simulate_source`; only the muons have an analogue offset. */
const simulateSource: WorkerFactory = (context) =>
  context.config.has('analogue_offset') ? simulateMuons(context) : simulateGammas(context);

/** The examples' own functions, by file name and function (examples/ of the mimoCoRB2 repository). */
const EXAMPLE_FUNCTIONS: Readonly<Record<(typeof EXAMPLE_NAMES)[number], WorkerFactory>> = {
  'functions.py:simulate_osc': simulateOsc,
  'functions.py:filter_data': filterData,
  'functions.py:calculate_pulse_heights': calculatePulseHeights,
  'functions.py:print_pulse_heights': printPulseHeights,
  'simulate_source.py:simulate_source': simulateSource,
  'lifetime_filter.py:calculate_decay_time': calculateDecayTime,
};

/** The function of a name that `builtinName` gave. */
export function findBuiltin(name: string): WorkerFactory | undefined {
  return PREBUILT_FUNCTIONS.get(name) ?? new Map(Object.entries(EXAMPLE_FUNCTIONS)).get(name);
}
