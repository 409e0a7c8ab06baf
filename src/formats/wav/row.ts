// How to know a sound file: RIFF and its kin (RF64 and BW64 of EBU Tech 3306 and ITU-R BS.2088, RIFX, Sony's Wave64).

import type { FormatRow } from '../row.ts';

/** First bytes of Wave64: the GUID that stands for `riff`. */
const W64_RIFF = [0x72, 0x69, 0x66, 0x66, 0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00];

export const WAV_ROW: FormatRow = {
  id: 'wav',
  label: 'WAV sound',
  matches: (head) => {
    const isRiff = /^(?:RIFF|RIFX|RF64|BW64)[\s\S]{4}WAVE/.test(String.fromCharCode(...head.subarray(0, 12)));
    return isRiff || W64_RIFF.every((byte, index) => head[index] === byte);
  },
  open: async (source, _workspace, context) => (await import('./reader.ts')).openWav(source, context),
};
