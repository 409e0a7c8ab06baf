// Unpacks a zip with Node's own inflate, from its central directory (APPNOTE.TXT 4.3.12 and 4.3.16), so that our writer is
// not checked with the library that it uses. Without Zip64.

import { crc32, inflateRawSync } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;

/** Contents by path; the checksums are checked. */
export function readZipFiles(zip: Uint8Array): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw new Error('this is no zip');
  const entryCount = view.getUint16(end + 10, true);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = view.getUint32(end + 16, true);
  for (let i = 0; i < entryCount; i++) {
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE) throw new Error(`no entry at ${at}`);
    const method = view.getUint16(at + 10, true);
    const packedBytes = view.getUint32(at + 20, true);
    const nameBytes = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const path = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameBytes));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = zip.subarray(start, start + packedBytes);
    const content = method === 0 ? new Uint8Array(packed) : new Uint8Array(inflateRawSync(packed));
    if (crc32(content) !== view.getUint32(at + 16, true)) throw new Error(`${path} is damaged`);
    if (!path.endsWith('/')) files.set(path, content);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}
