// The double-pulse filter of the muon experiments (mimoCoRB2 examples/muon, lifetime_filter.py): finds a muon that
// stopped and the delayed pulse of its decay electron, and sends the waveform and the pulse parameters, upward and
// downward decays to different sinks.

import { LabError } from '../../base/errors.ts';
import { isPythonList, type PythonValue } from '../../base/yaml/python-value.ts';
import { PeakFinder } from '../../core/pulse.ts';
import type { WorkerConfig } from '../config.ts';
import type { EventView } from '../event-view.ts';
import type { Processor, WorkerContext } from './template.ts';

/** mV above the analogue offset at which a pulse is cut for its integral. */
const CUT_MV = 10;

interface ChannelPeaks {
  readonly samples: Float64Array;
  readonly positions: Int32Array;
  readonly prominences: Float64Array;
}

/** Per channel the index of the peak that belongs to the group, or −1. */
type PeakGroup = Int32Array;

/** What a channel must show in one pulse: `+` a peak, `-` none, anything else either. */
type Signature = readonly (readonly string[])[];

/**
 * Three sinks: waveform, parameters of upward decays (signature 0), parameters of downward decays (signature 1).
 * Voltages in mV, times in ns.
 */
export function calculateDecayTime(context: WorkerContext): Processor {
  const { config } = context;
  const source = context.sources[0]!;
  if (context.sinks.length !== 3) {
    throw new LabError(
      'setup/invalid',
      'calculate_decay_time needs three sinks: waveform, upward and downward parameters.',
    );
  }
  if (config.has('reference_pulse_file')) {
    throw new LabError('setup/invalid', "'reference_pulse_file' is not supported; leave the key out.");
  }
  const channels = source.dtype.fields.map(({ name }) => name);
  const scalings = channels.map((channel) => config.number(`${channel}_scaling`));
  const sampleTimeNs = config.number('sample_time_ns');
  const offsetMv = config.number('analogue_offset') * 1000;
  const minProminences = [
    config.number('peak_minimal_prominence_initial'),
    config.number('peak_minimal_prominence_secondary'),
  ] as const;
  const tolerance = config.number('trigger_position_tolerance');
  const signatures = readSignatures(config);
  const conditions = {
    prominence: Math.min(...minProminences),
    distance: config.number('peak_minimal_distance'),
    width: config.number('peak_minimal_width'),
  };
  const finder = new PeakFinder(context.workspace, source.dataLength);
  const buffers = channels.map(() => new Float64Array(source.dataLength));

  const findPeaks = (event: EventView): ChannelPeaks[] =>
    channels.map((channel, i) => {
      const samples = buffers[i]!;
      event.readChannel(channel, samples);
      const { peaks, properties } = finder.find(samples, conditions);
      return { samples, positions: peaks, prominences: properties.prominences! };
    });

  const fillParameters = (output: EventView, peaks: readonly ChannelPeaks[], groups: readonly PeakGroup[]): void => {
    for (const { name } of output.shape.dtype.fields) output.set(name, 0);
    const positions: number[][] = [[], []];
    for (const [c, channel] of channels.entries()) {
      for (const pulse of [0, 1] as const) {
        const index = groups[pulse]![c]!;
        if (index < 0) continue;
        const { samples, positions: found, prominences } = peaks[c]!;
        const position = found[index]!;
        const height = prominences[index]!;
        const prefix = `${pulse === 0 ? '1st' : '2nd'}_${channel}`;
        positions[pulse]!.push(position);
        output.set(`${prefix}_p`, position);
        output.set(`${prefix}_h`, height);
        output.set(`${prefix}_int`, pulseIntegral(samples, position, height, offsetMv));
      }
    }
    output.set('decay_time', (mean(positions[1]!) - mean(positions[0]!)) * sampleTimeNs);
  };

  return {
    template: 'Processor',
    process: (event, outputs, emit) => {
      const peaks = findPeaks(event);
      const groups = groupPeaks(peaks, tolerance);
      if (groups.length < 2) return;
      for (const pulse of [0, 1] as const) {
        const group = groups[pulse]!;
        for (let c = 0; c < group.length; c++) {
          if (group[c]! < 0) continue;
          if (peaks[c]!.prominences[group[c]!]! * scalings[c]! < minProminences[pulse]) group[c] = -1;
        }
      }
      const type = signatures.findLastIndex((signature) => matches(groups, signature));
      if (type !== 0 && type !== 1) return;
      fillParameters(outputs[type + 1]!, peaks, groups);
      outputs[0]!.copyDataFrom(event);
      emit(0);
      emit(type + 1);
    },
  };
}

