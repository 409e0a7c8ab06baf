// The one error class for expected failures. Programmer errors use `assert` and crash instead.
// Every message is written for the person at the screen: what happened, what is safe, what to do next.

/** Closed list of failure codes. The part before the slash names the family. */
export type ErrorCode =
  | 'device/denied'
  | 'device/in-use'
  | 'device/lost'
  | 'device/timeout'
  | 'device/protocol'
  | 'device/unsupported'
  | 'device/calibration'
  | 'device/position'
  | 'format/unknown'
  | 'format/damaged'
  | 'format/unsupported'
  | 'format/range'
  | 'format/not-found'
  | 'storage/quota'
  | 'storage/denied'
  | 'storage/unavailable'
  | 'storage/io'
  | 'storage/gone'
  | 'setup/invalid'
  | 'run/state'
  | 'run/failed'
  | 'wasm/trap'
  | 'wasm/memory'
  | 'platform/unsupported'
  | 'cancelled'
  | 'internal';

/** Plain data that travels with an error: structured-cloneable, no functions. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | bigint | undefined>>;

export interface LabErrorOptions {
  readonly cause?: unknown;
  readonly context?: ErrorContext;
}

/** An expected failure with a code, a message for humans and optional context. Crosses workers whole. */
export class LabError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;

  constructor(code: ErrorCode, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LabError';
    this.code = code;
    this.context = options.context ?? {};
  }
}

/** A file that cannot be read (further): says where in the file and what was found there. */
export class FormatError extends LabError {
  /** Byte offset in the file at which the trouble was seen, if one can be named. */
  readonly offsetBytes: number | undefined;

  constructor(
    code: Extract<ErrorCode, `format/${string}`>,
    message: string,
    offsetBytes?: number,
    options: LabErrorOptions = {},
  ) {
    super(code, message, options);
    this.name = 'FormatError';
    this.offsetBytes = offsetBytes;
  }
}

/** What engines and systems throw in words of their own, and what that means for the person at the screen. */
const RAW_ERRORS: readonly { readonly says: RegExp; readonly code: ErrorCode; readonly words: string }[] = [
  {
    says: /maximum call stack|too much recursion/i,
    code: 'internal',
    words: 'This is nested too deeply to be worked on. Nothing was changed.',
  },
  {
    says: /allocation failed|invalid (typed )?array (buffer )?length|could not allocate|out of memory/i,
    code: 'wasm/memory',
    words: 'There is not enough memory for this. Close other programs, or take a smaller part, and try again.',
  },
  {
    says: /^RuntimeError: /,
    code: 'wasm/trap',
    words:
      'The program made a mistake of its own here and stopped. Files were not changed. Please report it, with the file.',
  },
  {
    says: /^(Error: (ENOSPC|EDQUOT)\b|QuotaExceededError: )/,
    code: 'storage/quota',
    words: 'There is no room left on the disk. What was written before is safe. Make room and try again.',
  },
  {
    says: /^Error: (EACCES|EPERM|EROFS)\b/,
    code: 'storage/denied',
    words: 'The system does not permit that. Nothing was changed. Choose another place, or look at the permissions.',
  },
  {
    says: /^Error: (EIO|ENXIO|ESTALE)\b/,
    code: 'storage/io',
    words: 'The disk does not answer. What was written before is safe. Look at its connection and try again.',
  },
];

/** Turns anything thrown into an Error without losing what it was; raw texts of engines and systems get words. */
export function toError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (thrown instanceof LabError) return thrown;
  const raw = RAW_ERRORS.find(({ says }) => says.test(`${thrown.name}: ${thrown.message}`));
  return raw ? new LabError(raw.code, raw.words, { cause: thrown }) : thrown;
}

/** The error that an aborted operation rejects with. */
export function cancelled(what: string): LabError {
  return new LabError('cancelled', `${what} was cancelled.`);
}

/** Throws the `cancelled` error if the signal is aborted. Call it at block boundaries of long work. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw cancelled(what);
}
