// Publish and subscribe with the instrument: what it said about its topics, values it holds, and publications that wait
// for their return code. The frames themselves come and go elsewhere.

import { afterAwake, type Clock } from '../../../base/clock.ts';
import { LabError } from '../../../base/errors.ts';
import { decodePublication, encodePublication, type TypedValue, type ValueType } from './values.ts';

/** The vendor's host waits as long for an answer. */
export const ANSWER_TIMEOUT_MS = 1000;

/** What the vendor's header calls the return codes that a person may meet. */
const REASONS: Readonly<Record<number, string>> = {
  1: 'unspecified error',
  3: 'not supported',
  4: 'input or output failed',
  5: 'invalid value',
  8: 'wrong length',
  9: 'damaged message',
  11: 'time ran out',
  15: 'too large',
  16: 'unknown setting',
  19: 'busy',
  20: 'not available',
  21: 'in use',
};
const NULL: TypedValue = { type: 'null', value: null };

/** What a caller may publish; the type on the wire follows the instrument's description of the topic. */
export type PlainValue = null | boolean | number | bigint | string | Uint8Array | TypedValue;

interface Description {
  readonly dtype: ValueType | undefined;
  /** Codes by option name. */
  readonly options: ReadonlyMap<string, number>;
}

interface Waiting {
  readonly topic: string;
  /** Only this value is the answer; any is when left out. */
  readonly value: number | undefined;
  readonly take: (value: TypedValue) => void;
}

export interface PublisherOptions {
  readonly clock: Clock;
  /** Sends a payload to the publish port. */
  readonly send: (payload: Uint8Array<ArrayBuffer>) => Promise<void>;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #descriptions = new Map<string, Description>();
  readonly #values = new Map<string, TypedValue['value']>();
  #waiting: Waiting[] = [];
  #pingCount = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Over a new connection nothing is known any more, and nobody waits. */
  begin(): void {
    this.#descriptions.clear();
    this.#values.clear();
    this.#waiting = [];
  }

  /** Whether the instrument has the topic; it is taken to have all when it described none. */
  has(topic: string): boolean {
    return this.#descriptions.size === 0 || this.#descriptions.has(topic);
  }

  /** The code of an option, by the instrument's own description. */
  codeOf(topic: string, name: string): number | undefined {
    return this.#descriptions.get(topic)?.options.get(name);
  }

  /** What topics were last known to be. */
  get values(): ReadonlyMap<string, TypedValue['value']> {
    return this.#values;
  }

  /** Asks for everything: `$` for descriptions, `?` for values. Resolves when all answers are in. */
  async query(topic: '$' | '?'): Promise<void> {
    await this.#send(topic, NULL, false);
    await this.#fence();
  }

  /**
   * Publishes and waits for the return code. With `isRetained` (set for what the host decides by itself) the value is
   * not noted as the caller's wish. Rejects with `device/protocol` when the instrument refuses.
   */
  async publish(topic: string, value: PlainValue, isRetained = false): Promise<void> {
    const typed = this.coerce(topic, value);
    const answer = this.#answerTo(`${topic}#`);
    await this.#send(topic, typed, isRetained);
    const code = Number((await answer).value);
    if (code === 0) {
      if (!isRetained) this.note(topic, typed);
      return;
    }
    throw new LabError(
      'device/protocol',
      `The JS220 refused ${topic}: ${REASONS[code] ?? `error ${code}`}. Its setting did not change. Choose another value.`,
      { context: { topic, code } },
    );
  }

  /** The value as it goes out: options by name become codes, numbers get the type of the topic. */
  coerce(topic: string, value: PlainValue): TypedValue {
    if (isTyped(value)) return value;
    const description = this.#descriptions.get(topic);
    const plain = typeof value === 'string' ? (description?.options.get(value) ?? value) : value;
    if (plain === null) return NULL;
    if (typeof plain === 'string') return { type: 'str', value: plain };
    if (plain instanceof Uint8Array) return { type: 'bin', value: plain };
    const number = typeof plain === 'boolean' ? Number(plain) : plain;
    const type = description?.dtype ?? typeOf(number);
    if (!type.startsWith('f') && typeof number === 'number' && !Number.isInteger(number)) {
      throw new LabError('setup/invalid', `${topic} takes whole numbers, not ${number}.`, { context: { topic } });
    }
    return { type, value: number };
  }

