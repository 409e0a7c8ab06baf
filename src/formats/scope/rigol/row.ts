// How to know the .wfm files of Rigol's oscilloscopes.

import type { FormatRow } from '../../row.ts';

/** First bytes of the families: DS1000C, DS1000E/D (and some C), DS1000B, DS1000Z, DS2000 to DS6000. */
const SIGNATURES: readonly (readonly number[])[] = [
  [0xa1, 0xa5, 0x00, 0x00],
  [0xa5, 0xa5, 0x00, 0x00],
  [0xa5, 0xa5, 0xa4, 0x01],
  [0x01, 0xff, 0xff, 0xff],
  [0xa5, 0xa5, 0x38, 0x00],
];
/** A DHO file begins with 24 bytes and a block: kind, type, its length, packed, in the file, 0. */
const DHO_FIRST_BLOCK = 24;
const DHO_FIRST_WORD = 2;

export const RIGOL_WFM_ROW: FormatRow = {
  id: 'rigol-wfm',
  label: 'Rigol .wfm',
  matches: (head) => SIGNATURES.some((bytes) => bytes.every((byte, index) => head[index] === byte)) || isDho(head),
  open: async (source) => (await import('./reader.ts')).openRigolWfm(source),
};

export function isDho(head: Uint8Array): boolean {
  if (head.length < DHO_FIRST_BLOCK + 12) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const words = Array.from({ length: 6 }, (_, index) => view.getUint16(DHO_FIRST_BLOCK + 2 * index, true));
  const [id, type, unpacked, packed, stored, zero] = words;
  const isBlock = id! > 0 && type! > 0 && packed! > 0 && packed! <= unpacked! && packed! <= stored! && zero === 0;
  return view.getUint32(0, true) === DHO_FIRST_WORD && isBlock;
}
