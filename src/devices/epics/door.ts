// A page's end of the bridge's door to process variables: it serves variables to the laboratory, and reads those of the
// laboratory. Knows messages, not what they mean to an instrument. One per connection.

import { LabError, toError } from '../../base/errors.ts';
import { type Utc, utcFromUnixNs, utcToUnixNs } from '../../base/time.ts';
import type { FrameSocket } from '../../transports/frame-socket.ts';
import {
  decodeFrame,
  encodeFrame,
  type FrameMessage,
  type FrameValue,
  isVariableType,
  type VariableData,
  type VariableType,
} from './frame.ts';

/** Alarm severities and two of the conditions of EPICS Base (alarm.h). */
export const SEVERITY = { none: 0, minor: 1, major: 2, invalid: 3 } as const;
export const STATUS = { none: 0, comm: 9, undefined: 17 } as const;

export interface VariableMeta {
  readonly unit?: string;
  readonly precision?: number;
  readonly choices?: readonly string[];
  /** [low, high] */
  readonly display?: readonly [number, number];
  readonly control?: readonly [number, number];
}

export interface VariableAbout {
  readonly type: VariableType;
  readonly maxCount: number;
  readonly isWritable: boolean;
  readonly meta: VariableMeta;
}

export interface VariableValue {
  readonly type: VariableType;
  readonly data: VariableData;
  /** `undefined` where its server says none. */
  readonly utc: Utc | undefined;
  readonly status: number;
  readonly severity: number;
  /** So many before it did not come: the page was behind. */
  readonly passedOverCount: number;
}

export interface VariableListener {
  /** Also when it came back, and may be another kind of variable then. */
  onConnected(about: VariableAbout): void;
  onValue(value: VariableValue): void;
  onRights(isWritable: boolean): void;
  /** It is searched again. */
  onDisconnected(reason: string): void;
  onFault(reason: string): void;
}

export interface Subscription {
  /** Resolves when the server says that it is done; rejects with `device/denied` and the reason. */
  write(data: VariableData): Promise<void>;
}

export interface ServedVariable {
  readonly name: string;
  readonly type: VariableType;
  readonly maxCount?: number;
  readonly isWritable: boolean;
  readonly meta?: VariableMeta;
}

export interface ServedValue {
  readonly name: string;
  readonly type: VariableType;
  /** Left out where only the alarm changes. */
  readonly data?: VariableData | undefined;
  readonly utc: Utc;
  readonly status: number;
  readonly severity: number;
}

export interface Put {
  readonly name: string;
  readonly data: VariableData;
  /** Who wrote, and from where, as he says it. */
  readonly from: string;
}

export interface DoorListener {
  /** Resolves when it is done; rejects with the reason why not. */
  onPut?(put: Put): Promise<void>;
  /** A variable or a value that is not served. */
  onRefused?(name: string, reason: string): void;
  onClosed(error: LabError): void;
}

/** Of why a value was not taken: it stands in the log of whoever wrote it. */
const MOST_REASON_CHARACTERS = 200;

export class EpicsDoor {
  readonly #socket: FrameSocket;
  readonly #listener: DoorListener;
  readonly #variables = new Map<number, VariableListener & { readonly name: string }>();
  /** Of those that are connected. */
  readonly #types = new Map<number, VariableType>();
  readonly #writes = new Map<number, { resolve(): void; reject(error: Error): void }>();
  #nextId = 1;
  #nextPut = 1;

