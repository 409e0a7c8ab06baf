// The MCPHA server's protocol (github.com/pavel-demin/red-pitaya-notes, projects/mcpha) as far as mimoCoRB2's waveform
// source uses it: 8-byte commands, and records of interleaved 16-bit samples in answer to "start DAQ".

/** TCP port of the server. */
export const MCPHA_PORT = 1001;

/** Command codes. */
export const MCPHA = {
  resetOscilloscope: 2,
  sampleRate: 4,
  negator: 5,
  triggerSource: 13,
  triggerSlope: 14,
  triggerMode: 15,
  triggerLevel: 16,
  samplesBeforeTrigger: 17,
  totalSamples: 18,
  startOscilloscope: 19,
  startDaq: 31,
} as const;

const VALUE_MASK = (1n << 52n) - 1n;

/** One command: code in the top 8 bits, channel in the next 4, value (two's complement) in the low 52; little-endian. */
export function encodeMcphaCommand(code: number, channel: number, value: number): Uint8Array<ArrayBuffer> {
  const word = (BigInt(code) << 56n) | (BigInt(channel) << 52n) | (BigInt(Math.trunc(value)) & VALUE_MASK);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, word, true);
  return bytes;
}
