// Red Pitaya's SCPI server and Rohde & Schwarz / Hameg scopes.

import { blockContent, numberList, rawCodes, requirePoints } from './samples.ts';
import { type Waveform, WaveformError } from './waveform.ts';

/** Samples per second of the Red Pitaya's converter before decimation. */
const RED_PITAYA_RATE_HZ = 125e6;

export interface RedPitayaSettings {
  readonly decimation: number;
  /** Samples taken after the middle of the buffer. */
  readonly triggerDelaySamples: number;
  readonly units: 'VOLTS' | 'RAW';
  readonly format: 'BIN' | 'ASCII';
  /** Points of a whole record. */
  readonly bufferSize: number;
}

/** From `ACQ:SOUR1:DATA?`; binary data are big-endian. Throws WaveformError. */
export function decodeRedPitaya(reply: Uint8Array, settings: RedPitayaSettings): Waveform {
  const isRaw = settings.units === 'RAW';
  const y =
    settings.format === 'ASCII'
      ? numberList(reply)
      : rawCodes(blockContent(reply), {
          kind: isRaw ? 'signed' : 'float',
          itemBytes: isRaw ? 2 : 4,
          isLittleEndian: false,
        });
  const dxS = settings.decimation / RED_PITAYA_RATE_HZ;
  return {
    x0S: -(settings.bufferSize / 2 - settings.triggerDelaySamples) * dxS,
    dxS,
    y,
    yUnit: isRaw ? 'counts' : 'V',
  };
}

/** Rohde & Schwarz: from `CHAN1:DATA:HEAD?` and `CHAN1:DATA?` with FORM REAL,32 and FORM:BORD LSBF. */
export function decodeRohdeSchwarz(header: string, reply: Uint8Array): Waveform {
  const [startS, stopS, count, ...rest] = header.trim().split(',').map(Number);
  const isUsable = [startS, stopS, count].every((value) => Number.isFinite(value)) && rest.length === 1;
  if (!isUsable || count! < 2) {
    throw new WaveformError('bad-preamble', `"${header.trim().slice(0, 60)}" is not start, stop, points, values.`);
  }
  const y = rawCodes(blockContent(reply), { kind: 'float', itemBytes: 4, isLittleEndian: true });
  requirePoints(y.length, count! * rest[0]!);
  return { x0S: startS!, dxS: (stopS! - startS!) / (count! - 1), y, yUnit: 'V' };
}
