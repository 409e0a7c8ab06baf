// The driver of a board with the mcpha image: it looks at both analysers twice a second, and at the oscilloscope as often as
// records may be ready. The server answers no command but three, so everything that matters is sent again on each
// connection; what it counts meanwhile goes on without a client.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import { type InstrumentIdentity, NO_HEALTH, type StreamHealth } from '../../model/instrument.ts';
import type { LiveSpectrum } from '../../model/live-spectrum.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { BytePort } from '../../transports/byte-port.ts';
import type { Driver } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import { McphaClient } from './client.ts';
import type { Counter, Values } from './counter.ts';
import { ANSWER_TIMEOUT_MS, firstStatus, openBoard } from './diagnosis.ts';
import { INPUT_NUMBERS, inputId, RED_PITAYA_PARAMETERS, RUN_MODE } from './parameters.ts';
import { encodeMcphaCommand, MCPHA, TICKS_PER_S } from './protocol/command.ts';
import { decodeRecord, decodeStreamedRecord, SAMPLE_BYTES } from './protocol/oscilloscope.ts';
import { decodeHistogram, decodeStatus, HISTOGRAM_BYTES, type McphaStatus, STATUS_BYTES } from './protocol/replies.ts';
import {
  armWords,
  generatorWords,
  inputWords,
  probeOf,
  recordLayout,
  type ScopeRecordLayout,
  streamWord,
} from './scope-words.ts';

/** As mcpha.py looks. */
const LOOK_MS = 500;
/** Between two looks at an oscilloscope that waits for its trigger. */
const SCOPE_LOOK_MS = 20;
/** A record of 16 MB over a slow network. */
const RECORD_TIMEOUT_MS = 30_000;

/** The server tells nothing of itself. */
const IDENTITY: InstrumentIdentity = { vendor: '', model: 'Red Pitaya', serialNumber: '', firmware: 'mcpha' };
/** Of the streaming command at once, at most, as mimoCoRB asks for. */
const MOST_STREAMED = 100;

const STATUS_WORD = encodeMcphaCommand(MCPHA.readStatus, 0, 0);
const RECORD_WORD = encodeMcphaCommand(MCPHA.readOscilloscope, 0, 0);

export interface RedPitayaDriverOptions {
  readonly clock: Clock;
  open(): Promise<BytePort>;
  /** Of IN1 and IN2; they are the instrument's and outlive the connection. */
  readonly counters: readonly Counter[];
  /** What is set when it opens. */
  readonly values: Values;
  /** Resolves when it has been handed over. */
  onRecord(record: TraceRecord): Promise<void>;
  /** The counters have something new. */
  onCounts(utc: Utc): void;
}

export class RedPitayaDriver implements Driver {
  readonly identity = IDENTITY;
  readonly parameters: readonly Parameter[] = RED_PITAYA_PARAMETERS;
  readonly health: StreamHealth = NO_HEALTH;
  readonly busyMs = 0;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: RedPitayaDriverOptions;
  readonly #values: Record<string, ParameterValue>;
  #client: McphaClient | undefined;
  #notice: string | undefined;
  /** Changes with all that makes a record under way another one than was wished. */
  #epoch = 0;
  /** Records that the streaming command still has to send: nothing that is answered may be sent meanwhile. */
  #pendingCount = 0;
  /** Those who ask for answers now; no streaming begins meanwhile. */
  #askerCount = 0;
  #isLookDue = false;
  /** As many as come in the time between two looks. */
  #streamedCount = 1;

  constructor(options: RedPitayaDriverOptions) {
    this.#options = options;
    this.#values = { ...options.values, [RUN_MODE]: 'stop', 'generator.on': false };
  }

