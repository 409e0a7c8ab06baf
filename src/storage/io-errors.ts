// The browser's storage exceptions, turned once into errors that say what is safe and what to do.

import { LabError, type LabErrorOptions } from '../base/errors.ts';

function exceptionName(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
}

/** The error for "no room left". */
export function storageFull(what: string, options: LabErrorOptions = {}): LabError {
  return new LabError(
    'storage/quota',
    `${what} stopped: the browser's storage is full. What was written before is safe. Delete recordings or save them elsewhere, then try again.`,
    options,
  );
}

/** Any thread. `what` begins the message, such as `Writing the recording`. A LabError passes through unchanged. */
export function storageError(thrown: unknown, what: string): LabError {
  if (thrown instanceof LabError) return thrown;
  const cause = thrown;
  switch (exceptionName(thrown)) {
    case 'QuotaExceededError':
      return storageFull(what, { cause });
    case 'NotAllowedError':
    case 'SecurityError':
      return new LabError(
        'storage/denied',
        `${what} was not permitted. Nothing was changed. Allow access to files for this page and try again.`,
        { cause },
      );
    case 'NoModificationAllowedError':
      return new LabError(
        'storage/denied',
        `${what} has to wait: the file is in use, perhaps in another tab. Close it there and try again.`,
        { cause },
      );
    case 'NotFoundError':
      return new LabError(
        'storage/io',
        `${what} failed: the file is no longer there. It may have been moved or deleted; choose it again.`,
        { cause },
      );
    default:
      return new LabError(
        'storage/io',
        `${what} failed (${exceptionName(thrown) || String(thrown)}). What was written before is safe. Try again, or choose another place.`,
        { cause },
      );
  }
}
