// A simulated JS220 behind its USB socket: parameters, the sample clock, the load, fuses, streams and statistics.
// Knows nothing of frames, hosts, transfers or faults.

import { assert } from '../../../../base/assert.ts';
import { LoadPlayer, type LoadProfile, type LoadTruth } from '../../../sim/load.ts';
import type { Js220Versions } from '../admin.ts';
import { COUNTER_RATE_HZ, DECIMATING_VERSION, PORT } from '../constants.ts';
import type { TypedValue } from '../values.ts';
import { BLOCK_IDS, createBlock } from './block.ts';
import { type FrameSource, takeBlock } from './frame-source.ts';
import { FrontEnd } from './front-end.ts';
import { SoftFuse } from './fuse.ts';
import { DigitalPins } from './inputs.ts';
import { StatisticsFrames } from './statistics-frames.ts';
import { type SampleWriter, StreamFrames } from './stream-frames.ts';
import { CODE, TopicStore } from './topic-store.ts';
import { FUSE_COUNT, INPUT_NUMBERS, MODE } from './topics.ts';
import { AnalogWriter, InputWriter, RangeWriter, UartWriter } from './writers.ts';

const VERSIONS: Js220Versions = { firmware: DECIMATING_VERSION, hardware: 0x0100_0000, fpga: DECIMATING_VERSION };
const RANGE_PORT = 20;
/** Input 0 to 3, then the trigger. */
const FIRST_INPUT_PORT = 24;
const UART_PORT = 29;
const STATISTICS_SWITCH = 's/stats/ctrl';
/** Streams that the instrument has but that this one does not make. */
const NOT_MADE = /^s\/adc\/\d\/ctrl$/;
const FUSE_NUMBERS = Array.from({ length: FUSE_COUNT }, (_, n) => n);

export interface Js220ModelOptions {
  readonly profile: LoadProfile;
  readonly seed: number;
  /** 1.3.0 when left out. Before 1.3.0 it does not decimate, before 1.2.0 it sends no time map. */
  readonly versions?: Js220Versions;
  /** Counter at power-up; even, and 0 in a real one. */
  readonly firstSampleId?: number;
  /** Values at power-up that are not the usual ones, by topic. */
  readonly values?: Readonly<Record<string, number>>;
}

export type FrameSink = (port: number, payload: Uint8Array<ArrayBuffer>, startId: number) => void;

export class Js220Model {
  readonly sampleRateHz = COUNTER_RATE_HZ;
  readonly versions: Js220Versions;
  readonly topics: TopicStore;
  /** Counter at power-up. */
  readonly firstSampleId: number;
  /** Something changed or was answered that the host did not publish itself. */
  onPublication: ((topic: string, value: TypedValue, isRetained: boolean) => void) | undefined;
  readonly #load: LoadPlayer;
  readonly #frontEnd: FrontEnd;
  readonly #pins = new DigitalPins();
  readonly #fuses = FUSE_NUMBERS.map(() => new SoftFuse());
  #sources: readonly FrameSource[] = [];
  #statistics: StatisticsFrames | undefined;
  #poweredSample = 0;
  /** What the load has drawn, or would have with the circuit closed, that does not count. */
  #notDrawn: LoadTruth = { chargeC: 0, energyJ: 0 };
  readonly #block = createBlock();
  readonly #current = new Float64Array(BLOCK_IDS);
  readonly #voltage = new Float64Array(BLOCK_IDS);
  readonly #active = new Uint8Array(BLOCK_IDS);

  constructor(options: Js220ModelOptions) {
    this.versions = options.versions ?? VERSIONS;
    this.topics = new TopicStore(this.versions.firmware, options.values);
    this.firstSampleId = options.firstSampleId ?? 0;
    assert(this.firstSampleId % 2 === 0, 'samples at 1 MHz have even ids');
    this.#load = new LoadPlayer(options.profile, options.seed, COUNTER_RATE_HZ);
    this.#frontEnd = new FrontEnd(options.seed + 1);
    this.powerUp();
  }

  /** Samples at 2 MHz since power-up. */
  get poweredSample(): number {
    return this.#poweredSample;
  }

  /** The instrument's counter. */
  get sampleId(): number {
    return this.firstSampleId + this.#poweredSample;
  }

