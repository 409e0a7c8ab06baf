// The golden frames of tests/golden/js220 as a unit on the bus: each connection gets the next case, once its streams
// are on. What the page must then have, and how it is told to set itself up, is in the same table.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REQUEST } from '../../src/devices/joulescope/js220/constants.ts';
import { createJs220Replay, type Js220ReplayDevice } from '../../src/devices/joulescope/js220/sim/replay.ts';
import { JS220_STREAMS } from '../../src/devices/joulescope/js220/streams.ts';
import type { UsbDevice } from '../../src/transports/usb.ts';
import {
  GOLDEN_CASES,
  type GoldenCase,
  publicationOfText,
  signalsOfGolden,
  TOPIC_OF,
} from '../../tests/support/js220-golden.ts';

export const GOLDEN_SERIAL = '000000';

/** A stream is on and nothing came any more for so long: the host waits for samples. */
const QUIET_MS = 3000;

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

export function goldenSteps(root: string): readonly GoldenStep[] {
  return GOLDEN_CASES.map((name) => stepOf(root, name));
}

function stepOf(root: string, name: string): GoldenStep {
  const folder = folderOf(root, name);
  const golden = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as GoldenCase;
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

/** The cases one after the other: a connection after one that was played gets the next. */
export function createGoldenJs220(root: string): GoldenUnit {
  let index = 0;
  let isPlaying = false;
  let isPlayed = false;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const replay = (): Js220ReplayDevice =>
    createJs220Replay(new Uint8Array(readFileSync(join(folderOf(root, GOLDEN_CASES[index]!), 'frames.bin'))));
  let current = replay();

  /** The host has let go of the unit: the next connection gets what comes next. */
  const letGo = async (): Promise<void> => {
    const last = current;
    clearTimeout(quiet);
    if (isPlayed && index + 1 < GOLDEN_CASES.length) index++;
    isPlayed = false;
    isPlaying = false;
    current = replay();
    await last.close();
  };
  const playWhenQuiet = (): void => {
    clearTimeout(quiet);
    if (isPlayed) return;
    quiet = setTimeout(() => {
      isPlaying = true;
      isPlayed = true;
      void current.play();
    }, QUIET_MS);
  };
  const { vendorId, productId, manufacturerName, productName } = current;
  const device: UsbDevice = {
    vendorId,
    productId,
    manufacturerName,
    productName,
    serialNumber: GOLDEN_SERIAL,
    opened: true,
    configuration: current.configuration,
    open: () => current.open(),
    close: letGo,
    selectConfiguration: (value) => current.selectConfiguration(value),
    claimInterface: (number) => current.claimInterface(number),
    clearHalt: (direction, endpoint) => current.clearHalt(direction, endpoint),
    controlTransferIn(setup, lengthBytes) {
      if (setup.request === REQUEST.disconnect) isPlaying = false;
      return current.controlTransferIn(setup, lengthBytes);
    },
    controlTransferOut: (setup, data) => current.controlTransferOut(setup, data),
    transferOut(endpoint, data) {
      playWhenQuiet();
      return current.transferOut(endpoint, data);
    },
    transferIn: (endpoint, lengthBytes) => current.transferIn(endpoint, lengthBytes),
  };
  return { device, isPlaying: () => isPlaying };
}
