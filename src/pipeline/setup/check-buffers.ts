// Whether a function can use its buffers: what would stop it when the run begins, and what would show nothing. Pure.

import { didYouMean } from '../../base/nearest.ts';
import { pythonText } from '../../base/yaml/python-value.ts';
import { dtypeText, isSameDtype } from '../../formats/numpy/dtype.ts';
import type { Template } from '../functions/arity.ts';
import { type Declaration, PEAK_PROPERTIES } from '../functions/declared.ts';
import { STOPS } from './check-config.ts';
import type { BufferSetup, WorkerSetup } from './setup.ts';

export interface CheckedWorker {
  readonly worker: WorkerSetup;
  /** Name of its row in the catalogue. */
  readonly rowName: string;
  readonly template: Template;
  readonly declaration: Declaration;
}

const LIFETIME_FILTER = 'lifetime_filter.py:calculate_decay_time';

/** `workers` are all with a built-in function whose number of buffers is right. */
export function checkBuffers(checked: CheckedWorker, buffers: ReadonlyMap<string, BufferSetup>): string[] {
  const { worker, rowName, template, declaration } = checked;
  const named = (names: readonly string[]) => names.flatMap((name) => buffers.get(name) ?? []);
  const [source] = named([...worker.sources, ...worker.observes]);
  const sinks = named(worker.sinks);
  const said: string[] = [];
  const stops = (text: string) => said.push(`${text} ${STOPS}`);
  if (declaration.takesSingleItems && source && source.dataLength !== 1) {
    stops(`${worker.function} takes events of one item; ${source.name} has ${source.dataLength}.`);
  }
  if (declaration.writesFile && worker.processCount > 1) {
    stops(
      `${worker.function} writes one file, which ${worker.processCount} processes cannot. Set number_of_processes to 1.`,
    );
  }
  for (const text of missingFields(declaration.sourceFields, source)) stops(text);
  for (const text of missingFields(declaration.sinkFields, sinks[0])) stops(text);
  if ((template === 'Exporter' || template === 'Filter') && source) {
    for (const sink of sinks) for (const text of differences(source, sink)) stops(text);
  }
  if (rowName === 'analyzers.pha') for (const text of peakProblems(worker, sinks)) stops(text);
  if (rowName === LIFETIME_FILTER && source) for (const text of lifetimeProblems(source, sinks)) stops(text);
  if (rowName === 'importers.redpitaya.waveform') {
    const text = sinks[0]?.dtype.fields.map(({ name, dtype }) => `${name}: ${dtypeText(dtype)}`).join(', ');
    if (text !== undefined && text !== 'IN1: <i2, IN2: <i2') {
      stops(`The instrument gives IN1 and IN2 as int16; ${sinks[0]!.name} has ${text}.`);
    }
  }
  return said;
}

/** Displays that wait for what no worker of the setup brings. */
export function checkDisplay({ worker, rowName }: CheckedWorker, all: readonly CheckedWorker[]): string[] {
  const [observed] = worker.observes;
  if (rowName === 'visualizers.histogram') {
    const isCounted = all.some(
      (other) =>
        other.rowName === 'exporters.histogram' && observed !== undefined && other.worker.sources.includes(observed),
    );
    return isCounted ? [] : [`${worker.name} shows nothing: no exporters.histogram counts ${observed}.`];
  }
  if (rowName === 'visualizers.csv') {
    const wanted = pythonText(worker.config.get('filename') ?? observed ?? '');
    const written = all.flatMap(({ rowName: name, worker: other }) =>
      name === 'exporters.csv' ? [pythonText(other.config.get('filename') ?? other.sources[0] ?? '')] : [],
    );
    if (written.includes(wanted)) return [];
    const hint = didYouMean(wanted, written) || (written.length > 0 ? ` Tables: ${written.join(', ')}.` : '');
    return [`${worker.name} shows nothing: no exporters.csv writes the table ${wanted}.${hint}`];
  }
  return [];
}

function differences(source: BufferSetup, sink: BufferSetup): string[] {
  const said: string[] = [];
  if (sink.dataLength !== source.dataLength) {
    said.push(
      `${source.name} has ${source.dataLength} items an event, ${sink.name} ${sink.dataLength}; they must be alike.`,
    );
  }
  if (!isSameDtype(sink.dtype, source.dtype)) {
    said.push(
      `${source.name} and ${sink.name} must have the same data_dtype: ${fieldsText(source)}, not ${fieldsText(sink)}.`,
    );
  }
  return said;
}

function peakProblems({ config }: WorkerSetup, sinks: readonly BufferSetup[]): string[] {
  const [sink, second] = sinks;
  if (!sink) return [];
  const said: string[] = [];
  if (second) said.push(`analyzers.pha has one sink, not ${sinks.length}.`);
  if (sink.dataLength !== 1) said.push(`analyzers.pha needs data_length 1 in ${sink.name}, not ${sink.dataLength}.`);
  for (const { name } of sink.dtype.fields) {
    const condition = PEAK_PROPERTIES.get(name);
    const given = condition === undefined ? undefined : config.get(condition);
    if (!PEAK_PROPERTIES.has(name)) {
      const known = [...PEAK_PROPERTIES.keys()];
      said.push(
        `${name} of ${sink.name} is no property of a peak.${didYouMean(name, known) || ` Properties: ${known.join(', ')}.`}`,
      );
    } else if (condition !== undefined && (given === undefined || given === null)) {
      said.push(`${name} of ${sink.name} needs the key ${condition} in the config.`);
    }
  }
  return said;
}

function lifetimeProblems(source: BufferSetup, sinks: readonly BufferSetup[]): string[] {
  if (sinks.length !== 3) {
    return [`calculate_decay_time has three sinks (waveform, upward and downward parameters), not ${sinks.length}.`];
  }
  const perPulse = ['p', 'h', 'int'];
  const parameters = source.dtype.fields.flatMap(({ name }) =>
    ['1st', '2nd'].flatMap((pulse) => perPulse.map((what) => `${pulse}_${name}_${what}`)),
  );
  return [
    ...differences(source, sinks[0]!),
    ...sinks.slice(1).flatMap((sink) => missingFields(['decay_time', ...parameters], sink)),
  ];
}

function missingFields(wanted: readonly string[] | undefined, buffer: BufferSetup | undefined): string[] {
  if (!wanted || !buffer) return [];
  const names = buffer.dtype.fields.map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  return missing.length === 0 ? [] : [`${buffer.name} lacks ${missing.join(', ')}; it has ${names.join(', ')}.`];
}

function fieldsText({ dtype }: BufferSetup): string {
  return `{${dtype.fields.map((field) => `${field.name}: ${dtypeText(field.dtype)}`).join(', ')}}`;
}