  /** Ports that stream. */
  get ports(): readonly number[] {
    return this.#sources.map(({ port }) => port);
  }

  /** Exact mean current into the target since power-up. */
  get meanCurrentA(): number {
    return this.#poweredSample === 0 ? 0 : (this.truth().chargeC * COUNTER_RATE_HZ) / this.#poweredSample;
  }

  /** Analytic charge and energy that the target has drawn since power-up. */
  truth(): LoadTruth {
    return difference(this.#load.truth(), this.#notDrawn);
  }

  /** The cable was put in: parameters, counters and totals begin anew. The load goes on. */
  powerUp(): void {
    this.#poweredSample = 0;
    this.#notDrawn = this.#load.truth();
    this.reset();
  }

  /** All parameters to what they are at power-up; streams end. */
  reset(): void {
    this.topics.reset();
    this.#sources = [];
    this.#statistics = undefined;
    this.#pins.outputs = 0;
    this.#configure();
  }

  /** Every stream ends. */
  stopStreams(): void {
    for (const [topic] of SWITCHES) this.topics.set(topic, 0);
    this.topics.set(STATISTICS_SWITCH, 0);
    this.#updateSources();
  }

  /** Takes a publication. Returns its code. */
  publish(topic: string, value: TypedValue): number {
    const { code, number } = this.topics.check(topic, value);
    if (code !== CODE.ok) return code;
    if (NOT_MADE.test(topic) && number !== 0) return CODE.notSupported;
    if (topic.includes('/!')) this.#command(topic, number);
    else this.#set(topic, number);
    return CODE.ok;
  }

  /** Plays the next `sampleCount` samples; an odd one waits. */
  play(sampleCount: number, emit: FrameSink): void {
    for (let left = sampleCount - (sampleCount % 2); left > 0; left -= this.#block.idCount) {
      this.#playBlock(Math.min(left, BLOCK_IDS));
      takeBlock(this.#sources, this.#block, emit);
    }
  }

  #playBlock(idCount: number): void {
    const block = this.#block;
    block.firstId = this.sampleId;
    block.idCount = idCount;
    const before = this.#load.truth();
    this.#load.play(this.#current, this.#voltage, this.#active, idCount);
    const openFrom = this.#openFrom(idCount);
    if (openFrom === 0) this.#notDrawn = sum(this.#notDrawn, difference(this.#load.truth(), before));
    else if (openFrom < idCount) this.#notDrawn = sum(this.#notDrawn, this.#sampled(openFrom, idCount));
    this.#voltage.fill(0, openFrom, idCount);
    if (this.#sources.length > 0) this.#frontEnd.convert(this.#current, this.#voltage, openFrom, block);
    else this.#frontEnd.rest();
    this.#pins.fill(this.#active, this.#poweredSample, block);
    this.#poweredSample += idCount;
  }

  /** The sample of this block from which on no current flows; even. */
  #openFrom(idCount: number): number {
    const isOpen =
      this.topics.get('s/i/range/mode') === MODE.off ||
      FUSE_NUMBERS.some((n) => this.topics.get(`s/fuse/${n}/engaged`) !== 0);
    if (isOpen) return 0;
    let openFrom = idCount;
    this.#fuses.forEach((fuse, n) => {
      if (!fuse.isEnabled) return;
      const blown = fuse.run(this.#current, openFrom);
      if (blown === openFrom) return;
      openFrom = blown - (blown % 2);
      this.#announce(`s/fuse/${n}/engaged`, 1);
    });
    return openFrom;
  }

  /** Charge and energy of the samples played, where no closed form is at hand. */
  #sampled(start: number, end: number): LoadTruth {
    let [chargeC, energyJ] = [0, 0];
    for (let k = start; k < end; k++) {
      chargeC += this.#current[k]! / COUNTER_RATE_HZ;
      energyJ += (this.#current[k]! * this.#voltage[k]!) / COUNTER_RATE_HZ;
    }
    return { chargeC, energyJ };
  }

