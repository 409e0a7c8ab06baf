// An oscilloscope: it is told to run, to wait for one trigger or to stop, and its records are fetched of every channel that
// is on, with the settings in force.

import { type Clock, delay } from '../../base/clock.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import { Turns } from '../../base/turns.ts';
import type { ScreenPicture } from '../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type {
  AcquisitionState,
  RunMode,
  ScopeDialect,
  ScopeIdentity,
  ScopePort,
  ScopeTrace,
} from '../scope/dialect.ts';
import { fetchScreen } from '../scope/screen-picture.ts';
import { isChannelOn, readSetting, wordOf, writeSetting } from '../scope/settings.ts';
import { WaveformError } from '../scope/waveform.ts';
import { type ErrorSource, LECROY_REGISTERS, SCPI_QUEUE, TEKTRONIX_EVENTS } from '../scpi/error-source.ts';
import type { BenchPart, BenchSink, Round, Values } from './part.ts';
import { DEEP, RUN_MODE, scopeParameters, scopeSettingIds, scopeSettingOf, screenMiddles } from './scope-parameters.ts';
import { unlessAnswered } from './unless-answered.ts';
import { scopeWords } from './words.ts';

/** Between two fetches of a scope that runs, and between two looks at one that waits for its trigger. */
const REPEAT_MS = 50;
/** How often a scope that was stopped is asked whether it runs again: somebody may have pressed its own button. */
const STOPPED_MS = 500;
/** Pauses while it has nothing, doubled each time. */
const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 2000;
/** A scope that runs for longer after a single trigger was started by its own button. */
const LONGEST_SINGLE_MS = 3000;

/** Families that do not keep SCPI's queue; the oldest of them keep none. */
const ERRORS: Readonly<Record<string, ErrorSource>> = {
  lecroy: LECROY_REGISTERS,
  'siglent-legacy': LECROY_REGISTERS,
  tektronix: TEKTRONIX_EVENTS,
  'tektronix-tds': TEKTRONIX_EVENTS,
};

export interface ScopePartOptions {
  readonly dialect: ScopeDialect;
  readonly identity: ScopeIdentity;
  readonly port: ScopePort;
  readonly clock: Clock;
  readonly sink: BenchSink;
}

export class ScopePart implements BenchPart {
  readonly parameters: readonly Parameter[];
  readonly errors: ErrorSource | undefined;
  readonly words: readonly string[];
  readonly #options: ScopePartOptions;
  readonly #channelCount: number;
  #values: Record<string, ParameterValue> = { [DEEP]: false };
  /** What it was told last, or seems to do since. */
  #mode: RunMode = 'stop';
  /** A record is there that has not been fetched. */
  #isDue = false;
  #backOffMs = FIRST_BACK_OFF_MS;
  /** Changes with all that may change what a fetch under way brings. */
  #epoch = 0;
  #runningRounds = 0;
  /** Settings and starts: none comes into the middle of a start. */
  readonly #turns = new Turns();

