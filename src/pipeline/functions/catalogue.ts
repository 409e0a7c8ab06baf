// Every function that a setup can name without bringing code, one row each: mimoCoRB2's prebuilt ones
// (mimocorb2/functions), ours, and the Python functions of its example experiments, so that those setups run as they are.
// Names and templates are plain data; a function's code is loaded by the thread that runs it.

import { LabError } from '../../base/errors.ts';
import type { FunctionSource } from '../engine/job.ts';
import type { Template } from './arity.ts';
import type { WorkerFactory } from './template.ts';

interface RunnableRow {
  /** `module.function`, or `FILE.py:function` for the example experiments' own. */
  readonly name: string;
  readonly template: Template;
  load(): Promise<WorkerFactory>;
}

/** A function that setups name and that cannot run here. */
interface BlockedRow extends Pick<RunnableRow, 'name' | 'template'> {
  /** Why, and what to do, as the rest of a sentence that begins with its name. */
  readonly obstacle: string;
}

/** The source that takes the records of an oscilloscope: its thread gets them. */
export const RECORD_SOURCE = 'importers.instrument.records';

export const FUNCTIONS: readonly (RunnableRow | BlockedRow)[] = [
  { name: 'exporters.drain', template: 'Exporter', load: () => import('./exporters.ts').then(({ drain }) => drain) },
  {
    name: 'exporters.histogram',
    template: 'Exporter',
    load: () => import('./exporters.ts').then(({ histogram }) => histogram),
  },
  { name: 'exporters.csv', template: 'Exporter', load: () => import('./exporters.ts').then(({ csv }) => csv) },
  { name: 'analyzers.pha', template: 'Processor', load: () => import('./pha.ts').then(({ pha }) => pha) },
  { name: 'data.export', template: 'Exporter', load: () => import('./data.ts').then(({ exportMimo }) => exportMimo) },
  {
    name: 'data.simulate_importer',
    template: 'Importer',
    load: () => import('./data.ts').then(({ simulateImporter }) => simulateImporter),
  },
  {
    name: 'data.clocked_importer',
    template: 'Importer',
    load: () => import('./data.ts').then(({ clockedImporter }) => clockedImporter),
  },
  { name: 'misc.copy', template: 'Filter', load: () => import('./views.ts').then(({ copy }) => copy) },
  {
    name: 'observers.oscilloscope',
    template: 'Observer',
    load: () => import('./views.ts').then(({ oscilloscope }) => oscilloscope),
  },
  {
    name: 'visualizers.histogram',
    template: 'IsAlive',
    load: () => import('./views.ts').then(({ histogramVisualizer }) => histogramVisualizer),
  },
  {
    name: 'visualizers.csv',
    template: 'IsAlive',
    load: () => import('./views.ts').then(({ csvVisualizer }) => csvVisualizer),
  },
  {
    name: 'importers.redpitaya.waveform',
    template: 'Importer',
    load: () => import('./redpitaya-source.ts').then(({ redPitayaWaveform }) => redPitayaWaveform),
  },
  {
    name: 'importers.redpitaya.list_mode',
    template: 'Importer',
    load: () => import('./redpitaya-list-source.ts').then(({ redPitayaListMode }) => redPitayaListMode),
  },
  {
    name: 'importers.picoscope.source',
    template: 'Importer',
    obstacle:
      "needs its maker's desktop software. In the page, importers.instrument.waveform takes a connected instrument in its place.",
  },
  {
    name: 'importers.instrument.waveform',
    template: 'Importer',
    load: () => import('./instrument-source.ts').then(({ instrumentWaveform }) => instrumentWaveform),
  },
  {
    name: RECORD_SOURCE,
    template: 'Importer',
    load: () => import('./record-source.ts').then(({ instrumentRecords }) => instrumentRecords),
  },
  {
    name: 'functions.py:simulate_osc',
    template: 'Importer',
    load: () => import('./simple-example.ts').then(({ simulateOsc }) => simulateOsc),
  },
  {
    name: 'functions.py:filter_data',
    template: 'Filter',
    load: () => import('./simple-example.ts').then(({ filterData }) => filterData),
  },
  {
    name: 'functions.py:calculate_pulse_heights',
    template: 'Processor',
    load: () => import('./simple-example.ts').then(({ calculatePulseHeights }) => calculatePulseHeights),
  },
  {
    name: 'functions.py:print_pulse_heights',
    template: 'Exporter',
    load: () => import('./simple-example.ts').then(({ printPulseHeights }) => printPulseHeights),
  },
  {
    name: 'simulate_source.py:simulate_source',
    template: 'Importer',
    load: () => import('./simulate-source.ts').then(({ simulateSource }) => simulateSource),
  },
  {
    name: 'lifetime_filter.py:calculate_decay_time',
    template: 'Processor',
    load: () => import('./muon-filter.ts').then(({ calculateDecayTime }) => calculateDecayTime),
  },
];

const ROWS: ReadonlyMap<string, RunnableRow | BlockedRow> = new Map(FUNCTIONS.map((row) => [row.name, row]));

/** Templates of the functions that a setup names as `module.function`, by name. */
export const PREBUILT: ReadonlyMap<string, Template> = new Map(
  FUNCTIONS.filter(({ name }) => !name.includes(':')).map(({ name, template }) => [name, template]),
);

/** A function that needs no code of the setup's. */
export interface BuiltIn {
  /** Name of its row. */
  readonly name: string;
  readonly template: Template;
  /** Why it cannot run here, as the rest of a sentence that begins with its name. */
  readonly obstacle?: string;
}

/** The built-in function of a name and a file (empty for none). */
export function findBuiltIn(file: string, functionName: string): BuiltIn | undefined {
  return ROWS.get(rowName(file, functionName));
}

/** Names of the functions of a Python file that are built in. */
export function builtInFunctionsOf(file: string): readonly string[] {
  const prefix = rowName(file, '');
  return FUNCTIONS.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

/** Whether a function that a setup names in a Python file is built in: the file is not read then. */
export function isBuiltIn(file: string, functionName: string): boolean {
  return ROWS.has(rowName(file, functionName));
}

/**
 * The built-in function of a worker; `undefined` when it has to bring its own code. Throws `setup/invalid` for one that
 * cannot run here.
 */
export function builtinSource(worker: {
  readonly name: string;
  readonly file: string;
  readonly function: string;
}): FunctionSource | undefined {
  const row = ROWS.get(rowName(worker.file, worker.function));
  if (!row) return undefined;
  if ('load' in row) return { kind: 'builtin', name: row.name };
  throw new LabError('setup/invalid', `${worker.function} of ${worker.name} ${row.obstacle}`);
}

/** The code of a function that `builtinSource` named. Rejects with `setup/invalid` for another name. */
export async function loadBuiltin(name: string): Promise<WorkerFactory> {
  const row = ROWS.get(name);
  if (row && 'load' in row) return row.load();
  throw new LabError('setup/invalid', `There is no built-in function ${name}.`);
}

function rowName(file: string, functionName: string): string {
  return file === '' ? functionName : `${file.slice(file.lastIndexOf('/') + 1)}:${functionName}`;
}
