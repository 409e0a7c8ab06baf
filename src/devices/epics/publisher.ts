// Serves one instrument to the laboratory through the bridge: its state, settings and readings as they change, its traces as
// they come, and what others write where the user allows it. It finds the bridge again when that was away. Worker only; it
// never waits for the bridge: of traces that this is too slow for the newest is kept.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import type { TraceChannel } from '../../model/channel.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { Publication, PublicationPlan, PublishedVariable, PublishedWrite } from '../../model/publication.ts';
import type { FrameSocket } from '../../transports/frame-socket.ts';
import { EpicsDoor, type Put, SEVERITY, type ServedValue, STATUS } from './door.ts';
import type { VariableData } from './frame.ts';
import { nameOf, recordValues, type Served, type ServedStatus, servedOf } from './served.ts';

export interface PublisherOptions {
  readonly clock: Clock;
  readonly plan: PublicationPlan;
  openSocket(): Promise<FrameSocket>;
  /** As the user would; rejects when the instrument refuses. */
  set(parameterId: string, value: ParameterValue): Promise<void>;
  onChanged(): void;
}

const SEARCH_AGAIN_MS = 2000;
const MOST_WRITES = 100;
/** Of arrays that are told; the rest of a value is left out of the log. */
const MOST_SHOWN_CHARACTERS = 60;
/** More than that waits for the bridge: it is slow. */
const MOST_UNSENT_BYTES = 2 ** 23;
const LOOK_AGAIN_MS = 20;

