// Rigol DHO800 and DHO1000 (.wfm): 24 bytes, blocks of settings (most of them packed by zlib), zeros, and codes of 16 bits
// by turns of the channels. Not published; values and times agree with the .bin that the instrument wrote beside it.

import { FormatError } from '../../../base/errors.ts';
import type { RandomAccess } from '../../source.ts';
import type { Trace } from '../capture.ts';
import { Fields } from '../fields.ts';
import type { RigolFile } from './file.ts';
import { type ChannelSettings, channelMetadata } from './vertical.ts';

const FIRST_BLOCK = 24;
const BLOCK_HEAD_BYTES = 12;
/** Blocks of settings are far smaller. */
const MAX_SETTINGS_BYTES = 1 << 20;
/** Zeros between the settings and the samples. */
const MAX_ZERO_BYTES = 1 << 20;
const DATA_HEAD_BYTES = 40;
const CHANNEL_COUNT = 4;
/** The code of the middle of the screen. */
const MIDDLE = 32_768;

/** What differs between the families: the type of a channel's block, and units of what is in it. */
interface Family {
  readonly label: string;
  readonly channelBlock: number;
  /** Volts of a code are the block's first number over this. */
  readonly scaleDivisor: number;
  readonly centreVolts: (fields: Fields) => number;
  /** Unit of the time between samples. */
  readonly tickS: number;
}

const SCALE = 1;
const CENTRE = 38;
const FAMILIES: readonly Family[] = [
  {
    label: 'Rigol DHO800',
    channelBlock: 5,
    scaleDivisor: 7.5e12,
    centreVolts: (fields) => -fields.i32(CENTRE) / 1e9,
    tickS: 0.8e-9,
  },
  {
    label: 'Rigol DHO1000',
    channelBlock: 9,
    scaleDivisor: 7.5e11,
    centreVolts: (fields) => -fields.i64(CENTRE) / 1e8,
    tickS: 10e-9,
  },
];

interface Block {
  readonly id: number;
  readonly type: number;
  readonly content: Uint8Array;
}

export async function readDho(source: RandomAccess): Promise<RigolFile> {
  const { blocks, endBytes } = await readBlocks(source);
  const family = FAMILIES.find(({ channelBlock }) => blocks.some((block) => isChannel(block, channelBlock)));
  if (!family) {
    throw new FormatError(
      'format/unsupported',
      'The file has no settings of channels that are known. Save it as CSV.',
      FIRST_BLOCK,
    );
  }
  const dataOffset = await firstNonZero(source, endBytes);
  const data = new Fields(await source.read(dataOffset, DATA_HEAD_BYTES), true, dataOffset);
  const count = data.u32(24);
  const channelCount = count > 0 ? Math.round(data.u64(0) / count) : 0;
  const saved = savedChannels(blocks, family, channelCount);
  const stepS = data.u32(16) * family.tickS;
  const channels = saved.map(({ id, fields }, index): { trace: Trace; settings: ChannelSettings } => {
    const scale = fields.i64(SCALE) / family.scaleDivisor;
    const centre = family.centreVolts(fields);
    return {
      trace: {
        name: `CH${id}`,
        unit: 'V',
        run: {
          type: 'u16',
          offsetBytes: dataOffset + DATA_HEAD_BYTES + 2 * index,
          strideBytes: 2 * channelCount,
          scale,
          offset: centre - scale * MIDDLE,
        },
        count,
        // the trigger stands in the middle, as in every capture that could be compared
        start: (-count / 2) * stepS,
        step: stepS,
      },
      settings: { offset: centre },
    };
  });
  return {
    label: family.label,
    model: modelIn(blocks),
    serialNumber: '',
    firmware: '',
    traces: channels.map(({ trace }) => trace),
    metadata: channelMetadata(channels),
    notes: ['This file does not say where its trigger stands: it is shown in the middle. A .bin or CSV says it.'],
  };
}

const isChannel = ({ id, type }: Block, channelBlock: number): boolean =>
  type === channelBlock && id >= 1 && id <= CHANNEL_COUNT;

/** The channels whose codes are in the file, by number. Their first byte says that they are on. */
function savedChannels(
  blocks: readonly Block[],
  { channelBlock }: Family,
  channelCount: number,
): readonly { readonly id: number; readonly fields: Fields }[] {
  const all = blocks
    .filter((block) => isChannel(block, channelBlock))
    .map(({ id, content }) => ({ id, fields: new Fields(content) }))
    .sort((a, b) => a.id - b.id);
  const on = all.filter(({ fields }) => fields.u8(0) !== 0);
  const saved = on.length === channelCount ? on : all.slice(0, channelCount);
  if (channelCount < 1 || saved.length !== channelCount) {
    throw new FormatError(
      'format/damaged',
      `The file states samples of ${channelCount} channels and has settings of ${all.length}. Save it again.`,
      FIRST_BLOCK,
    );
  }
  return saved;
}

async function readBlocks(source: RandomAccess): Promise<{ blocks: readonly Block[]; endBytes: number }> {
  const bytes = await source.read(0, Math.min(MAX_SETTINGS_BYTES, source.sizeBytes));
  const fields = new Fields(bytes);
  const blocks: Block[] = [];
  let at = FIRST_BLOCK;
  for (;;) {
    const storedBytes = fields.u16(at + 8);
    if (storedBytes === 0) return { blocks, endBytes: at };
    const unpackedBytes = fields.u16(at + 4);
    const packed = bytes.subarray(at + BLOCK_HEAD_BYTES, at + BLOCK_HEAD_BYTES + fields.u16(at + 6));
    const content = packed.length < unpackedBytes ? await unpacked(packed, unpackedBytes) : packed;
    blocks.push({ id: fields.u16(at), type: fields.u16(at + 2), content });
    at += BLOCK_HEAD_BYTES + storedBytes;
  }
}

/** Inflates at most `most` bytes; what cannot be inflated is empty. */
async function unpacked(packed: Uint8Array, most: number): Promise<Uint8Array> {
  const content = new Uint8Array(most);
  let length = 0;
  const stream = new Blob([packed.slice()]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  try {
    while (length < most) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, most - length);
      content.set(part, length);
      length += part.length;
    }
    await reader.cancel();
  } catch {
    return new Uint8Array(0);
  }
  return content.subarray(0, length);
}

async function firstNonZero(source: RandomAccess, from: number): Promise<number> {
  const bytes = await source.read(from, Math.min(MAX_ZERO_BYTES, Math.max(0, source.sizeBytes - from)));
  const index = bytes.findIndex((byte) => byte !== 0);
  if (index >= 0) return from + index;
  throw new FormatError('format/damaged', 'The file has no samples behind its settings. Save it again.', from);
}

function modelIn(blocks: readonly Block[]): string {
  for (const { content } of blocks) {
    const found = /(?:DHO|HDO|MSO)\d{3,4}\w*/.exec(String.fromCharCode(...content.subarray(0, 4096)));
    if (found) return found[0];
  }
  return '';
}
