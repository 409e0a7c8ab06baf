// The picture of an instrument's own screen: fetched in its family's words, and known by its first bytes, since a setting of
// the instrument decides what it sends.

import { LabError } from '../../base/errors.ts';
import { readBlock } from '../scpi/block.ts';
import { AnswerError } from '../scpi/text-error.ts';
import type { ScopeDialect, ScopePort } from './dialect.ts';

export interface ScopeScreen {
  readonly mediaType: 'image/png' | 'image/bmp' | 'image/jpeg' | 'image/gif' | 'image/tiff';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** First bytes (RFC 2083, JFIF, GIF89a, TIFF 6.0; BMP: `BM`). */
const MAGICS: readonly (readonly [ScopeScreen['mediaType'], readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['image/tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['image/tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['image/bmp', [0x42, 0x4d]],
];

/** Rejects with `device/unsupported` where the family has no words for it, and `device/protocol` for no picture. */
export async function fetchScreen(port: ScopePort, { screen, label }: ScopeDialect): Promise<ScopeScreen> {
  if (!screen) {
    throw new LabError('device/unsupported', `${label}: the screen is saved at the instrument itself.`);
  }
  if (screen.before !== undefined) await port.command(screen.before);
  return pictureOf(await port.queryBytes(screen.question));
}

/** In a block or as it is. Throws `device/protocol`. */
export function pictureOf(answer: Uint8Array): ScopeScreen {
  const content = isPicture(answer) ? answer : blockOf(answer);
  const mediaType = content && typeOf(content);
  if (content && mediaType) return { mediaType, bytes: new Uint8Array(content) };
  throw new LabError(
    'device/protocol',
    `The instrument sent ${answer.length} bytes that are no picture of a known kind (PNG, JPEG, BMP, GIF, TIFF). Choose one of these for its screen pictures, and fetch it again.`,
  );
}

function blockOf(answer: Uint8Array): Uint8Array | undefined {
  try {
    return readBlock(answer).payload;
  } catch (error) {
    if (error instanceof AnswerError) return undefined;
    throw error;
  }
}

function isPicture(bytes: Uint8Array): boolean {
  return typeOf(bytes) !== undefined;
}

function typeOf(bytes: Uint8Array): ScopeScreen['mediaType'] | undefined {
  return MAGICS.find(([, magic]) => magic.every((byte, index) => bytes[index] === byte))?.[0];
}
