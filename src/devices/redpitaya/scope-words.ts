// Oscilloscope and generator in the words of the mcpha server, from the settings. Pure.

import { LabError } from '../../base/errors.ts';
import type { Values } from './counter.ts';
import { encodeMcphaCommand, HISTOGRAM_BINS, MCPHA } from './protocol/command.ts';
import { SAMPLE_BYTES, SPARE_SAMPLES } from './protocol/oscilloscope.ts';

const word = (code: number, value: number | bigint = 0, channel = 0) => encodeMcphaCommand(code, channel, value);

export interface ScopeRecordLayout {
  readonly before: number;
  /** With those at the end that are dropped. */
  readonly total: number;
  readonly wanted: number;
}

/** Throws `setup/invalid` when there are no samples behind the trigger. */
export function recordLayout(values: Values): ScopeRecordLayout {
  const wanted = Number(values['samples']);
  const before = Number(values['before']);
  if (before >= wanted) {
    throw new LabError(
      'setup/invalid',
      `${before} samples before the trigger leave none behind it: a record has ${wanted}. Take fewer, or longer records.`,
    );
  }
  return { before, total: wanted + SPARE_SAMPLES, wanted };
}

/** Input settings, as mcpha.py sends them when it connects. */
export function inputWords(values: Values): readonly Uint8Array[] {
  return [
    word(MCPHA.sampleRate, Number(values['decimation'])),
    word(MCPHA.negator, values['1.inverted'] === true ? 1 : 0, 0),
    word(MCPHA.negator, values['2.inverted'] === true ? 1 : 0, 1),
  ];
}

/** Sets it and starts a record. The reset must come right before the start. */
export function armWords(values: Values): readonly Uint8Array[] {
  const { before, total } = recordLayout(values);
  return [
    word(MCPHA.triggerMode, values['trigger.mode'] === 'auto' ? 1 : 0),
    word(MCPHA.triggerSource, 0, Number(values['trigger.source']) - 1),
    word(MCPHA.triggerSlope, values['trigger.slope'] === 'fall' ? 1 : 0),
    word(MCPHA.triggerLevel, Number(values['trigger.level'])),
    word(MCPHA.samplesBeforeTrigger, before),
    word(MCPHA.totalSamples, total),
    word(MCPHA.resetOscilloscope),
    word(MCPHA.startOscilloscope),
  ];
}

/** So short a record comes at once: whether the server has the streaming command shows in its answer. */
const PROBE_VALUES: Values = { 'trigger.mode': 'auto', samples: 100, before: 1 };

/** Words that a server with the streaming command answers, without any trigger, and another one does not. */
export function probeOf(values: Values): { readonly words: readonly Uint8Array[]; readonly answerBytes: number } {
  const probe = { ...values, ...PROBE_VALUES };
  return { words: [...armWords(probe), streamWord(1)], answerBytes: recordLayout(probe).total * SAMPLE_BYTES };
}

/** So many records more. */
export function streamWord(count: number): Uint8Array {
  return word(MCPHA.startDaq, count);
}

/** One height; it ends with the connection. */
export function generatorWords(values: Values): readonly Uint8Array[] {
  if (values['generator.on'] !== true) return [word(MCPHA.stopGenerator)];
  const height = BigInt(Number(values['generator.height']) % HISTOGRAM_BINS);
  return [
    word(MCPHA.fallTime, Math.round(Number(values['generator.fall']) * 1e6)),
    word(MCPHA.riseTime, Math.round(Number(values['generator.rise']) * 1e9)),
    word(MCPHA.pulseRate, Number(values['generator.rate'])),
    word(MCPHA.distribution, values['generator.distribution'] === 'random' ? 1 : 0),
    word(MCPHA.resetSpectrum),
    word(MCPHA.spectrumBin, (height << 32n) | 1n),
    word(MCPHA.startGenerator, 0),
  ];
}
