// The header of a .mimo file: one pickled dict, then records of data and metadata without padding or index
// (mimoCoRB2, mimocorb2/functions/data.py).

import { FormatError } from '../../base/errors.ts';
import type { Dtype } from '../numpy/dtype.ts';
import type { RandomAccess } from '../source.ts';
import { readPickle } from './pickle.ts';
import { PickleDict, PickleDtype } from './pickle-values.ts';

/** Longest header that is read; real ones have some hundred bytes. */
export const MAX_HEADER_BYTES = 1 << 20;

/** The version that the reference writes. */
export const MIMO_VERSION = 1n;

/** What every record of the file looks like. */
export interface MimoLayout {
  readonly dataDtype: Dtype;
  /** Data items per event. */
  readonly dataLength: number;
  readonly metadataDtype: Dtype;
  readonly metadataLength: number;
}

export interface MimoHeader extends MimoLayout {
  /** As stated by the file; undefined when it states none. */
  readonly version: bigint | undefined;
  /** Offset of the first record. */
  readonly payloadOffset: number;
}

/** Bytes of one record: data first, then metadata. */
export function recordBytes(layout: MimoLayout): number {
  return layout.dataLength * layout.dataDtype.itemBytes + layout.metadataLength * layout.metadataDtype.itemBytes;
}

/** Reads and checks the header. Rejects with a FormatError; executes nothing. */
export async function readMimoHeader(source: RandomAccess): Promise<MimoHeader> {
  const bytes = await source.read(0, Math.min(MAX_HEADER_BYTES, source.sizeBytes));
  const { value, endOffset } = readPickle(bytes, source.sizeBytes);
  if (!(value instanceof PickleDict)) throw damaged('it is no dict');
  const version = value.get('version');
  const header: MimoHeader = {
    version: typeof version === 'bigint' ? version : undefined,
    payloadOffset: endOffset,
    dataDtype: dtypeEntry(value, 'data_dtype'),
    dataLength: lengthEntry(value, 'data_length'),
    metadataDtype: dtypeEntry(value, 'metadata_dtype'),
    metadataLength: lengthEntry(value, 'metadata_length'),
  };
  if (!Number.isSafeInteger(recordBytes(header))) throw damaged('a record would be larger than any file');
  return header;
}

function dtypeEntry(dict: PickleDict, key: string): Dtype {
  const value = dict.get(key);
  if (!(value instanceof PickleDtype)) throw damaged(`"${key}" is missing or no numpy data type`);
  return value.dtype;
}

function lengthEntry(dict: PickleDict, key: string): number {
  const value = dict.get(key);
  if (typeof value !== 'bigint' || value < 1n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw damaged(`"${key}" is missing or no whole number of at least 1`);
  }
  return Number(value);
}

function damaged(reason: string): FormatError {
  return new FormatError(
    'format/damaged',
    `The header of this .mimo file cannot be used: ${reason}. The records cannot be read without it.`,
    0,
  );
}
