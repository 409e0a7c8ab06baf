// One process variable as a driver knows it: what it is, what it says, and why it says nothing.

import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import { SEVERITY, type Subscription, type VariableAbout, type VariableValue } from './door.ts';
import { numbersOf, type VariableData } from './frame.ts';

/** Where a variable says no limits. */
const ANY = 1e308;
const WHOLE = new Set(['SHORT', 'CHAR', 'LONG', 'ENUM']);
const SEVERITY_WORDS = ['', 'MINOR', 'MAJOR', 'INVALID'];

export class Variable {
  readonly name: string;
  /** Set as soon as there is one. */
  subscription: Subscription | undefined;
  /** Stays while it is away: it is still known what it was. */
  about: VariableAbout | undefined;
  value: VariableValue | undefined;
  /** Why nothing comes of it. */
  problem: string | undefined = 'nobody answers for it yet';

  constructor(name: string) {
    this.name = name;
  }

  get isConnected(): boolean {
    return this.problem === undefined;
  }

  get isArray(): boolean {
    return this.about !== undefined && this.about.maxCount > 1 && this.about.type !== 'STRING';
  }

  /** A number that has a unit and a series: no text, no choice, no array. */
  get isNumber(): boolean {
    return this.about !== undefined && !this.isArray && this.about.type !== 'STRING' && this.about.type !== 'ENUM';
  }

  get unit(): string {
    return this.about?.meta.unit ?? '';
  }

  /** NaN where it has none that holds: INVALID is no value. */
  get number(): number {
    const { value } = this;
    if (!value || value.severity >= SEVERITY.invalid || !this.isConnected) return Number.NaN;
    const [first] = value.data;
    return typeof first === 'number' ? first : Number.NaN;
  }

  /** What a person should know of it; `undefined` while all is well. */
  get trouble(): string | undefined {
    if (this.problem !== undefined) return `${this.name}: ${this.problem}.`;
    const word = SEVERITY_WORDS[this.value?.severity ?? 0] ?? '';
    return word === '' ? undefined : `${this.name} is in alarm (${word}).`;
  }

  /** As a setting: texts and choices always, to be read; numbers where they may be written. */
  parameter(mayWrite: boolean): Parameter | undefined {
    const { about, name } = this;
    if (!about || this.isArray) return undefined;
    const isReadOnly = !(mayWrite && about.isWritable);
    if (isReadOnly && this.isNumber) return undefined;
    const base = {
      id: name,
      label: name,
      help: helpOf(about, isReadOnly),
      group: 'Process variables',
      isSetOnce: true,
      isReadOnly,
    };
    const { type, meta } = about;
    if (type === 'STRING') return { ...base, kind: 'text', default: '' };
    if (type === 'ENUM' && meta.choices && meta.choices.length > 0) {
      const choices = meta.choices.map((label, index) => ({ value: String(index), label }));
      return { ...base, kind: 'choice', choices, default: '0' };
    }
    const [min, max] = rangeOf(meta.control);
    const step = WHOLE.has(type) ? 1 : 0;
    return { ...base, kind: 'number', unit: this.unit, min, max, step, default: 0 };
  }

  /** What the parameter shows. */
  get shown(): ParameterValue | undefined {
    if (this.isArray) return undefined;
    const [first] = this.value?.data ?? [];
    return this.about?.type === 'ENUM' && (this.about.meta.choices?.length ?? 0) > 0 ? String(first ?? '') : first;
  }

  /** A value of the parameter as the variable takes it. */
  dataOf(value: ParameterValue): VariableData {
    const { type } = this.about!;
    return type === 'STRING' ? [String(value)] : numbersOf(type, [Number(value)]);
  }
}

function helpOf({ meta }: VariableAbout, isReadOnly: boolean): string {
  const [low, high] = rangeOf(meta.control);
  const limits = high < ANY ? ` Its server takes ${low} to ${high}.` : '';
  return isReadOnly
    ? 'A process variable of the laboratory.'
    : `A process variable of the laboratory, which is written.${limits}`;
}

/** Limits that are equal say nothing (EPICS Base leaves them 0), and those that are no numbers come as `null`. */
function rangeOf(limits: readonly [number, number] | undefined): readonly [number, number] {
  if (!limits) return [-ANY, ANY];
  const [low, high] = limits;
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : [-ANY, ANY];
}
