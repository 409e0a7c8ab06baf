// An oscilloscope: it is told to run, to wait for one trigger or to stop, and its records are fetched of every channel that
// is on, with the settings in force.

import type { Clock } from '../../base/clock.ts';
import type { LabError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { RunMode, ScopeDialect, ScopeIdentity, ScopePort, ScopeTrace } from '../scope/dialect.ts';
import { readSetting, writeSetting } from '../scope/settings.ts';
import { WaveformError } from '../scope/waveform.ts';
import { type ErrorSource, LECROY_REGISTERS, SCPI_QUEUE, TEKTRONIX_EVENTS } from '../scpi/error-source.ts';
import type { BenchPart, BenchSink, Values } from './part.ts';
import { DEEP, RUN_MODE, scopeParameters, scopeSettingIds, scopeSettingOf, screenMiddles } from './scope-parameters.ts';
import { scopeWords } from './words.ts';

/** Between two fetches of a scope that runs, and between two looks at one that waits for its trigger. */
const REPEAT_MS = 50;
/** How often a scope that was stopped is asked whether it runs again: somebody may have pressed its own button. */
const STOPPED_MS = 500;
/** Pauses while it has nothing, doubled each time. */
const FIRST_BACK_OFF_MS = 100;
const LAST_BACK_OFF_MS = 2000;

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
    await dialect.prepare(port);
    for (const parameterId of scopeSettingIds(dialect, this.#channelCount)) {
      const { id, channelNumber } = scopeSettingOf(parameterId);
      const value = await readSetting(port, dialect, id, channelNumber).catch(unlessAnswered);
      if (value !== undefined) this.#values[parameterId] = value;
    }
    this.#mode = (await dialect.state(port)) === 'stopped' ? 'stop' : 'run';
    this.#isDue = true;
    return { ...this.#values, [RUN_MODE]: this.#mode };
  }

  async set(parameterId: string, value: ParameterValue): Promise<Values> {
    const { dialect, port } = this.#options;
    if (parameterId === RUN_MODE) {
      this.#mode = value as RunMode;
      this.#isDue = this.#mode !== 'stop';
      await dialect.start(port, this.#mode);
      return { [RUN_MODE]: this.#mode };
    }
    if (parameterId === DEEP) {
      this.#values[DEEP] = value;
      return { [DEEP]: value };
    }
    const { id, channelNumber } = scopeSettingOf(parameterId);
    const chosen = await writeSetting(port, dialect, id, value as string | number, channelNumber);
    this.#values[parameterId] = chosen;
    return { [parameterId]: chosen };
  }

  async round(): Promise<number> {
    const { dialect, port } = this.#options;
    const state = await dialect.state(port);
    if (state === 'armed' || (state === 'stopped' && !this.#isDue)) return state === 'armed' ? REPEAT_MS : STOPPED_MS;
    if (this.#mode === 'single' && state !== 'stopped') return REPEAT_MS;
    const isStopped = state === 'stopped';
    try {
      await this.#fetch(isStopped);
    } catch (thrown) {
      if (
        !(thrown instanceof WaveformError) ||
        thrown.problem === 'no-descriptor' ||
        thrown.problem === 'bad-preamble'
      ) {
        this.#isDue = false;
        throw thrown;
      }
      const pauseMs = this.#backOffMs;
      this.#backOffMs = Math.min(LAST_BACK_OFF_MS, 2 * pauseMs);
      return pauseMs;
    }
    this.#backOffMs = FIRST_BACK_OFF_MS;
    this.#isDue = !isStopped;
    return isStopped ? STOPPED_MS : REPEAT_MS;
  }

  /** All channels of one acquisition; of one that runs on they may be of neighbouring triggers. */
  async #fetch(isStopped: boolean): Promise<void> {
    const { dialect, port, identity, clock, sink } = this.#options;
    const isDeep = isStopped && this.#values[DEEP] === true;
    const traces: ScopeTrace[] = [];
    for (let number = 1; number <= this.#channelCount; number++) {
      if (await dialect.isOn(port, number)) traces.push(await dialect.fetch(port, number, { identity, isDeep }));
    }
    const [first] = traces;
    if (!first) throw new WaveformError('empty', 'No channel of the scope is on. Switch one on at the instrument.');
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

/** A setting that this model does not know stays unknown; the others are read all the same. */
function unlessAnswered(thrown: unknown): undefined {
  const { code } = thrown as Partial<LabError>;
  if (code !== 'device/timeout' && code !== 'device/protocol') throw thrown;
}