  constructor(socket: FrameSocket, listener: DoorListener) {
    this.#socket = socket;
    this.#listener = listener;
    socket.listen({
      onFrame: (frame) => {
        try {
          this.#take(decodeFrame(frame));
        } catch (thrown) {
          const error = toError(thrown);
          socket.close();
          this.#end(
            error instanceof LabError ? error : new LabError('device/protocol', error.message, { cause: error }),
          );
        }
      },
      onClosed: (error) => this.#end(error),
    });
  }

  /** Bytes that the bridge has not taken yet. */
  get unsentBytes(): number {
    return this.#socket.unsentBytes;
  }

  /** From now on until the door is closed. */
  subscribe(name: string, listener: VariableListener): Subscription {
    const id = this.#nextId++;
    this.#variables.set(id, { ...listener, name });
    this.#say({ op: 'subscribe', id, name });
    return { write: (data) => this.#write(id, data) };
  }

  /** The same name again changes what is said of it. */
  define(variables: readonly ServedVariable[]): void {
    this.#say({ op: 'define', pvs: variables });
  }

  /** Told to clients in this order. */
  update(values: readonly ServedValue[]): void {
    this.#say({
      op: 'update',
      values: values.map(({ utc, ...value }) => ({ ...value, utcNs: String(utcToUnixNs(utc)) })),
    });
  }

  remove(names: readonly string[]): void {
    this.#say({ op: 'remove', names });
  }

  close(): void {
    this.#socket.close();
    this.#forgetWrites('The connection to the bridge was closed.');
  }

  #say(message: FrameMessage): void {
    this.#socket.send(encodeFrame(message));
  }

  #write(id: number, data: VariableData): Promise<void> {
    const put = this.#nextPut++;
    const type = this.#types.get(id);
    if (!type) return Promise.reject(refusal(`${this.#variables.get(id)?.name} is not connected.`));
    return new Promise((resolve, reject) => {
      this.#writes.set(put, { resolve, reject });
      this.#say({ op: 'write', id, put, values: [{ type, data }] });
    });
  }

  #take(message: FrameMessage): void {
    const { op } = message;
    if (op === 'put') void this.#answer(message);
    else if (op === 'written') this.#finishWrite(Number(message['put']), message['reason']);
    else if (op === 'defined') this.#tellRefusals(message['refused']);
    else if (op === 'refused') this.#listener.onRefused?.(String(message['name']), String(message['reason']));
    else if (op === 'value') this.#tellValue(message.values?.[0]);
    else this.#tellVariable(Number(message['id']), message);
  }

  #finishWrite(put: number, reason: unknown): void {
    const write = this.#writes.get(put);
    this.#writes.delete(put);
    if (reason === undefined) write?.resolve();
    else write?.reject(refusal(String(reason)));
  }

  #tellValue(value: FrameValue | undefined): void {
    if (value?.data) this.#variables.get(Number(value.id))?.onValue(readValue(value, value.data));
  }

  /** Words that are not known are of a later bridge. */
  #tellVariable(id: number, { op, ...about }: FrameMessage): void {
    const variable = this.#variables.get(id);
    if (!variable) return;
    if (op === 'connected') {
      const { type, maxCount, isWritable, meta } = about;
      if (!isVariableType(type)) return;
      this.#types.set(id, type);
      variable.onConnected({
        type,
        maxCount: Number(maxCount),
        isWritable: isWritable === true,
        meta: (meta ?? {}) as VariableMeta,
      });
    } else if (op === 'disconnected') {
      this.#types.delete(id);
      variable.onDisconnected(String(about['reason']));
    } else if (op === 'rights') variable.onRights(about['isWritable'] === true);
    else if (op === 'fault') variable.onFault(String(about['reason']));
  }

  #tellRefusals(refused: unknown): void {
    if (!Array.isArray(refused)) return;
    for (const { name, reason } of refused as { name: unknown; reason: unknown }[]) {
      this.#listener.onRefused?.(String(name), String(reason));
    }
  }

  async #answer(message: FrameMessage): Promise<void> {
    const { put, name, from } = message;
    const data = message.values?.[0]?.data;
    try {
      if (!this.#listener.onPut || !data) throw refusal('Nothing is written here.');
      await this.#listener.onPut({ name: String(name), data, from: String(from) });
      this.#say({ op: 'put-done', put });
    } catch (thrown) {
      this.#say({ op: 'put-done', put, reason: toError(thrown).message.slice(0, MOST_REASON_CHARACTERS) });
    }
  }

  #end(error: LabError): void {
    this.#forgetWrites(error.message);
    this.#listener.onClosed(error);
  }

  #forgetWrites(reason: string): void {
    for (const { reject } of this.#writes.values()) reject(new LabError('device/lost', reason));
    this.#writes.clear();
  }
}

function refusal(reason: string): LabError {
  return new LabError('device/denied', reason);
}

function readValue(
  { type, utcNs, status = 0, severity = 0, passedOverCount = 0 }: FrameValue,
  data: VariableData,
): VariableValue {
  const utc = utcNs === undefined ? undefined : utcFromUnixNs(BigInt(utcNs));
  return { type, data, utc, status, severity, passedOverCount };
}