  #set(topic: string, value: number): void {
    this.topics.set(topic, value);
    if (topic === 's/stats/scnt') this.#statistics?.setSampleCount(value);
    else if (topic === 's/dwnN/N' || topic.startsWith('s/gpi/+/dwnN/')) this.#sources = [];
    else if (topic.endsWith('/engaged')) this.#fuses[Number(topic.split('/')[2])]!.cool();
    this.#configure();
    this.#updateSources();
  }

  #command(topic: string, value: number): void {
    const pins = this.#pins;
    if (topic === 's/gpo/+/!set') pins.outputs |= value;
    else if (topic === 's/gpo/+/!clr') pins.outputs &= ~value;
    else if (topic === 's/gpo/+/!value') pins.outputs = value;
    else if (topic === 's/gpi/+/!req')
      this.onPublication?.('s/gpi/+/!value', { type: 'u32', value: pins.levels }, false);
    else this.#closeFuses();
  }

  #closeFuses(): void {
    this.#fuses.forEach((fuse, n) => {
      if (this.topics.get(`s/fuse/${n}/engaged`) !== 0) fuse.cool();
      this.#announce(`s/fuse/${n}/engaged`, 0);
    });
  }

  #announce(topic: string, value: number): void {
    if (this.topics.get(topic) === value) return;
    this.topics.set(topic, value);
    this.onPublication?.(topic, this.topics.typed(topic), true);
  }

  #configure(): void {
    const { topics } = this;
    this.#frontEnd.configure({
      isAutoCurrent: topics.get('s/i/range/mode') === MODE.auto,
      // The lower six bits name a range each.
      currentRange: Math.log2(topics.get('s/i/range/select') & 0x3f),
      leastRange: topics.get('s/i/range/min'),
      mostRange: Math.max(topics.get('s/i/range/min'), topics.get('s/i/range/max')),
      isAutoVoltage: topics.get('s/v/range/mode') === MODE.auto,
      voltageRange: topics.get('s/v/range/select'),
    });
    this.#pins.isTriggerOutput = topics.get('c/trigger/dir') === 1;
    this.#fuses.forEach((fuse, n) => {
      const of = (name: string) => topics.get(`s/fuse/${n}/${name}`);
      fuse.configure(of('en') !== 0, of('F'), of('K'));
    });
  }

  /** Sources for the switches that are on: those that run go on, others begin at the next sample. */
  #updateSources(): void {
    const { topics, sampleId } = this;
    const streams = SWITCHES.filter(([topic]) => topics.get(topic) !== 0).map(
      ([, port, writer]) =>
        this.#sources.find((source) => source.port === port) ?? new StreamFrames(port, sampleId, writer(topics)),
    );
    const isOn = topics.get(STATISTICS_SWITCH) !== 0;
    this.#statistics = isOn
      ? (this.#statistics ?? new StatisticsFrames(sampleId, topics.get('s/stats/scnt')))
      : undefined;
    this.#sources = this.#statistics ? [...streams, this.#statistics] : streams;
  }
}

/** Topic, port, and what packs the samples. In order of ports. */
const SWITCHES: readonly [topic: string, port: number, writer: (topics: TopicStore) => SampleWriter][] = [
  ['s/i/range/ctrl', RANGE_PORT, () => new RangeWriter()],
  ['s/i/ctrl', PORT.current, (topics) => new AnalogWriter('current', topics.get('s/dwnN/N'))],
  ['s/v/ctrl', PORT.voltage, (topics) => new AnalogWriter('voltage', topics.get('s/dwnN/N'))],
  ['s/p/ctrl', PORT.power, (topics) => new AnalogWriter('power', topics.get('s/dwnN/N'))],
  ...INPUT_NUMBERS.map((n, index): [string, number, (topics: TopicStore) => InputWriter] => [
    `s/gpi/${n}/ctrl`,
    FIRST_INPUT_PORT + index,
    (topics) => new InputWriter(n, topics.get('s/gpi/+/dwnN/mode'), topics.get('s/gpi/+/dwnN/N')),
  ]),
  ['s/uart/0/ctrl', UART_PORT, () => new UartWriter()],
];

function sum(a: LoadTruth, b: LoadTruth): LoadTruth {
  return { chargeC: a.chargeC + b.chargeC, energyJ: a.energyJ + b.energyJ };
}

function difference(a: LoadTruth, b: LoadTruth): LoadTruth {
  return { chargeC: a.chargeC - b.chargeC, energyJ: a.energyJ - b.energyJ };
}
