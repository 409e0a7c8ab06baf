// The golden recipes of JLS v2 files, played on our writer.

import { utcFromTicks } from '../../src/base/time.ts';
import { ANNOTATION_KINDS, STORAGES } from '../../src/formats/jls/v2/spec.ts';
import type { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import type { SampleType } from '../../src/model/signal-store.ts';

/** A golden recipe: the calls made to the reference library, and the file that came out. */
export interface Recipe {
  sha256_of_file: string;
  file_size: number;
  operations: Operation[];
}

export type Operation =
  | {
      op: 'source';
      source_id: number;
      name: string;
      vendor: string;
      model: string;
      version: string;
      serial_number: string;
    }
  | {
      op: 'signal';
      signal_id: number;
      source_id: number;
      dtype: SampleType;
      sample_rate: number;
      name: string;
      units: string;
      requested: Record<string, number>;
      stored: number[];
    }
  | { op: 'user_data'; chunk_meta: number; storage_type: number; text?: string; hex?: string }
  | {
      op: 'fsr';
      signal_id: number;
      sample_id: number;
      dtype: SampleType;
      count: number;
      generator: { k0: number; mod: number; mul: number; div: number; off: number };
    }
  | { op: 'utc'; signal_id: number; sample_id: number; time64: string | number }
  | {
      op: 'annotation';
      signal_id: number;
      timestamp: number;
      y: number | 'NaN';
      annotation_type: number;
      group_id: number;
      storage_type: number;
      text?: string;
      hex?: string;
    };

export function sizesOf(requested: Record<string, number>) {
  return {
    samplesPerData: requested['samples_per_data'] ?? 0,
    sampleDecimateFactor: requested['sample_decimate_factor'] ?? 0,
    entriesPerSummary: requested['entries_per_summary'] ?? 0,
    summaryDecimateFactor: requested['summary_decimate_factor'] ?? 0,
    annotationDecimateFactor: requested['annotation_decimate_factor'] ?? 0,
    utcDecimateFactor: requested['utc_decimate_factor'] ?? 0,
  };
}

function storageOf(type: number): 'binary' | 'string' | 'json' {
  return STORAGES[type] as 'binary' | 'string' | 'json';
}

function dataOf(item: { text?: string; hex?: string }): string | Uint8Array {
  return item.text ?? Uint8Array.from(Buffer.from(item.hex!, 'hex'));
}

function generate(operation: Extract<Operation, { op: 'fsr' }>): ArrayBufferView {
  const { k0, mod, mul, div, off } = operation.generator;
  const values = Array.from({ length: operation.count }, (_, i) => (((k0 + i) * mul) % mod) / div - off);
  if (operation.dtype === 'f32') return Float32Array.from(values);
  if (operation.dtype === 'u8') return Uint8Array.from(values);
  const packed = new Uint8Array(Math.ceil(operation.count / 8));
  values.forEach((value, i) => {
    packed[i >> 3]! |= value << (i & 7);
  });
  return packed;
}

/** Makes a call of a recipe to our writer. */
export function play(writer: JlsWriter, operation: Operation): void {
  switch (operation.op) {
    case 'source':
      writer.defineSource({
        sourceId: operation.source_id,
        name: operation.name,
        vendor: operation.vendor,
        model: operation.model,
        version: operation.version,
        serialNumber: operation.serial_number,
      });
      break;
    case 'signal':
      writer.defineSignal({
        signalId: operation.signal_id,
        sourceId: operation.source_id,
        dtype: operation.dtype,
        sampleRateHz: operation.sample_rate,
        name: operation.name,
        unit: operation.units,
        sizes: sizesOf(operation.requested),
      });
      break;
    case 'user_data':
      writer.userData({
        meta: operation.chunk_meta,
        storage: storageOf(operation.storage_type),
        data: dataOf(operation),
      });
      break;
    case 'fsr':
      writer.writeSamples(operation.signal_id, operation.sample_id, generate(operation), operation.count);
      break;
    case 'utc':
      writer.utc(operation.signal_id, operation.sample_id, utcFromTicks(BigInt(operation.time64)));
      break;
    case 'annotation':
      writer.annotation(operation.signal_id, {
        timestamp: BigInt(operation.timestamp),
        kind: ANNOTATION_KINDS[operation.annotation_type]!,
        storage: storageOf(operation.storage_type),
        groupId: operation.group_id,
        y: Number(operation.y),
        data: dataOf(operation),
      });
      break;
  }
}
