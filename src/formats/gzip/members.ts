// Unpacks a gzip file (RFC 1952): one member or several, one behind the other. What browsers bring unpacks one member
// and refuses what follows, so where a member ends is found by trying where the next seems to begin.

import type { ChunkMemory } from '../chunk-memory.ts';
import { inflate } from '../inflate.ts';
import type { RandomAccess } from '../source.ts';
import { JoinedSource, SourcePart } from '../source-part.ts';

/** Bytes of the file that are searched at a time. */
const SEARCH_BYTES = 2 ** 20;
/** Shortest member: header and trailer of 18 bytes, and an empty deflated stream of 2. */
const MIN_MEMBER_BYTES = 20;
/** How often every byte of the file may be unpacked, for places that only seemed to begin a member. */
const MAX_PASSES = 4;

export interface Unpacked {
  readonly content: RandomAccess;
  /** `damaged`: what could be unpacked; `full`: there is more than the limit. */
  readonly end: 'whole' | 'damaged' | 'full';
}

/** Unpacks all members, `limitBytes` in all. */
export async function unpackMembers(source: RandomAccess, limitBytes: number): Promise<Unpacked> {
  const members: ChunkMemory[] = [];
  let unpackedBytes = 0;
  let work = MAX_PASSES * source.sizeBytes;
  let start = 0;
  let end = start;
  while (start < source.sizeBytes) {
    end = await nextMember(source, Math.max(end + 1, start + MIN_MEMBER_BYTES));
    const part = new SourcePart(source, start, end - start);
    const member = await inflate(part, 'gzip', limitBytes - unpackedBytes);
    const isLast = end >= source.sizeBytes;
    work -= end - start;
    if (member.end === 'damaged' && !isLast && work > 0) continue;
    members.push(member.content);
    unpackedBytes += member.content.sizeBytes;
    if (member.end !== 'whole') return { content: new JoinedSource(members), end: member.end };
    start = end;
  }
  return { content: new JoinedSource(members), end: 'whole' };
}

/** Where the next member may begin, from `from` on; the end of the file when none does. */
async function nextMember(source: RandomAccess, from: number): Promise<number> {
  for (let at = from; at < source.sizeBytes; at += SEARCH_BYTES) {
    // three bytes more: a header may begin in the last ones
    const bytes = await source.read(at, SEARCH_BYTES + 3);
    const limit = Math.min(SEARCH_BYTES, bytes.length - 3);
    for (let index = bytes.indexOf(0x1f); index >= 0 && index < limit; index = bytes.indexOf(0x1f, index + 1)) {
      const isHeader = bytes[index + 1] === 0x8b && bytes[index + 2] === 8 && (bytes[index + 3]! & 0xe0) === 0;
      if (isHeader) return at + index;
    }
  }
  return source.sizeBytes;
}