  /** Whether the topic already is what would be published. Commands (`!`) never are. */
  isKnown(topic: string, { value }: TypedValue): boolean {
    return !isCommand(topic) && this.#values.has(topic) && this.#values.get(topic) === value;
  }

  /** Notes what the caller wants a topic to be. */
  note(topic: string, { value }: TypedValue): void {
    if (!isCommand(topic)) this.#values.set(topic, value);
  }

  /** A payload that came from the publish port. Returns the topic whose value the instrument reported. */
  take(payload: Uint8Array<ArrayBuffer>): string | undefined {
    const message = decodePublication(payload);
    if (!message) return undefined;
    const { topic, value } = message;
    const index = this.#waiting.findIndex(
      (waiting) => waiting.topic === topic && (waiting.value === undefined || waiting.value === value.value),
    );
    if (index >= 0) this.#waiting.splice(index, 1)[0]!.take(value);
    if (topic.endsWith('$')) {
      this.#descriptions.set(topic.slice(0, -1), describe(value));
    } else if (!topic.endsWith('#') && !isCommand(topic)) {
      const name = topic.replace(/\?$/, '');
      this.#values.set(name, value.value);
      return name;
    }
    return undefined;
  }

  /** A ping comes back behind everything that was sent before it. */
  async #fence(): Promise<void> {
    this.#pingCount++;
    // An answer to an earlier ping that was given up may still come.
    const pong = this.#answerTo('c/!pong', this.#pingCount);
    await this.#send('c/!ping', { type: 'u32', value: this.#pingCount }, false);
    await pong;
  }

  #send(topic: string, value: TypedValue, isRetained: boolean): Promise<void> {
    return this.#options.send(encodePublication({ topic, value, isRetained }));
  }

  #answerTo(topic: string, value?: number): Promise<TypedValue> {
    const arrival = new Promise<TypedValue>((resolve, reject) => {
      const waiting: Waiting = {
        topic,
        value,
        take: (answer) => {
          cancel();
          resolve(answer);
        },
      };
      const cancel = afterAwake(this.#options.clock, ANSWER_TIMEOUT_MS, () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(
          new LabError(
            'device/timeout',
            `The JS220 did not answer within ${ANSWER_TIMEOUT_MS} ms (${topic}). Try again; if it stays silent, plug it in again and reconnect.`,
          ),
        );
      });
      this.#waiting.push(waiting);
    });
    // Sending may fail first; then nobody waits for the answer.
    arrival.catch(() => undefined);
    return arrival;
  }
}

function isCommand(topic: string): boolean {
  return topic.slice(topic.lastIndexOf('/') + 1).startsWith('!');
}

function isTyped(value: PlainValue): value is TypedValue {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}

function typeOf(value: number | bigint): ValueType {
  if (typeof value === 'bigint') return value < 0n ? 'i64' : 'u64';
  if (!Number.isInteger(value)) return 'f64';
  if (value < 0) return value >= -(2 ** 31) ? 'i32' : 'i64';
  return value < 2 ** 32 ? 'u32' : 'u64';
}

/** From the JSON that an instrument sends about a topic; what cannot be read describes nothing. */
function describe({ value }: TypedValue): Description {
  const options = new Map<string, number>();
  let parsed: { readonly dtype?: unknown; readonly options?: unknown };
  try {
    parsed = JSON.parse(String(value)) as typeof parsed;
  } catch {
    return { dtype: undefined, options };
  }
  for (const option of Array.isArray(parsed.options) ? (parsed.options as unknown[]) : []) {
    const [code, ...names] = Array.isArray(option) ? (option as unknown[]) : [];
    for (const name of names) if (typeof code === 'number') options.set(String(name), code);
  }
  const dtype = parsed.dtype === 'bool' ? 'u8' : parsed.dtype;
  return { dtype: isNumberType(dtype) ? dtype : undefined, options };
}

function isNumberType(dtype: unknown): dtype is ValueType {
  return typeof dtype === 'string' && /^([iu](8|16|32|64)|f32|f64)$/.test(dtype);
}
