// A setup in the address: compressed, so that a link holds a whole experiment and no server keeps it.

import * as v from 'valibot';
import { LabError } from '../../base/errors.ts';

/** What a link holds. Data files are not in it. */
const schema = v.object({
  version: v.literal(1),
  name: v.string(),
  text: v.string(),
  /** The example whose files lie beside the setup; empty for none. */
  example: v.string(),
  /** Small text files beside the setup by path. */
  files: v.record(v.string(), v.string()),
});

export type SharedSetup = v.InferOutput<typeof schema>;

/** Marks the route's argument as a setup. */
const PREFIX = 'setup-';
/** A link that unpacks to more is no setup of ours. */
const MAX_TEXT_CHARS = 4_000_000;

export const isSetupLink = (argument: string): boolean => argument.startsWith(PREFIX);

/** The route's argument: letters, digits, `-` and `_` only. */
export async function encodeSetupLink(setup: SharedSetup): Promise<string> {
  const packed = new Blob([JSON.stringify(setup)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Rejects with `setup/invalid` when the link is cut off or was not made by this program. */
export async function decodeSetupLink(argument: string): Promise<SharedSetup> {
  try {
    const binary = atob(argument.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const packed = new Blob([Uint8Array.from(binary, (char) => char.charCodeAt(0))]).stream();
    const text = await readText(packed.pipeThrough(new DecompressionStream('deflate-raw')));
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    throw new LabError('setup/invalid', 'This link holds no whole setup; perhaps its end is missing. Copy it anew.', {
      cause,
    });
  }
}

async function readText(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_TEXT_CHARS) throw new RangeError('the text is too long');
  }
}
