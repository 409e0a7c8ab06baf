// One slot of an event ring: where it is, and views on its two parts.

import { RING_SLOT_METADATA } from './layout.ts';

export interface EventSlotPlace {
  readonly token: number;
  readonly isTrash: boolean;
  readonly address: number;
  readonly metadataBytes: number;
  readonly dataBytes: number;
}

/**
 * A slot with its views on shared memory. Metadata starts at a multiple of 8, and so does the data behind it. The
 * views stay the same for the ring's life, so decoders may keep what they build on them by `token`.
 */
export class EventSlot {
  /** Number of the slot: 0 to slotCount - 1, slotCount for the trash slot, -1 for an observer's copy. */
  readonly token: number;
  /** The ring is paused: what is written here is counted and discarded. */
  readonly isTrash: boolean;
  /** Address of the metadata in the core's memory, a multiple of 8. */
  readonly metadataAddress: number;
  /** Address of the data in the core's memory, a multiple of 8. */
  readonly dataAddress: number;
  readonly metadata: DataView<ArrayBufferLike>;
  readonly data: Uint8Array<ArrayBufferLike>;

  constructor(memory: WebAssembly.Memory, place: EventSlotPlace) {
    this.token = place.token;
    this.isTrash = place.isTrash;
    this.metadataAddress = place.address + RING_SLOT_METADATA;
    this.dataAddress = this.metadataAddress + Math.ceil(place.metadataBytes / 8) * 8;
    this.metadata = new DataView(memory.buffer, this.metadataAddress, place.metadataBytes);
    this.data = new Uint8Array(memory.buffer, this.dataAddress, place.dataBytes);
  }
}
