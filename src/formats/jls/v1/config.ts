// The configuration record of a JLS v1 recording, checked.

import { FormatError } from '../../../base/errors.ts';
import { member } from './json.ts';

export const FIELDS = ['current', 'voltage', 'power', 'current_range', 'current_lsb', 'voltage_lsb'] as const;

/** Highest recording format that this reader knows. */
const FORMAT_MAX = 2;
/** Finer reductions than this bring nothing over the samples themselves. */
export const REDUCTION_SAMPLES_MIN = 50;

export interface Config {
  readonly version: string;
  readonly sampleRateHz: number;
  /** The rate is written as a float (`1000.0`). */
  readonly isRateFloat: boolean;
  readonly samplesPerReduction: number;
  readonly samplesPerTlv: number;
  readonly samplesPerBlock: number;
  readonly dataFormat: 'raw' | 'float32_v2' | 'none';
  /** `undefined` when the stored reductions cannot be read. */
  readonly reductionFormat: 'v1' | 'v2' | undefined;
  readonly reductionFields: readonly string[];
}

/** Throws `format/unsupported` for what is too new, `format/damaged` for what cannot be. */
export function parseConfig(text: string, json: unknown, offsetBytes: number): Config {
  const version = String(member(json, 'data_recorder_format_version') ?? '1');
  if (!(Number.parseInt(version, 10) <= FORMAT_MAX)) {
    throw new FormatError(
      'format/unsupported',
      `The recording has format version ${version}; Pulsebench reads up to ${FORMAT_MAX}. Get a newer Pulsebench.`,
      offsetBytes,
    );
  }
  const dataFormat = member(json, 'data_format') ?? 'raw';
  if (dataFormat !== 'raw' && dataFormat !== 'float32_v2' && dataFormat !== 'none') {
    throw new FormatError(
      'format/unsupported',
      `The recording stores its samples as "${String(dataFormat)}", which is not known. Nothing was changed.`,
      offsetBytes,
    );
  }
  const rate = Number(member(json, 'sampling_frequency'));
  const samplesPerReduction = Number(member(json, 'samples_per_reduction'));
  const samplesPerTlv = Number(member(json, 'samples_per_tlv'));
  const samplesPerBlock = Number(member(json, 'samples_per_block'));
  const nests =
    [samplesPerReduction, samplesPerTlv, samplesPerBlock].every((size) => Number.isInteger(size) && size > 0) &&
    samplesPerTlv % samplesPerReduction === 0 &&
    samplesPerBlock % samplesPerTlv === 0;
  if (dataFormat !== 'none' && !nests) {
    throw new FormatError(
      'format/damaged',
      'The sizes in the configuration of the recording do not fit together. Get a fresh copy of the file.',
      offsetBytes,
    );
  }
  const fields = member(json, 'reduction_fields');
  const reductionFormat = member(json, 'reduction_format') ?? 'v1';
  const isKnown = reductionFormat === 'v1' || reductionFormat === 'v2';
  return {
    version,
    sampleRateHz: rate > 0 ? rate : 1,
    isRateFloat: /"sampling_frequency":\s*[0-9]+\./.test(text),
    samplesPerReduction,
    samplesPerTlv,
    samplesPerBlock,
    dataFormat,
    reductionFormat: isKnown && samplesPerReduction >= REDUCTION_SAMPLES_MIN ? reductionFormat : undefined,
    reductionFields: Array.isArray(fields) ? fields.map(String) : FIELDS.slice(0, 3),
  };
}