function readSignatures(config: WorkerConfig): readonly Signature[] {
  const value = config.raw('signatures');
  const isSignature = (item: PythonValue): boolean => isPythonList(item) && item.every(isPythonList);
  if (value !== undefined && isPythonList(value) && value.every(isSignature))
    return value as unknown as readonly Signature[];
  throw new LabError('setup/invalid', "'signatures' must be a list of pairs of lists of '+', '-' and '0'.");
}

/** Peaks of all channels in time order: the earliest, and with it what lies within the tolerance in other channels. */
function groupPeaks(peaks: readonly ChannelPeaks[], tolerance: number): PeakGroup[] {
  const next = peaks.map(() => 0);
  const groups: PeakGroup[] = [];
  for (;;) {
    const pending = peaks.map(({ positions }, c) => positions[next[c]!] ?? Number.POSITIVE_INFINITY);
    const earliest = Math.min(...pending);
    if (!Number.isFinite(earliest)) return groups;
    const group = new Int32Array(peaks.length).fill(-1);
    for (const [c, position] of pending.entries()) {
      if (Math.abs(position - earliest) < tolerance) group[c] = next[c]!++;
    }
    groups.push(group);
  }
}

function matches(groups: readonly PeakGroup[], signature: Signature): boolean {
  if (signature.length > groups.length) return false;
  return signature.every((channels, pulse) =>
    channels.every((symbol, c) => {
      const hasPeak = groups[pulse]![c]! >= 0;
      return symbol === '+' ? hasPeak : symbol === '-' ? !hasPeak : true;
    }),
  );
}

/**
 * Sum of the samples above the offset between the points, rounded outwards, where the pulse crosses CUT_MV above it.
 * The crossings are those of scipy.signal.peak_widths, whose search stops at the peak's bases.
 */
function pulseIntegral(samples: Float64Array, position: number, prominence: number, offsetMv: number): number {
  const top = samples[position]!;
  const cut = top - prominenceOf(samples, position) * ((top - offsetMv - CUT_MV) / prominence);
  const left = Math.floor(crossing(samples, position, cut, -1));
  const right = Math.ceil(crossing(samples, position, cut, 1));
  let sum = 0;
  for (let i = left; i < right; i++) sum += samples[i]! - offsetMv;
  return sum;
}

/** Interpolated place where the signal first falls to `cut`, going from the peak in `step`s. */
function crossing(samples: Float64Array, position: number, cut: number, step: -1 | 1): number {
  const base = baseOf(samples, position, step);
  let i = position;
  while (i !== base && cut < samples[i]!) i += step;
  const here = samples[i]!;
  if (here >= cut) return i;
  return i - step * ((cut - here) / (samples[i - step]! - here));
}

/** The lowest sample between the peak and the next higher one on that side; of equals the nearest. */
function baseOf(samples: Float64Array, position: number, step: -1 | 1): number {
  const top = samples[position]!;
  let base = position;
  for (let i = position; i >= 0 && i < samples.length && samples[i]! <= top; i += step) {
    if (samples[i]! < samples[base]!) base = i;
  }
  return base;
}

function prominenceOf(samples: Float64Array, position: number): number {
  const left = samples[baseOf(samples, position, -1)]!;
  const right = samples[baseOf(samples, position, 1)]!;
  return samples[position]! - Math.max(left, right);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
