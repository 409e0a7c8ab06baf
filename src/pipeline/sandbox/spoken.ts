// What a user's module says to people: lines, reasons for its end, pictures. Whoever talks without an end fills the
// memory of those who listen, so each is bounded, and all of them in a second.

import { LabError } from '../../base/errors.ts';
import type { Picture } from '../functions/template.ts';
import { checkPicture } from './check-picture.ts';

/** What is shown of one line or reason. */
const MAX_LINE_CHARS = 2 ** 14;
/** In a second, in characters; a line or picture counts as this many more. A screen shows less. */
const MAX_CHARS_PER_S = 2 ** 22;
const CHARS_PER_LINE = 64;
/** In a second: sixty pictures of four channels with 65 536 samples. */
const MAX_PICTURE_BYTES_PER_S = 2 ** 26;

export class Spoken {
  #chars = 0;
  #pictureBytes = 0;
  #sinceMs = performance.now();

  /** A printed line; `undefined` when it is no text. Throws `run/failed` when there are too many. */
  line(said: unknown): string | undefined {
    if (typeof said !== 'string') return undefined;
    this.#count(said.length + CHARS_PER_LINE, 0);
    return shortened(said);
  }

  /** `undefined` when it is none that can be drawn. Throws `run/failed` when there are too many. */
  picture(said: unknown): Picture | undefined {
    const picture = checkPicture(said);
    if (picture) this.#count(CHARS_PER_LINE, bytesOf(picture));
    return picture;
  }

  #count(chars: number, pictureBytes: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#sinceMs > 1000) {
      this.#sinceMs = nowMs;
      this.#chars = 0;
      this.#pictureBytes = 0;
    }
    this.#chars += chars;
    this.#pictureBytes += pictureBytes;
    if (this.#chars > MAX_CHARS_PER_S) {
      throw new LabError('run/failed', 'its function printed more than four million characters in a second');
    }
    if (this.#pictureBytes > MAX_PICTURE_BYTES_PER_S) {
      throw new LabError('run/failed', 'its function published more than 64 MB of pictures in a second');
    }
  }
}

/** What a module says of its failure, as far as it can be shown. */
export function failureOf(said: unknown): LabError {
  const { message, code } = Object(said) as { readonly message: unknown; readonly code: unknown };
  return new LabError(code === 'setup/invalid' ? code : 'run/failed', reasonOf(message));
}

/** Why it ended, as far as it can be shown. */
export function reasonOf(said: unknown): string {
  return typeof said === 'string' ? shortened(said) : 'it did not say why';
}

function shortened(text: string): string {
  return text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)}…` : text;
}

function bytesOf(picture: Picture): number {
  switch (picture.kind) {
    case 'trace':
      return picture.channels.reduce((sum, { name, values }) => sum + name.length + values.byteLength, 0);
    case 'histogram':
      return picture.channel.length + picture.edges.byteLength + picture.counts.byteLength;
    case 'table':
      return 0;
  }
}
