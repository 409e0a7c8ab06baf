// The browser's storage exceptions, turned once into errors that say what is safe and what to do.

import { LabError, type LabErrorOptions } from '../base/errors.ts';

function exceptionName(thrown: unknown): string {
  return thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
}

/** The error for "no room left". `safe` says what is kept. */
export function storageFull(
  what: string,
  options: LabErrorOptions = {},
  safe = 'What was written before is safe',
): LabError {
  return new LabError(
    'storage/quota',
    `${what} stopped: the browser's storage is full. ${safe}. Delete recordings or save them elsewhere, then try again.`,
    options,
  );
}

/** The error for a file that was taken away while it was written: its bytes go nowhere. */
export function storageGone(what: string): LabError {
  return new LabError(
    'storage/gone',
    `${what} ended: its file was taken away, because the data of this site were cleared. What was in it is lost. What the live view still shows can be exported.`,
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
        `${what} failed: the browser's storage did not do it. What was written before is safe. Try again, or reload the page.`,
        { cause },
      );
  }
}
