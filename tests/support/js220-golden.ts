// Golden cases of the JS220 (tests/golden/js220): what the reference was told, and what it made of the frames.

export interface GoldenStatistics {
  readonly [key: string]: number | string;
}

export interface GoldenMessage {
  readonly topic: string;
  readonly sample_id: string;
  readonly element_size_bits: number;
  readonly element_count: number;
  readonly decimate_factor: number;
  readonly time_map: { readonly offset_time: string; readonly offset_counter: string; readonly counter_rate: number };
  readonly data_offset: number;
  readonly data_bytes: number;
}

export interface GoldenCase {
  readonly host_publishes: readonly string[];
  readonly bulk_out_after_open: readonly {
    readonly topic: string;
    readonly payload_hex: string;
    readonly frame_hex: string;
  }[];
  readonly published: readonly GoldenMessage[];
  readonly statistics: readonly { readonly statistics: GoldenStatistics }[];
}

export const GOLDEN_CASES = [
  'c01_ivp_range_gpi',
  'c02_gaps_duplicates_overlap',
  'c03_sample_id_wrap',
  'c04_host_downsample_100k',
  'c05_sinc1_on_instrument_100k',
  'c06_statistics_scaled',
  'c07_current_only_scaled',
] as const;

/** `h/fs u32 100000` → topic and number. */
export function publicationOfText(line: string): { topic: string; value: number } {
  const [topic, , value] = line.split(' ');
  return { topic: topic!, value: Number(value) };
}

/** Values by sample id, and the ids from one to the next. */
export interface GoldenSignal {
  readonly values: Map<number, number>;
  readonly decimateFactor: number;
}

/** What the reference published, by topic. `data`: the case's `published.bin`. */
export function signalsOfGolden({ published }: GoldenCase, data: Uint8Array<ArrayBuffer>): Map<string, GoldenSignal> {
  const signals = new Map<string, GoldenSignal>();
  for (const message of published) {
    const { topic, decimate_factor: decimateFactor, element_size_bits: bits, element_count: count } = message;
    const bytes = data.slice(message.data_offset, message.data_offset + message.data_bytes);
    const signal = signals.get(topic) ?? { values: new Map<number, number>(), decimateFactor };
    signals.set(topic, signal);
    for (let i = 0; i < count; i++) {
      signal.values.set(Number(message.sample_id) + i * decimateFactor, sampleAt(bytes, bits, i));
    }
  }
  return signals;
}

/** Sample `index` of packed little-endian data; 32 bits are an f32. */
export function sampleAt(bytes: Uint8Array<ArrayBuffer>, bits: number, index: number): number {
  if (bits === 32) return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(index * 4, true);
  return (bytes[(index * bits) >> 3]! >> ((index * bits) & 7)) & ((1 << bits) - 1);
}

export const TOPIC_OF: Readonly<Record<string, string>> = {
  current: 's/i/!data',
  voltage: 's/v/!data',
  power: 's/p/!data',
  current_range: 's/i/range/!data',
  'gpi[0]': 's/gpi/0/!data',
};
