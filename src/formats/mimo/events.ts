// The records of a .mimo file as blocks of events, read one block at a time, and where their items are for those
// who want columns.

import { FormatError } from '../../base/errors.ts';
import { decodeLeaf } from '../numpy/decode.ts';
import { type Dtype, dtypeText, type Leaf, leavesOf } from '../numpy/dtype.ts';
import type { ItemGrid } from '../numpy/item-table.ts';
import type { EventBlock, EventColumn, EventField, EventStore } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { type MimoHeader, type MimoLayout, recordBytes } from './header.ts';

/** Whole records read at once, at most; a header may claim any length of a record. */
const MAX_READ_BYTES = 1 << 28;

/** Where the items of one kind lie in a record. */
export interface ItemPart {
  readonly offsetBytes: number;
  readonly dtype: Dtype;
  readonly length: number;
}

export class MimoEvents implements EventStore {
  readonly eventCount: number;
  readonly trailingBytes: number;
  readonly dataLength: number;
  readonly dataFields: readonly EventField[];
  readonly metadataFields: readonly EventField[];
  readonly dataPart: ItemPart;
  readonly metadataPart: ItemPart;
  readonly recordBytes: number;
  readonly layout: MimoLayout;
  readonly #source: RandomAccess;
  readonly #payloadOffset: number;
  readonly #dataLeaves: readonly Leaf[];
  readonly #metadataLeaves: readonly Leaf[];

  constructor(source: RandomAccess, header: MimoHeader) {
    this.#source = source;
    this.#payloadOffset = header.payloadOffset;
    this.recordBytes = recordBytes(header);
    this.layout = header;
    const payloadBytes = source.sizeBytes - header.payloadOffset;
    this.eventCount = Math.floor(payloadBytes / this.recordBytes);
    this.trailingBytes = payloadBytes - this.eventCount * this.recordBytes;
    this.dataLength = header.dataLength;
    this.dataPart = { offsetBytes: 0, dtype: header.dataDtype, length: header.dataLength };
    this.metadataPart = {
      offsetBytes: header.dataLength * header.dataDtype.itemBytes,
      dtype: header.metadataDtype,
      length: header.metadataLength,
    };
    this.#dataLeaves = leavesOf(header.dataDtype);
    this.#metadataLeaves = leavesOf(header.metadataDtype);
    this.dataFields = this.#dataLeaves.map(toField);
    this.metadataFields = this.#metadataLeaves.map(toField);
  }

  async read(start: number, count: number): Promise<EventBlock> {
    const bytes = await this.readRecords(start, count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const columns = (leaves: readonly Leaf[], part: ItemPart): EventColumn[] =>
      leaves.map((leaf) => ({
        field: toField(leaf),
        values: decodeLeaf(view, leaf, {
          firstOffsetBytes: part.offsetBytes,
          recordCount: count,
          recordBytes: this.recordBytes,
          itemCount: part.length,
          itemBytes: part.dtype.itemBytes,
        }),
      }));
    return {
      start,
      eventCount: count,
      metadata: columns(this.#metadataLeaves, this.metadataPart),
      data: columns(this.#dataLeaves, this.dataPart),
    };
  }

  /** The raw records [start, start + count). */
  readRecords(start: number, count: number): Promise<Uint8Array> {
    const isValid = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0;
    if (!isValid || start + count > this.eventCount) {
      throw new FormatError(
        'format/range',
        `Events ${start} to ${start + count} are outside of this file, which has ${this.eventCount}.`,
      );
    }
    if (count * this.recordBytes > MAX_READ_BYTES) {
      throw new FormatError(
        'format/range',
        `${count} events of ${this.recordBytes} bytes do not fit into memory. Read fewer at once, or their fields as signals.`,
      );
    }
    return this.#source.read(this.#payloadOffset + start * this.recordBytes, count * this.recordBytes);
  }

  /** Where the items of one kind are, over all events. */
  grid(part: ItemPart): ItemGrid {
    return {
      offsetBytes: this.#payloadOffset + part.offsetBytes,
      itemBytes: part.dtype.itemBytes,
      itemsPerRecord: part.length,
      recordBytes: this.recordBytes,
      itemCount: this.eventCount * part.length,
    };
  }
}

function toField(leaf: Leaf): EventField {
  return { name: leaf.name, dtype: dtypeText(leaf.scalar), shape: leaf.shape };
}
