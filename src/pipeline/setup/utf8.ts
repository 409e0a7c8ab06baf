// Text of a setup from its bytes.

import { LabError } from '../../base/errors.ts';

/** Rejects with `setup/invalid` for bytes that are not UTF-8, with the line where they stand. */
export function decodeUtf8(bytes: Uint8Array<ArrayBuffer>, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    // The first replacement stands where the first wrong byte does.
    const line = new TextDecoder().decode(bytes).split('\ufffd', 1)[0]!.split('\n').length;
    throw new LabError('setup/invalid', `${name} is not UTF-8: line ${line} holds other bytes. Save it as UTF-8.`, {
      cause,
      context: { line },
    });
  }
}
