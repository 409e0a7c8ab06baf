// What the heads of Rigol's families say alike of a channel.

import type { Trace } from '../capture.ts';
import type { Fields } from '../fields.ts';

/** Probe factors by their code in the heads of DS1000Z to DS6000. */
const PROBE_FACTORS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Units by their code. */
const UNITS = ['W', 'A', 'V', ''];
const COUPLINGS = ['DC', 'AC', 'GND'];

/** A channel in the heads of DS1000Z to DS6000: its bytes, and the places in them. */
export const CHANNEL_BYTES = 28;
export const CHANNEL_COUNT = 4;
export const IS_ENABLED = 0;
const COUPLING = 1;
const PROBE_CODE = 4;
const SCALE = 8;
const OFFSET = 12;
const IS_INVERTED = 16;
const UNIT = 17;
/** The code of 0 V. */
export const MIDDLE = 127;

/** Steps of the converter per division of the screen, in most families. */
export const STEPS_PER_DIVISION = 25;

/** Of whole steps that are told as floats of 32 bits. */
const ROUNDING = 1e-3;

/**
 * The volts at the middle of the screen, below 0 upwards, as the instrument takes them for its CSV: its zero stands at a
 * whole step of the screen, and from there at a whole step of the converter, with what is beyond cut off.
 */
export function drawnOffset({ offset, scalePerDivision }: Vertical['settings'], stepsPerDivision: number): number {
  const steps = (offset / scalePerDivision) * STEPS_PER_DIVISION;
  if (!Number.isFinite(steps)) return offset;
  const whole = Math.trunc(steps + Math.sign(steps) * ROUNDING);
  return (Math.trunc((whole * stepsPerDivision) / STEPS_PER_DIVISION) * scalePerDivision) / stepsPerDivision;
}

/** Time of the first sample when the middle of the memory lies `offsetS` behind the trigger. */
export function centredStart(offsetS: number, count: number, rateHz: number): number {
  return offsetS - count / 2 / rateHz;
}

/** What is told of a channel beside its samples. */
export interface ChannelSettings {
  readonly scalePerDivision?: number;
  readonly offset: number;
  readonly probeFactor?: number | undefined;
  readonly coupling?: string | undefined;
  readonly isInverted?: boolean;
}

/** How the instrument had set a channel. */
export interface Vertical {
  readonly unit: string;
  /** Of the screen, in `unit`; below 0 where the channel is inverted. */
  readonly step: number;
  readonly settings: ChannelSettings & { readonly scalePerDivision: number };
}

/** Where families differ. */
export interface VerticalForm {
  readonly stepsPerDivision?: number;
  /** Lowest bit of the coupling in its byte. */
  readonly couplingBit?: number;
  /** DS2000 of a newer make: unit and inversion are exchanged, and there is no code of the probe. */
  readonly isNewer?: boolean;
}

/** Of the channel whose bytes begin at `at`. */
export function verticalOf(fields: Fields, at: number, form: VerticalForm = {}): Vertical {
  const { stepsPerDivision = STEPS_PER_DIVISION, couplingBit = 0, isNewer = false } = form;
  const scalePerDivision = fields.f32(at + SCALE);
  const isInverted = fields.u8(at + (isNewer ? UNIT : IS_INVERTED)) === 1;
  return {
    unit: UNITS[fields.u8(at + (isNewer ? IS_INVERTED : UNIT))] ?? 'V',
    step: (isInverted ? -scalePerDivision : scalePerDivision) / stepsPerDivision,
    settings: {
      scalePerDivision,
      offset: fields.f32(at + OFFSET),
      ...(isNewer ? {} : { probeFactor: PROBE_FACTORS[fields.u8(at + PROBE_CODE)] }),
      coupling: COUPLINGS[fields.u8(at + COUPLING) >> couplingBit],
      isInverted,
    },
  };
}

/** The file's metadata: settings under the names of the channels. */
export function channelMetadata(
  channels: readonly { readonly trace: Trace; readonly settings: ChannelSettings }[],
): Record<string, ChannelSettings> {
  return Object.fromEntries(channels.map(({ trace, settings }) => [trace.name, settings]));
}
