// A JS220 driver over a real core, on a manual clock, with the replay device at the transport; and the golden cases.

import { makeHomes } from '../../src/devices/api/homes.ts';
import { Js220Driver, type Js220DriverOptions } from '../../src/devices/joulescope/js220/driver.ts';
import { Js220Feed, type Js220Intake } from '../../src/devices/joulescope/js220/feed.ts';
import { Js220HostSettings } from '../../src/devices/joulescope/js220/host-settings.ts';
import { Js220Processor } from '../../src/devices/joulescope/js220/processor.ts';
import {
  createJs220Replay,
  type Js220ReplayDevice,
  type Js220ReplayOptions,
} from '../../src/devices/joulescope/js220/sim/replay.ts';
import type { Js220Run } from '../../src/devices/joulescope/js220/stage.ts';
import { STREAM_SAMPLE_BITS } from '../../src/model/channel.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import { coreBytes, createTestCore } from './core.ts';
import { goldenBytes, goldenJson } from './golden.ts';
import { ManualClock } from './manual-clock.ts';

/** A run of samples, kept. */
export interface Js220Block extends Omit<Js220Run, 'address'> {
  readonly samples: Float32Array | Uint8Array;
}

interface DriverOptions extends Pick<Js220DriverOptions, 'openMode'> {
  readonly streamTopics?: readonly string[];
}

interface Replays {
  readonly clock: ManualClock;
  driver(device: UsbDevice, options?: DriverOptions): Js220Driver;
  replay(capture?: Uint8Array<ArrayBuffer>, options?: Js220ReplayOptions): Js220ReplayDevice;
}

/** Frames to runs of samples. */
export interface Js220Bench extends Replays {
  readonly processor: Js220Processor;
  readonly host: Js220HostSettings;
  readonly blocks: Js220Block[];
}

/** Frames to rings. */
export interface Js220RingBench extends Replays {
  readonly feed: Js220Feed;
  readonly host: Js220HostSettings;
}

export function createJs220Bench(): Js220Bench {
  const { core, arena } = createTestCore(4 * 2 ** 20);
  const clock = new ManualClock();
  const blocks: Js220Block[] = [];
  const room = { core, region: arena.reserve('js220', Js220Processor.byteLength) };
  const keep = ({ address, ...run }: Js220Run): void => {
    const { buffer } = core.memory;
    const isFloat = run.stream.dtype === 'f32';
    const samples = isFloat
      ? new Float32Array(buffer, address, run.count).slice()
      : new Uint8Array(buffer, address, Math.ceil((run.count * STREAM_SAMPLE_BITS[run.stream.dtype]) / 8)).slice();
    blocks.push({ ...run, samples });
  };
  const processor = new Js220Processor({ clock, makeRoom: () => room, onRun: keep });
  const intake: Js220Intake = {
    processor,
    beginConnection: () => processor.beginConnection(),
    reset: () => processor.resetCounters(),
    rejoin: () => Promise.resolve(),
    endTransfer: () => processor.flush(),
  };
  const host = new Js220HostSettings([]);
  return { processor, host, blocks, ...replays(clock, intake, host) };
}

export function createJs220RingBench(historyS = 0.5): Js220RingBench {
  const clock = new ManualClock();
  const module = new WebAssembly.Module(coreBytes());
  const feed = new Js220Feed({ clock, historyS, makeHomes: (plan) => makeHomes(module, plan) });
  const host = new Js220HostSettings([]);
  return { feed, host, ...replays(clock, feed, host) };
}

function replays(clock: ManualClock, feed: Js220Intake, host: Js220HostSettings): Replays {
  return {
    clock,
    driver: (device, { streamTopics = [], ...options } = {}) => {
      for (const topic of streamTopics) host.streamTopics.add(topic);
      return new Js220Driver(device, { clock, system: 'linux', feed, host, ...options });
    },
    replay: (capture = new Uint8Array(0), options = {}) => createJs220Replay(capture, { clock, ...options }),
  };
}

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

export function goldenCase(name: string): GoldenCase {
  return goldenJson(`js220/stream/${name}/case.json`);
}

/** `h/fs u32 100000` → topic and number. */
export function publicationOfText(line: string): { topic: string; value: number } {
  const [topic, , value] = line.split(' ');
  return { topic: topic!, value: Number(value) };
}

/** What the reference published: by topic, the values by sample id, and the ids from one to the next. */
export function goldenSignals(name: string): Map<string, { values: Map<number, number>; decimateFactor: number }> {
  const data = goldenBytes(`js220/stream/${name}/published.bin`);
  const signals = new Map<string, { values: Map<number, number>; decimateFactor: number }>();
  for (const message of goldenCase(name).published) {
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
