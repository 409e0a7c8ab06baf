// Siglent: the older families with separate scale questions, the newer ones with a binary preamble (programming
// guides EN11 and later).

import { LabError } from '../../base/errors.ts';
import { parseNumber, withoutHeader } from '../scpi/number.ts';
import { concatenate } from './rigol.ts';
import { blockContent, rawCodes, requirePoints } from './samples.ts';
import { type Waveform, WaveformError } from './waveform.ts';

const CODES_PER_DIVISION = 25;

/** Replies to VDIV?, OFST?, TDIV?, SARA?, TRDL?, with or without header and unit. */
export interface SiglentScales {
  readonly voltsPerDivision: string;
  readonly offset: string;
  readonly timePerDivision: string;
  readonly sampleRate: string;
  readonly triggerDelay: string;
  /** Divisions across the screen: 14, or 10 on some models. */
  readonly gridDivisions: number;
}

/** SDS1000X-E, SDS2000X and older: from `C1:WF? DAT2`. Throws WaveformError. */
export function decodeSiglentLegacy(reply: Uint8Array, scales: SiglentScales): Waveform {
  const voltsPerCode = quantity(scales.voltsPerDivision) / CODES_PER_DIVISION;
  const offset = quantity(scales.offset);
  const codes = rawCodes(blockContent(reply), { kind: 'signed', itemBytes: 1, isLittleEndian: true });
  return {
    x0S: quantity(scales.triggerDelay) - (quantity(scales.timePerDivision) * scales.gridDivisions) / 2,
    dxS: 1 / quantity(scales.sampleRate),
    y: codes.map((code) => code * voltsPerCode - offset),
    yUnit: 'V',
  };
}

/** The number in `C1:VDIV 5.00E-02V`, `SARA 1.5 GSa/s` or `5.00E-02`. */
function quantity(text: string): number {
  try {
    const { value } = parseNumber(withoutHeader(text));
    if (Number.isFinite(value)) return value;
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
  }
  throw new WaveformError('bad-preamble', `"${text.trim()}" is no number with a unit.`);
}

export interface SiglentDescriptor {
  readonly itemBytes: 1 | 2;
  readonly isLittleEndian: boolean;
  readonly pointCount: number;
  readonly dataInterval: number;
  /** Before the probe factor. */
  readonly voltsPerDivision: number;
  readonly offsetV: number;
  readonly codesPerDivision: number;
  readonly adcBits: number;
  readonly intervalS: number;
  readonly delayS: number;
  readonly timePerDivisionIndex: number;
  readonly probeFactor: number;
  /** Bits of the scale that codes are given in: the ADC's own or 16 when they are left-aligned. */
  readonly sampleScaleBits: number;
}

const DESCRIPTOR_BYTES = 346;

/** Reads the reply to `:WAV:PRE?`. Throws `truncated` or `no-descriptor`. */
export function parseSiglentDescriptor(reply: Uint8Array): SiglentDescriptor {
  const block = blockContent(reply);
  if (block.length < DESCRIPTOR_BYTES) {
    throw new WaveformError('truncated', `The preamble has ${block.length} of ${DESCRIPTOR_BYTES} bytes. Ask again.`);
  }
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  if (String.fromCharCode(...block.subarray(0, 8)) !== 'WAVEDESC') {
    throw new WaveformError('no-descriptor', 'The preamble does not begin with WAVEDESC.', 0);
  }
  // 0 = least significant byte first, the reverse of LeCroy's meaning
  const isLittleEndian = view.getUint16(34, true) === 0;
  const itemBytes = view.getUint16(32, true) === 0 ? 1 : 2;
  const codesPerDivision = view.getFloat32(164, true);
  const adcBits = view.getInt16(172, true);
  // six divisions or more fit into the scale that the codes are given in
  const isLeftAligned = codesPerDivision > 2 ** adcBits / 6;
  return {
    itemBytes,
    isLittleEndian,
    pointCount: view.getInt32(116, true),
    dataInterval: Math.max(1, view.getInt32(136, true)),
    voltsPerDivision: view.getFloat32(156, true),
    offsetV: view.getFloat32(160, true),
    codesPerDivision,
    adcBits,
    intervalS: view.getFloat32(176, true),
    delayS: view.getFloat64(180, true),
    timePerDivisionIndex: view.getInt16(324, true),
    probeFactor: view.getFloat32(328, true),
    sampleScaleBits: itemBytes === 1 ? 8 : isLeftAligned ? 16 : adcBits,
  };
}

/** SDS2000X Plus and later: from the preamble and the replies of `:WAV:DATA?` in order. Throws WaveformError. */
export function decodeSiglent(preamble: Uint8Array, replies: readonly Uint8Array[]): Waveform {
  const descriptor = parseSiglentDescriptor(preamble);
  return joinSiglentPages(
    descriptor,
    replies.map((reply) => siglentPage(descriptor, reply)),
  );
}

/** Codes of one reply of `:WAV:DATA?`, not extended in sign yet. Throws WaveformError. */
export function siglentPage({ itemBytes, isLittleEndian }: SiglentDescriptor, reply: Uint8Array): Float64Array {
  return rawCodes(blockContent(reply), { kind: 'signed', itemBytes, isLittleEndian });
}

/** Throws `bad-preamble`, `empty`, or `length-mismatch` unless the pages hold what the preamble announced. */
export function joinSiglentPages(descriptor: SiglentDescriptor, pages: readonly Float64Array[]): Waveform {
  const { itemBytes, codesPerDivision, probeFactor, sampleScaleBits } = descriptor;
  if (!(codesPerDivision > 0) || !(descriptor.intervalS > 0)) {
    throw new WaveformError('bad-preamble', 'The preamble has no scale. Read it again after the acquisition ended.');
  }
  const y = concatenate(pages);
  if (y.length === 0) throw new WaveformError('empty', 'The instrument has no data yet. Arm it and try again.');
  requirePoints(y.length, descriptor.pointCount);
  const shift = itemBytes === 2 ? 32 - sampleScaleBits : 24;
  const voltsPerCode = (descriptor.voltsPerDivision * probeFactor) / codesPerDivision;
  const offset = descriptor.offsetV * probeFactor;
  y.forEach((code, index) => {
    // right-aligned codes come without sign extension
    y[index] = ((code << shift) >> shift) * voltsPerCode - offset;
  });
  return {
    x0S: (-timePerDivisionS(descriptor.timePerDivisionIndex) * 10) / 2 + descriptor.delayS,
    dxS: descriptor.intervalS * descriptor.dataInterval,
    y,
    yUnit: 'V',
  };
}

/** Index 0 is 100 ps; steps 1-2-5. */
function timePerDivisionS(index: number): number {
  return [1, 2, 5][((index % 3) + 3) % 3]! * 10 ** (Math.floor(index / 3) - 10);
}
