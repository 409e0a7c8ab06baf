// Names of files in a run directory. They come from setups (buffers, channels, `filename`), so every one goes through
// here, in the page and on the command line: none leaves the directory, and each can be copied to any system. Pure.

import { LabError } from '../../base/errors.ts';

/** Longest name of a file on the file systems in use (ext4, APFS, NTFS), in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;
/** Devices of Windows, with any ending (learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i;
/** Separators of other systems, drives and streams of NTFS, what Windows forbids, and control characters. */
const FORBIDDEN = /[\\:*?"<>|\p{Cc}]/u;

/** The parts of a path below the run directory, folders first. Throws `setup/invalid` for a name that cannot be one. */
export function runPathParts(path: string): readonly string[] {
  const parts = path.split('/');
  const isBad = parts.some(
    (part) =>
      part === '' ||
      /[. ]$/.test(part) ||
      FORBIDDEN.test(part) ||
      DEVICE_NAME.test(part) ||
      new TextEncoder().encode(part).byteLength > MAX_NAME_BYTES,
  );
  if (!isBad) return parts;
  throw new LabError(
    'setup/invalid',
    `${JSON.stringify(path)} cannot be the name of a file in the run directory. Use a plain name in the setup, without "..", a colon or a backslash, and not beginning with "/".`,
  );
}
