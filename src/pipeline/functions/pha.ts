// Pulse-height analysis (mimocorb2/functions/analyzers.py): find_peaks on one channel, chosen properties of a peak to a
// sink of length 1. The reference always takes the first peak, which on noisy pulses is often a bump of the rising
// edge; `peak: highest` and `peak: all` are the cure.

import { LabError } from '../../base/errors.ts';
import { isPythonList, type PythonValue } from '../../base/yaml/python-value.ts';
import { PeakFinder } from '../../core/pulse.ts';
import type { FindPeaksArgs, Interval, PeakProperties } from '../../core/pulse-arguments.ts';
import { toNumber } from '../config.ts';
import type { EventView } from '../event-view.ts';
import { PEAK_MODES, PEAK_PROPERTIES } from './declared.ts';
import { heightEstimator } from './pulse-height.ts';
import type { Processor, WorkerContext } from './template.ts';

type Mode = (typeof PEAK_MODES)[number];

/**
 * Config: `channel` (first field), `height`, `threshold`, `distance`, `prominence`, `width`, `wlen`, `rel_height` (0.5),
 * `plateau_size`, `peak` (`first`, `highest` or `all`; default `first`), and how `peak_heights` are told: see
 * `heightEstimator`.
 */
export function pha(context: WorkerContext): Processor {
  const { config } = context;
  if (context.sinks.length > 1) throw new LabError('setup/invalid', 'analyzers.pha only supports one sink.');
  const source = context.sources[0]!;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Processor must have at least 1 sink');
  const names = source.dtype.fields.map(({ name }) => name);
  const channel = config.text('channel', names[0]);
  if (!names.includes(channel)) {
    throw new LabError(
      'setup/invalid',
      `Channel ${channel} is not available in the source. It has ${names.join(', ')}.`,
    );
  }
  if (sink.dataLength !== 1) throw new LabError('setup/invalid', 'analyzers.pha needs data_length = 1 in the sink.');
  const wanted = sink.dtype.fields.map(({ name }) => name);
  for (const parameter of wanted) checkParameter(parameter, (key) => config.has(key));
  const mode = readMode(config.text('peak', 'first'));
  const args = readArgs((key) => config.raw(key));
  const heightAt = heightEstimator(config, source.dataLength);
  const finder = new PeakFinder(context.workspace, source.dataLength);
  const samples = new Float64Array(source.dataLength);
  const fill = (output: EventView, peak: number, index: number, properties: PeakProperties): void => {
    for (const name of wanted) {
      if (name === 'position') output.set(name, peak);
      else if (name === 'peak_heights') output.set(name, heightAt(samples, peak));
      else output.set(name, properties[name as keyof PeakProperties]![index]!);
    }
  };
  return {
    template: 'Processor',
    process: (event, [output], emit) => {
      event.readChannel(channel, samples);
      const { peaks, properties } = finder.find(samples, args);
      const first = mode === 'highest' ? highest(peaks, samples) : 0;
      const end = mode === 'all' ? peaks.length : Math.min(peaks.length, first + 1);
      for (let i = first; i < end; i++) {
        fill(output!, peaks[i]!, i, properties);
        emit(0);
      }
    },
  };
}

function readMode(text: string): Mode {
  const mode = PEAK_MODES.find((known) => known === text);
  if (mode) return mode;
  throw new LabError('setup/invalid', `'peak' must be ${PEAK_MODES.join(', ')}, not ${text}.`);
}

function checkParameter(parameter: string, hasConfig: (key: string) => boolean): void {
  const needs = PEAK_PROPERTIES.get(parameter);
  if (!PEAK_PROPERTIES.has(parameter)) {
    throw new LabError('setup/invalid', `Parameter ${parameter} is not supported.`);
  }
  if (needs !== undefined && !hasConfig(needs)) {
    throw new LabError('setup/invalid', `Parameter ${parameter} is only possible with ${needs} config.`);
  }
}

function readArgs(raw: (key: string) => PythonValue | undefined): FindPeaksArgs {
  const interval = (key: string): Interval | undefined => {
    const value = raw(key);
    if (value === undefined || value === null) return undefined;
    if (!isPythonList(value)) return toNumber(key, value);
    const borders = value.map((item) => (item === null ? null : toNumber(key, item)));
    return borders as unknown as Interval;
  };
  const number = (key: string): number | undefined => {
    const value = raw(key);
    return value === undefined || value === null ? undefined : toNumber(key, value);
  };
  const given = {
    height: interval('height'),
    threshold: interval('threshold'),
    distance: number('distance'),
    prominence: interval('prominence'),
    width: interval('width'),
    wlen: number('wlen'),
    relHeight: number('rel_height'),
    plateauSize: interval('plateau_size'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as FindPeaksArgs;
}

/** Index of the highest peak; the first of equals. */
function highest(peaks: Int32Array, samples: Float64Array): number {
  let best = 0;
  for (let i = 1; i < peaks.length; i++) if (samples[peaks[i]!]! > samples[peaks[best]!]!) best = i;
  return best;
}
