// The golden frames of tests/golden/js220 as a unit on the bus: each connection gets the next case, once its streams
// are on. What the page must then have, and how it is told to set itself up, is in the same table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PORT } from '../../src/devices/joulescope/js220/constants.ts';
import { decodeFrame } from '../../src/devices/joulescope/js220/frames.ts';
import { createJs220Replay, type Js220ReplayDevice } from '../../src/devices/joulescope/js220/sim/replay.ts';
import { JS220_STREAMS } from '../../src/devices/joulescope/js220/streams.ts';
import { decodePublication } from '../../src/devices/joulescope/js220/values.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import {
  GOLDEN_CASES,
  type GoldenCase,
  publicationOfText,
  signalsOfGolden,
  TOPIC_OF,
} from '../../tests/support/js220-golden.ts';

export const GOLDEN_SERIAL = '000000';

/** From the host's last switch on: its answer is there, too, and it waits for samples. */
const PAUSE_MS = 1000;
/** What a host switches on first when it starts (src/devices/joulescope/js220/driver.ts). */
const STATISTICS_TOPIC = 's/stats/ctrl';

/** What the reference has of one signal. */
interface GoldenSamples {
  readonly signalId: string;
  readonly decimateFactor: number;
  /** Sample id and value; NaN as `null`. */
  readonly values: readonly (readonly [id: number, value: number | null])[];
}

/** For the guest, as JSON. */
export interface GoldenStep {
  readonly name: string;
  /** Every parameter that a case may change, by id. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly timeMap: { readonly utc: string; readonly counter: string; readonly rateHz: number } | undefined;
  readonly signals: readonly GoldenSamples[];
  /** Records in order: means in A, V and W. */
  readonly statistics: readonly (readonly number[])[];
}

const folderOf = (root: string, name: string): string => join(root, 'tests', 'golden', 'js220', 'stream', name);

function readCase(folder: string): GoldenCase {
  return JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as GoldenCase;
}

export function goldenSteps(root: string): readonly GoldenStep[] {
  return GOLDEN_CASES.map((name) => stepOf(root, name));
}

function stepOf(root: string, name: string): GoldenStep {
  const folder = folderOf(root, name);
  const golden = readCase(folder);
  const published = signalsOfGolden(golden, new Uint8Array(readFileSync(join(folder, 'published.bin'))));
  const wishes = new Map(golden.host_publishes.map(publicationOfText).map(({ topic, value }) => [topic, value]));
  const map = golden.published.at(-1)?.time_map;
  return {
    name,
    parameters: {
      'sampling.filter': wishes.get('h/filter') === 1 ? 'sinc1' : 'wideband',
      'sampling.rate': String(wishes.get('h/fs') ?? 2_000_000),
      'scale.current': wishes.get('h/i_scale') ?? 1,
      'scale.voltage': wishes.get('h/v_scale') ?? 1,
      ...Object.fromEntries(
        JS220_STREAMS.map(({ id, controlTopic }) => [`stream.${id}`, wishes.get(controlTopic) === 1]),
      ),
    },
    timeMap: map && { utc: map.offset_time, counter: map.offset_counter, rateHz: map.counter_rate },
    signals: Object.entries(TOPIC_OF).flatMap(([signalId, topic]) => {
      const signal = published.get(topic);
      if (!signal) return [];
      const values = [...signal.values].map(([id, value]) => [id, Number.isNaN(value) ? null : value] as const);
      return [{ signalId, decimateFactor: signal.decimateFactor, values }];
    }),
    statistics: golden.statistics.map(({ statistics }) =>
      ['i_avg', 'v_avg', 'p_avg'].map((key) => Number(statistics[key])),
    ),
  };
}

export interface GoldenUnit {
  readonly device: UsbDevice;
  /** A case is being played. */
  isPlaying(): boolean;
}

/** One case, and what the host must have switched on before it is played. */
class Performance {
  readonly replay: Js220ReplayDevice;
  readonly #awaited: Set<string>;
  #state: 'waiting' | 'playing' | 'over' = 'waiting';

  constructor(root: string, name: string) {
    const folder = folderOf(root, name);
    const { host_publishes } = readCase(folder);
    const switches = host_publishes.map(publicationOfText).filter(({ topic }) => topic.endsWith('/ctrl'));
    this.#awaited = new Set([STATISTICS_TOPIC, ...switches.map(({ topic }) => topic)]);
    this.replay = createJs220Replay(new Uint8Array(readFileSync(join(folder, 'frames.bin'))));
  }

  get isPlaying(): boolean {
    return this.#state === 'playing';
  }

  get isPlayed(): boolean {
    return this.#state !== 'waiting';
  }

  /** A frame of the host. */
  hear(bytes: Uint8Array<ArrayBuffer>): void {
    const frame = decodeFrame(bytes);
    const topic = frame?.port === PORT.publish ? decodePublication(frame.payload)?.topic : undefined;
    if (!topic || !this.#awaited.delete(topic) || this.#awaited.size > 0) return;
    setTimeout(() => {
      this.#state = 'playing';
      void this.replay.play();
    }, PAUSE_MS);
  }

  end(): Promise<void> {
    if (this.isPlaying) this.#state = 'over';
    return this.replay.close();
  }
}

/** The cases one after the other: a connection after one that was played gets the next. */
export function createGoldenJs220(root: string): GoldenUnit {
  let index = 0;
  const prepare = () => new Performance(root, GOLDEN_CASES[index]!);
  let now = prepare();
  const { vendorId, productId, manufacturerName, productName, configuration } = now.replay;
  const device: UsbDevice = {
    vendorId,
    productId,
    manufacturerName,
    productName,
    serialNumber: GOLDEN_SERIAL,
    opened: true,
    configuration,
    open: () => now.replay.open(),
    close() {
      const last = now;
      if (last.isPlayed && index + 1 < GOLDEN_CASES.length) index++;
      now = prepare();
      return last.end();
    },
    selectConfiguration: (value) => now.replay.selectConfiguration(value),
    claimInterface: (number) => now.replay.claimInterface(number),
    clearHalt: (direction, endpoint) => now.replay.clearHalt(direction, endpoint),
    controlTransferIn: (setup, lengthBytes) => now.replay.controlTransferIn(setup, lengthBytes),
    controlTransferOut: (setup, data) => now.replay.controlTransferOut(setup, data),
    transferOut(endpoint, data) {
      now.hear(data as Uint8Array<ArrayBuffer>);
      return now.replay.transferOut(endpoint, data);
    },
    transferIn: (endpoint, lengthBytes) => now.replay.transferIn(endpoint, lengthBytes),
  };
  return { device, isPlaying: () => now.isPlaying };
}