  constructor(options: ScopePartOptions) {
    const { dialect, identity } = options;
    this.#options = options;
    this.errors = ERRORS[dialect.id] ?? SCPI_QUEUE;
    this.#channelCount = dialect.channelCount(identity);
    this.parameters = scopeParameters(dialect, this.#channelCount);
    this.words = scopeWords(dialect, this.#channelCount);
  }

  async read(): Promise<Values> {
    const { dialect, port } = this.#options;
    this.#epoch++;
    await dialect.prepare(port);
    await this.#readSettings(scopeSettingIds(dialect, this.#channelCount));
    if (dialect.isOneShot) {
      await this.#turns.take(() => this.#startAgain());
      this.#epoch++;
      return { ...this.#values, [RUN_MODE]: this.#mode };
    }
    const isStopped = (await dialect.state(port)) === 'stopped';
    if (this.#mode !== 'single' || isStopped) this.#mode = isStopped ? 'stop' : 'run';
    this.#isDue = true;
    this.#epoch++;
    return { ...this.#values, [RUN_MODE]: this.#mode };
  }

  async set(parameterId: string, value: ParameterValue): Promise<Values> {
    this.#epoch++;
    try {
      return await this.#turns.take(() => this.#set(parameterId, value));
    } finally {
      this.#epoch++;
    }
  }

  picture(): Promise<ScreenPicture> {
    return fetchScreen(this.#options.port, this.#options.dialect);
  }

  async round(): Promise<Round> {
    const { dialect, port } = this.#options;
    if (dialect.isOneShot && this.#mode === 'stop') return { pauseMs: STOPPED_MS, values: { [RUN_MODE]: 'stop' } };
    const epoch = this.#epoch;
    const state = await dialect.state(port);
    // something was set meanwhile: what the scope said is of before
    if (epoch !== this.#epoch) return { pauseMs: 0, values: {} };
    const values = { [RUN_MODE]: dialect.isOneShot ? this.#mode : this.#follow(state) };
    if (state === 'armed') return { pauseMs: REPEAT_MS, values };
    if (state === 'stopped' && !this.#isDue) return { pauseMs: STOPPED_MS, values };
    const isOne = this.#mode === 'single' || dialect.isOneShot;
    if (isOne && state !== 'stopped') return { pauseMs: REPEAT_MS, values };
    const isStopped = state === 'stopped';
    try {
      await this.#fetch(isStopped, epoch);
    } catch (thrown) {
      if (
        !(thrown instanceof WaveformError) ||
        thrown.problem === 'no-descriptor' ||
        thrown.problem === 'bad-preamble'
      ) {
        if (epoch === this.#epoch) this.#isDue = false;
        throw thrown;
      }
      const pauseMs = this.#backOffMs;
      this.#backOffMs = Math.min(LAST_BACK_OFF_MS, 2 * pauseMs);
      return { pauseMs, values: { ...values, ...this.#switches } };
    }
    this.#backOffMs = FIRST_BACK_OFF_MS;
    if (dialect.isOneShot) {
      await this.#turns.take(() => this.#fetched(epoch));
      return { pauseMs: REPEAT_MS, values: { ...this.#switches, [RUN_MODE]: this.#mode } };
    }
    if (epoch === this.#epoch) this.#isDue = !isStopped;
    return { pauseMs: isStopped ? STOPPED_MS : REPEAT_MS, values: { ...values, ...this.#switches } };
  }

  get #switches(): Values {
    return Object.fromEntries(Object.entries(this.#values).filter(([id]) => id.endsWith('.on')));
  }

  /** What the scope does by now: it has buttons of its own. */
  #follow(state: AcquisitionState): RunMode {
    this.#runningRounds = state === 'running' ? this.#runningRounds + 1 : 0;
    if (this.#mode === 'run' && state === 'stopped') this.#mode = 'stop';
    else if (this.#mode === 'stop' && state !== 'stopped') this.#mode = 'run';
    // a single record is taken in less
    else if (this.#mode === 'single' && this.#runningRounds * REPEAT_MS > LONGEST_SINGLE_MS) this.#mode = 'run';
    return this.#mode;
  }

  /** Of a scope that takes one record each time that it is started. */
  async #fetched(epoch: number): Promise<void> {
    if (epoch !== this.#epoch) return;
    if (this.#mode === 'single') this.#mode = 'stop';
    this.#isDue = false;
    await this.#startAgain();
  }

  /** What was begun with other settings is no record of these. */
  async #startAgain(): Promise<void> {
    if (!this.#options.dialect.isOneShot || this.#mode === 'stop') return;
    await this.#start(this.#mode);
    this.#isDue = true;
  }

  #start(mode: RunMode): Promise<void> {
    const { dialect, port, clock } = this.#options;
    return dialect.start(port, mode, {
      said: (id) => wordOf(dialect, id, this.#values[id]!),
      // timers of browsers drop parts of a millisecond: too short a pause leaves older samples in the record
      pause: (seconds) => delay(clock, Math.ceil(seconds * 1000)),
    });
  }

  async #set(parameterId: string, value: ParameterValue): Promise<Values> {
    const { dialect, port } = this.#options;
    if (parameterId === RUN_MODE) {
      this.#isDue = false;
      await this.#start(value as RunMode);
      this.#mode = value as RunMode;
      this.#isDue = this.#mode !== 'stop';
      this.#runningRounds = 0;
      return { [RUN_MODE]: this.#mode };
    }
    if (parameterId === DEEP) {
      this.#values[DEEP] = value;
      return { [DEEP]: value };
    }
    const { id, channelNumber } = scopeSettingOf(parameterId);
    const chosen = await writeSetting(port, dialect, id, value, channelNumber);
    this.#values[parameterId] = chosen;
    // a probe factor changes the scale, the trigger's source its level
    const others = scopeSettingIds(dialect, this.#channelCount).filter(
      (other) => other !== parameterId && groupOf(other) === groupOf(parameterId),
    );
    await this.#readSettings(others);
    await this.#startAgain();
    return { ...this.#values };
  }

  async #readSettings(parameterIds: readonly string[]): Promise<void> {
    const { dialect, port } = this.#options;
    for (const parameterId of parameterIds) {
      const { id, channelNumber } = scopeSettingOf(parameterId);
      if (dialect.settings[id]?.isHeld && this.#values[parameterId] !== undefined) continue;
      const value = await readSetting(port, dialect, id, channelNumber).catch(unlessAnswered);
      if (value === undefined) delete this.#values[parameterId];
      else this.#values[parameterId] = value;
    }
  }

  /**
   * All channels of one acquisition; of a scope that runs on they may be of neighbouring triggers, and without a trigger in
   * between it is the same acquisition again.
   */
  async #fetch(isStopped: boolean, epoch: number): Promise<void> {
    const { dialect, port, identity, clock, sink } = this.#options;
    const isDeep = isStopped && this.#values[DEEP] === true;
    const traces: ScopeTrace[] = [];
    for (let number = 1; number <= this.#channelCount; number++) {
      const isHeld = dialect.settings.on.isHeld === true;
      const isOn = isHeld ? this.#values[`${number}.on`] === true : await isChannelOn(port, dialect, number);
      // somebody may have used its own buttons
      this.#values[`${number}.on`] = isOn;
      if (isOn) traces.push(await dialect.fetch(port, number, { identity, isDeep }));
    }
    const [first] = traces;
    if (!first) throw new WaveformError('empty', 'No channel of the scope is on. Switch one on.');
    // what was set in between belongs to a part of it alone
    if (epoch !== this.#epoch) return;
    if (traces.some(({ dxS }) => dxS !== first.dxS)) {
      throw new WaveformError(
        'length-mismatch',
        'The time base was changed while the channels were read. They are read again.',
      );
    }
    const length = Math.min(...traces.map(({ y }) => y.length));
    await sink.onTraces(
      traces.map(({ channel, yUnit }) => ({ name: channel, unit: yUnit })),
      {
        triggerUtc: utcFromUnixMs(clock.unixMs()),
        startS: first.x0S,
        stepS: first.dxS,
        settings: JSON.stringify({ ...this.#values, ...screenMiddles(dialect, this.#values) }),
        samples: traces.map(({ y }) => Float32Array.from(y.subarray(0, length))),
      },
    );
  }
}

/** What is read again when one of them was set: a channel, or what all of them share. */
function groupOf(parameterId: string): string {
  return parameterId.includes('.') ? parameterId.split('.')[0]! : '';
}