export class Publisher {
  readonly #options: PublisherOptions;
  #plan: PublicationPlan;
  #state: Publication['state'] = 'opening';
  #problem: string | undefined;
  #door: EpicsDoor | undefined;
  #served: readonly Served[] = [];
  /** Definitions and values as the bridge has them, by id. */
  #defined = new Map<string, string>();
  #told = new Map<string, string>();
  readonly #refusals = new Map<string, string>();
  #writes: readonly PublishedWrite[] = [];
  #writeCount = 0;
  #waiting: (() => void) | undefined;
  #passedOverCount = 0;
  #shown: { readonly publication: Publication; readonly text: string } | undefined;
  #cancel: () => void = () => undefined;
  #cancelLook: (() => void) | undefined;
  #isClosed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#plan = options.plan;
    void this.#open();
  }

  /** The same object as long as it says the same: it is told often and changes seldom. */
  get publication(): Publication {
    const variables = this.#served.map(({ id, label, write }): PublishedVariable => {
      const name = nameOf(this.#plan, id);
      return { id, name, label, canBeWritable: write !== undefined, refusal: this.#refusals.get(name) };
    });
    const { writes, passedOverCount } = { writes: this.#writes, passedOverCount: this.#passedOverCount };
    const now = { plan: this.#plan, state: this.#state, problem: this.#problem, variables, writes, passedOverCount };
    const text = JSON.stringify(now);
    if (this.#shown?.text !== text) this.#shown = { publication: now, text };
    return this.#shown.publication;
  }

  /** Other rights, or other names: variables that are called otherwise now are taken back. */
  follow(plan: PublicationPlan): void {
    const isRenamed = nameOf(plan, '') !== nameOf(this.#plan, '');
    if (isRenamed) this.#takeBack([...this.#defined.keys()]);
    this.#plan = plan;
    this.#define();
    this.#tell();
  }

  /** What the instrument has and shows now; called often. */
  look(status: ServedStatus, channels: readonly TraceChannel[]): void {
    this.#served = servedOf(status, channels);
    this.#define();
    this.#tell(status.reading?.utc);
  }

  /** A record of one of the channels that it was told of last. */
  trace(channel: TraceChannel, record: TraceRecord): void {
    if (!this.#door) return;
    if (this.#waiting) this.#passedOverCount++;
    this.#waiting = () => this.#sendTrace(channel, record);
    this.#sendWaiting();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#cancelLook?.();
    this.#takeBack([...this.#defined.keys()]);
    this.#door?.close();
    this.#door = undefined;
  }

  async #open(): Promise<void> {
    try {
      const socket = await this.#options.openSocket();
      if (this.#isClosed) return socket.close();
      this.#door = new EpicsDoor(socket, {
        onPut: (put) => this.#put(put),
        onRefused: (name, reason) => {
          this.#refusals.set(name, reason);
          this.#options.onChanged();
        },
        onClosed: (error) => this.#away(error),
      });
      this.#state = 'served';
      this.#problem = undefined;
      this.#options.onChanged();
      this.#define();
      this.#tell();
    } catch (thrown) {
      this.#away(toError(thrown));
    }
  }

  #away({ message }: Error): void {
    if (this.#isClosed) return;
    this.#door = undefined;
    this.#defined = new Map();
    this.#told = new Map();
    this.#refusals.clear();
    this.#waiting = undefined;
    this.#state = 'away';
    this.#problem = message;
    this.#cancel = this.#options.clock.after(SEARCH_AGAIN_MS, () => void this.#open());
    this.#options.onChanged();
  }

  #isWritable({ id, write }: Served): boolean {
    return write !== undefined && this.#plan.writableIds.includes(id);
  }

  /** What is new or different, and what is no more. */
  #define(): void {
    if (!this.#door) return;
    const before = this.#defined;
    this.#defined = new Map();
    const changed = this.#served.flatMap((served) => {
      const { id, type, maxCount, meta } = served;
      const definition = { name: nameOf(this.#plan, id), type, maxCount, isWritable: this.#isWritable(served), meta };
      const text = JSON.stringify(definition);
      this.#defined.set(id, text);
      if (before.get(id) === text) return [];
      this.#refusals.delete(definition.name);
      return [definition];
    });
    this.#takeBack([...before.keys()].filter((id) => !this.#defined.has(id)));
    if (changed.length > 0) this.#door.define(changed);
  }

  #takeBack(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.#defined.delete(id);
      this.#told.delete(id);
    }
    this.#door?.remove(ids.map((id) => nameOf(this.#plan, id)));
  }

  /** What says something else than before. */
  #tell(readUtc = this.#now): void {
    if (!this.#door) return;
    const values = this.#served.flatMap(({ id, type, data, alarm }): ServedValue[] => {
      const text = JSON.stringify([data && [...data].map(String), alarm]);
      const before = this.#told.get(id);
      this.#told.set(id, text);
      // an array has no value before its first record, which tells it
      const isNothing = data === undefined && (before === undefined || alarm.status !== STATUS.comm);
      if (before === text || isNothing) return [];
      const utc = id.endsWith(':value') ? readUtc : this.#now;
      return [{ name: nameOf(this.#plan, id), type, ...(data && { data }), utc, ...alarm }];
    });
    if (values.length > 0) this.#door.update(values);
  }

  #sendWaiting(): void {
    if (!this.#waiting || !this.#door || this.#cancelLook) return;
    if (this.#door.unsentBytes > MOST_UNSENT_BYTES) {
      this.#cancelLook = this.#options.clock.after(LOOK_AGAIN_MS, () => {
        this.#cancelLook = undefined;
        this.#sendWaiting();
      });
      return;
    }
    const send = this.#waiting;
    this.#waiting = undefined;
    send();
  }

  /** A message for each signal: a bridge takes messages of a certain length. */
  #sendTrace(channel: TraceChannel, record: TraceRecord): void {
    const well = { status: STATUS.none, severity: SEVERITY.none };
    for (const values of recordValues(channel, record)) {
      this.#door?.update(
        values.map(({ id, data }) => ({
          name: nameOf(this.#plan, id),
          type: 'DOUBLE',
          data,
          utc: record.triggerUtc,
          ...well,
        })),
      );
    }
  }

  async #put({ name, data, from }: Put): Promise<void> {
    try {
      const served = this.#served.find(({ id }) => nameOf(this.#plan, id) === name);
      if (!served?.write || !this.#isWritable(served)) {
        throw new LabError('device/denied', `The user has not allowed to write ${name}.`);
      }
      const { parameterId, value } = served.write(data);
      await this.#options.set(parameterId, value);
      this.#note(name, data, from, undefined);
    } catch (thrown) {
      const error = toError(thrown);
      this.#note(name, data, from, error.message);
      throw error;
    }
  }

  #note(name: string, data: VariableData, from: string, refusal: string | undefined): void {
    const value = [...data.slice(0, MOST_SHOWN_CHARACTERS)].join(' ');
    const write: PublishedWrite = {
      number: ++this.#writeCount,
      unixMs: this.#options.clock.unixMs(),
      name,
      value: value.slice(0, MOST_SHOWN_CHARACTERS),
      from,
      refusal,
    };
    this.#writes = [...this.#writes.slice(1 - MOST_WRITES), write];
    this.#options.onChanged();
  }

  get #now(): Utc {
    return utcFromUnixMs(this.#options.clock.unixMs());
  }
}