  get values(): Values {
    const counting = this.#options.counters.map(({ input, isCounting }) => [inputId(input, 'count'), isCounting]);
    return { ...this.#values, ...Object.fromEntries(counting) };
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  /** Rejects with what is wrong, as far as it can be told (diagnosis.ts). */
  async open(): Promise<void> {
    await this.#connect();
  }

  async #connect(): Promise<McphaClient> {
    const { clock, counters } = this.#options;
    const client = new McphaClient(await openBoard(this.#options.open), clock);
    try {
      const before = await firstStatus(client);
      await client.send(inputWords(this.#values));
      const now = await this.#look(client);
      const ended = counters.filter((counter) => {
        // one that counts for somebody is not disturbed
        const isGrowing = now.timerTicks[counter.input - 1]! > before.timerTicks[counter.input - 1]!;
        const wasCounting = counter.isCounting;
        counter.found(isGrowing);
        return wasCounting && !isGrowing;
      });
      this.#notice = endedNotice(ended);
    } catch (error) {
      await client.close();
      throw error;
    }
    this.#client = client;
    client.onLost = (error) => this.#fail(client, error);
    void this.#follow(client, () => this.#round(client));
    void this.#follow(client, () => this.#scopeRound(client));
    return client;
  }

  /** It is looked at as long as it is open. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  spectra(): readonly LiveSpectrum[] {
    return this.#options.counters.map(({ spectrum }) => spectrum);
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.parameters, parameterId, value);
    this.#askerCount++;
    try {
      const isStreaming = this.#pendingCount > 0;
      await this.#set(isStreaming ? await this.#reconnect() : this.#opened(), parameterId, value);
      // what it set may have armed it already: it does so twice then
      if (isStreaming) await this.#arm(this.#opened());
    } finally {
      this.#askerCount--;
    }
    this.onChanged?.();
  }

  async #set(client: McphaClient, parameterId: string, value: ParameterValue): Promise<void> {
    const before = this.#values[parameterId];
    const counter = this.#counterOf(parameterId);
    const name = parameterId.slice(parameterId.indexOf('.') + 1);
    if (counter && name === 'count') await this.#count(client, counter, value === true);
    else if (counter && name === 'clear') await client.send(counter.clearWords(this.#utc));
    else {
      // what was counted up to here belongs to the settings up to here
      if (/^decimation$|\.(delay|rise)$/.test(parameterId)) await this.#look(client);
      this.#values[parameterId] = value;
      try {
        await this.#send(client, parameterId, counter);
      } catch (error) {
        if (before !== undefined) this.#values[parameterId] = before;
        // nothing is armed on a connection that was made anew
        if (this.#client !== client) this.#values[RUN_MODE] = 'stop';
        throw error;
      }
    }
  }

  /** The one way to end a stream, and to be in step with a server that does not answer. What is counted goes on. */
  async #reconnect(): Promise<McphaClient> {
    const old = this.#client;
    this.#client = undefined;
    this.#pendingCount = 0;
    await old?.close();
    try {
      const client = await this.#connect();
      // its pulses ended with the connection
      if (this.#values['generator.on'] === true) await client.send(generatorWords(this.#values));
      return client;
    } catch (thrown) {
      this.onFailed?.(toError(thrown));
      throw thrown;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  get #utc(): Utc {
    return utcFromUnixMs(this.#options.clock.unixMs());
  }

  get #stepS(): number {
    return Number(this.#values['decimation']) / TICKS_PER_S;
  }

  #opened(): McphaClient {
    if (this.#client) return this.#client;
    throw new LabError('device/lost', 'The board is not connected. Connect it again from the list.');
  }

  #counterOf(parameterId: string): Counter | undefined {
    const number = INPUT_NUMBERS.find((input) => parameterId.startsWith(`${input}.`));
    return this.#options.counters.find(({ input }) => input === number);
  }

  async #send(client: McphaClient, parameterId: string, counter: Counter | undefined): Promise<void> {
    if (parameterId.startsWith('generator.')) {
      // one that is off is set when it is switched on
      if (parameterId === 'generator.on' || this.#values['generator.on'] === true) {
        await client.send(generatorWords(this.#values));
      }
    } else if (parameterId === 'decimation' || parameterId.endsWith('.inverted')) {
      await client.send(inputWords(this.#values));
      await this.#arm(client);
    } else if (counter) {
      if (counter.isCounting) await client.send(counter.settingWords(this.#values));
    } else await this.#arm(client);
  }

  /** Starts a record with what is set now, unless it is stopped. */
  async #arm(client: McphaClient): Promise<void> {
    recordLayout(this.#values);
    this.#epoch++;
    if (this.#values[RUN_MODE] === 'stop') return;
    if (this.#isStreamed) await this.#probe(client);
    await client.send(armWords(this.#values));
  }

  get #isStreamed(): boolean {
    return this.#values['records'] === 'streamed';
  }

  /** Rejects with `device/unsupported` where the server has no streaming command: nothing else tells it. */
  async #probe(client: McphaClient): Promise<void> {
    const { words, answerBytes } = probeOf(this.#values);
    // silence is an answer here
    client.onLost = undefined;
    try {
      await client.ask(words, answerBytes, ANSWER_TIMEOUT_MS);
      client.onLost = (error) => this.#fail(client, error);
    } catch (thrown) {
      const error = toError(thrown);
      if (!(error instanceof LabError) || error.code !== 'device/timeout') {
        this.#fail(client, error);
        throw error;
      }
      await this.#reconnect();
      throw new LabError(
        'device/unsupported',
        `${client.label} does not stream records: it gave no answer to the command of mimoCoRB's server. Start that server on the board, or choose Records: One by one. What is counted goes on.`,
        { cause: error },
      );
    }
  }

  async #count(client: McphaClient, counter: Counter, isOn: boolean): Promise<void> {
    await client.send(isOn ? counter.startWords(this.#values, this.#utc) : counter.stopWords());
    await this.#look(client);
  }

  /** The newest status; both counters have what belongs to it. */
  async #look(client: McphaClient): Promise<McphaStatus> {
    const { counters } = this.#options;
    const words = [STATUS_WORD, ...counters.map(({ input }) => encodeMcphaCommand(MCPHA.readHistogram, input - 1, 0))];
    const bytes = await client.ask(words, STATUS_BYTES + counters.length * HISTOGRAM_BYTES, ANSWER_TIMEOUT_MS);
    const status = statusOf(bytes, client.label);
    for (const [index, counter] of counters.entries()) {
      const start = STATUS_BYTES + index * HISTOGRAM_BYTES;
      const counts = decodeHistogram(bytes.subarray(start, start + HISTOGRAM_BYTES));
      const dead = counter.deadPerPulseS(this.#values, this.#stepS);
      counter.take(status.timerTicks[counter.input - 1]!, counts, dead);
    }
    this.#options.onCounts(this.#utc);
    return status;
  }

  async #follow(client: McphaClient, round: () => Promise<number>): Promise<void> {
    while (this.#client === client) {
      try {
        await delay(this.#options.clock, await round());
      } catch (thrown) {
        return this.#fail(client, toError(thrown));
      }
    }
  }

  /** Resolves with the pause until the next. */
  async #round(client: McphaClient): Promise<number> {
    this.#isLookDue = this.#pendingCount > 0;
    if (this.#isLookDue || this.#askerCount > 0) return SCOPE_LOOK_MS;
    this.#askerCount++;
    try {
      await this.#look(client);
      for (const counter of this.#options.counters) {
        if (counter.isCounting && counter.isDone(this.#values)) {
          await client.send(counter.stopWords());
          await this.#look(client);
        }
      }
    } finally {
      this.#askerCount--;
    }
    this.onChanged?.();
    return LOOK_MS;
  }

  async #scopeRound(client: McphaClient): Promise<number> {
    if (this.#values[RUN_MODE] === 'stop') return SCOPE_LOOK_MS;
    if (this.#isStreamed) return this.#streamRound(client);
    const epoch = this.#epoch;
    const status = statusOf(await client.ask([STATUS_WORD], STATUS_BYTES, ANSWER_TIMEOUT_MS), client.label);
    if (status.isRecording || epoch !== this.#epoch) return SCOPE_LOOK_MS;
    const layout = recordLayout(this.#values);
    const bytes = await client.ask([RECORD_WORD], layout.total * SAMPLE_BYTES, RECORD_TIMEOUT_MS);
    // something else was set while it came
    if (epoch !== this.#epoch) return 0;
    const { triggerAddress } = status;
    const record = decodeRecord(bytes, { ...layout, triggerAddress }, layout.wanted);
    for (const samples of record.inputs) samples.fill(Number.NaN, record.validCount);
    if (record.skippedIndex !== undefined) {
      this.#notice = `A record went over the end of the board's memory: its server leaves out the sample there, which is shown as missing (number ${record.skippedIndex}).`;
    }
    await this.#publish(layout, record.inputs);
    if (epoch !== this.#epoch) return 0;
    if (this.#values[RUN_MODE] === 'single') this.#values[RUN_MODE] = 'stop';
    this.onChanged?.();
    await this.#arm(client);
    return 0;
  }

  /** Some records of the streaming command; the server starts each by itself. */
  async #streamRound(client: McphaClient): Promise<number> {
    if (this.#askerCount > 0 || this.#isLookDue) return SCOPE_LOOK_MS;
    const { clock } = this.#options;
    const layout = recordLayout(this.#values);
    const lengthBytes = layout.total * SAMPLE_BYTES;
    const isSingle = this.#values[RUN_MODE] === 'single';
    const count = isSingle ? 1 : this.#streamedCount;
    const beganMs = clock.nowMs();
    this.#pendingCount = count;
    for (let index = 0; index < count; index++) {
      const bytes = await client.ask(index === 0 ? [streamWord(count)] : [], lengthBytes);
      await this.#publish(layout, this.#streamed(bytes, layout));
      if (this.#client !== client) return 0;
      this.#pendingCount--;
    }
    this.#streamedCount = Math.max(
      1,
      Math.min(MOST_STREAMED, Math.floor((count * LOOK_MS) / (clock.nowMs() - beganMs + 1))),
    );
    if (isSingle) this.#values[RUN_MODE] = 'stop';
    this.onChanged?.();
    return 0;
  }

  #streamed(bytes: Uint8Array, layout: ScopeRecordLayout): readonly [Float32Array, Float32Array] {
    const trigger = {
      input: Number(this.#values['trigger.source']) - 1,
      level: Number(this.#values['trigger.level']),
      isFalling: this.#values['trigger.slope'] === 'fall',
    };
    const isAutomatic = this.#values['trigger.mode'] === 'auto';
    const record = decodeStreamedRecord(bytes, layout, layout.wanted, isAutomatic ? undefined : trigger);
    const { inputs, isRepaired } = record;
    if (isRepaired) {
      this.#notice = `A record went over the end of the board's memory: its server leaves out the sample there. From the trigger on all are at their places; in front of it nobody can tell which is missing, so those ${layout.before} are shown as missing.`;
    }
    return inputs;
  }

  #publish({ before }: ScopeRecordLayout, samples: readonly [Float32Array, Float32Array]): Promise<void> {
    return this.#options.onRecord({
      triggerUtc: this.#utc,
      startS: -before * this.#stepS,
      stepS: this.#stepS,
      settings: JSON.stringify(scopeSettings(this.#values)),
      samples,
    });
  }

  #fail(client: McphaClient, error: Error): void {
    if (this.#client !== client) return;
    void this.close();
    const isSilent = error instanceof LabError && error.code === 'device/timeout';
    this.onFailed?.(isSilent ? new LabError('device/lost', error.message, { cause: error }) : error);
  }
}

/** What a record was taken with. */
function scopeSettings(values: Values): Values {
  const isOfScope = (id: string) => !/^(generator|\d)\./.test(id) || id.endsWith('.inverted');
  return Object.fromEntries(Object.entries(values).filter(([id]) => isOfScope(id)));
}

function endedNotice(ended: readonly Counter[]): string | undefined {
  if (ended.length === 0) return undefined;
  const names = ended.map(({ input }) => `IN${input}`).join(' and ');
  return `${names} did not count any more when the board was found again: it was restarted, or somebody stopped it. What is shown is what the board has now; start counting again.`;
}

function statusOf(bytes: Uint8Array, label: string): McphaStatus {
  const status = decodeStatus(bytes);
  if (status) return status;
  throw new LabError(
    'device/lost',
    `What ${label} sent is no status of an mcpha server. The connection is made anew; what is counted on the board is safe.`,
  );
}
