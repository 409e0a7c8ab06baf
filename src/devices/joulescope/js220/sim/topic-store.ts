// The values of a simulated JS220's topics: what a host publishes is checked, moved into its limits and kept.

import type { TypedValue } from '../values.ts';
import { isCommand, metadataOf, type Topic, topicsOf } from './topics.ts';

/** Return codes of publications (joulescope_driver, include/jsdrv/error_code.h). */
export const CODE = { ok: 0, notSupported: 3, invalid: 5, unavailable: 20 } as const;

export class TopicStore {
  readonly #topics: readonly Topic[];
  /** Values at power-up. */
  readonly #start: ReadonlyMap<string, number>;
  #values: Map<string, number>;

  /** `overrides`: values at power-up that are not the usual ones. */
  constructor(firmware: number, overrides: Readonly<Record<string, number>> = {}) {
    this.#topics = topicsOf(firmware);
    this.#start = new Map(this.#topics.map((topic) => [topic.name, overrides[topic.name] ?? topic.default]));
    this.#values = new Map(this.#start);
  }

  reset(): void {
    this.#values = new Map(this.#start);
  }

  /** 0 for a topic that this firmware does not have. */
  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  /** As the instrument itself changes it. */
  set(name: string, value: number): void {
    this.#values.set(name, value);
  }

  /** The number that `value` stands for as a value of `name`, or the return code that refuses it. */
  check(name: string, value: TypedValue): { readonly code: number; readonly number: number } {
    const topic = this.#topics.find((candidate) => candidate.name === name);
    if (!topic) return { code: CODE.unavailable, number: 0 };
    const number = numberOf(value);
    const isKnown = topic.options === undefined || topic.options.some(([option]) => option === number);
    if (number === undefined || !isKnown) return { code: CODE.invalid, number: 0 };
    const [min, max] = topic.dtype === 'bool' ? [0, 1] : (topic.range ?? [number, number]);
    const inside = Math.min(max, Math.max(min, number));
    if (topic.gaps?.includes(inside)) return { code: CODE.invalid, number: 0 };
    return { code: CODE.ok, number: inside };
  }

  /** Answers to `$`. */
  descriptions(): [name: string, json: string][] {
    return this.#topics.map((topic) => [topic.name, metadataOf(topic, this.#start.get(topic.name)!)]);
  }

  /** Answers to `?`. */
  values(): [name: string, value: TypedValue][] {
    return this.#topics.filter(({ name }) => !isCommand(name)).map(({ name }) => [name, this.typed(name)]);
  }

  /** The value of a topic as it travels. */
  typed(name: string): TypedValue {
    const { dtype } = this.#topics.find((topic) => topic.name === name)!;
    return { type: dtype === 'bool' ? 'u8' : dtype, value: this.get(name) };
  }
}

/** Whole numbers of any type; texts, bytes, null and fractions are none. */
function numberOf({ value }: TypedValue): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}
