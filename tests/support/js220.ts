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
import { type GoldenCase, type GoldenSignal, signalsOfGolden } from './js220-golden.ts';
import { ManualClock } from './manual-clock.ts';

/** A run of samples, kept. */
export interface Js220Block extends Omit<Js220Run, 'address' | 'saturatedAddress'> {
  readonly samples: Float32Array | Uint8Array;
  /** Numbers of those that are saturated, from the first of the run on. */
  readonly saturated: readonly number[];
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
  const keep = ({ address, saturatedAddress, ...run }: Js220Run): void => {
    const { buffer } = core.memory;
    const isFloat = run.stream.dtype === 'f32';
    const samples = isFloat
      ? new Float32Array(buffer, address, run.count).slice()
      : new Uint8Array(buffer, address, Math.ceil((run.count * STREAM_SAMPLE_BITS[run.stream.dtype]) / 8)).slice();
    const bits = new Uint8Array(buffer, saturatedAddress, Math.ceil(run.count / 8));
    const isSet = (_: unknown, k: number) => saturatedAddress !== 0 && ((bits[k >> 3]! >> (k & 7)) & 1) === 1;
    blocks.push({ ...run, samples, saturated: [...Array(run.count).keys()].filter(isSet) });
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
  const feed = new Js220Feed({
    clock,
    history: { samplesS: historyS, overviewS: historyS },
    makeHomes: (plan) => makeHomes(module, plan),
  });
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

export function goldenCase(name: string): GoldenCase {
  return goldenJson(`js220/stream/${name}/case.json`);
}

/** What the reference published, by topic. */
export function goldenSignals(name: string): Map<string, GoldenSignal> {
  return signalsOfGolden(goldenCase(name), goldenBytes(`js220/stream/${name}/published.bin`));
}
