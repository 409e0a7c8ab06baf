// One front panel as it is run: settings are read back after each change, limits that the user drew are never passed, and
// all outputs can be switched off at once. It keeps no values: who shows them asks.

import { LabError } from '../../base/errors.ts';
import { parseNumber } from '../scpi/number.ts';
import { excerpt } from '../scpi/text-error.ts';
import type { NumberSetting, PanelChannel, PanelChoice, PanelDialect, PanelReading, PanelSetting } from './dialect.ts';

/** What a panel needs of a session. Questions go one after the other. Rejects with `device/…`. */
export interface PanelPort {
  query(question: string): Promise<string>;
  command(text: string): Promise<void>;
  /** Goes out at once; what is under way is given up. */
  commandAtOnce(text: string): Promise<void>;
}

/** A number in the setting's unit, or the instrument's word of a choice. */
export type PanelValue = number | string;

export interface PanelLimits {
  readonly min: number;
  readonly max: number;
}

/** What is measured, and in which unit. */
export interface Quantity {
  readonly label: string;
  readonly unit: string;
}

export interface MeasuredValue extends Quantity {
  readonly channelId: string;
  readonly readingId: string;
  /** NaN where there is none; infinite where it is beyond the range. */
  readonly value: number;
}

export class Panel {
  readonly dialect: PanelDialect;
  readonly #port: PanelPort;
  readonly #limits = new Map<NumberSetting, PanelLimits>();
  /** How often each channel, or all of them, was switched off. */
  readonly #offCounts = new Map<string, number>();

  constructor(dialect: PanelDialect, port: PanelPort) {
    this.dialect = dialect;
    this.#port = port;
  }

  async prepare(): Promise<void> {
    for (const text of this.dialect.prepare) await this.#port.command(text);
  }

  /** What may be set: the instrument's own reach, or what the user has allowed of it. */
  limits(channelId: string, settingId: string): PanelLimits {
    const setting = this.#numberSetting(channelId, settingId);
    return this.#limits.get(setting) ?? setting;
  }

  /** Whether the user has drawn any. */
  get hasLimits(): boolean {
    return this.#limits.size > 0;
  }

  /** Limits are the user's, inside the instrument's own, which are none. Throws `setup/invalid` for others. */
  setLimits(channelId: string, settingId: string, limits: PanelLimits): void {
    const setting = this.#numberSetting(channelId, settingId);
    const { min, max } = limits;
    if (!(min >= setting.min && max <= setting.max && min <= max)) {
      throw new LabError(
        'setup/invalid',
        `Limits of ${setting.label} have to lie from ${setting.min} to ${setting.max} ${setting.unit}, the lower one not above the upper one. They stay as they are.`,
      );
    }
    if (min === setting.min && max === setting.max) this.#limits.delete(setting);
    else this.#limits.set(setting, { min, max });
  }

  /** What the instrument is set to. Rejects with `device/protocol` for an answer that is none. */
  async read(channelId: string, settingId: string): Promise<PanelValue> {
    const channel = this.#channel(channelId);
    const setting = this.#setting(channel, settingId);
    return understood(setting, await this.#port.query(setting.question));
  }

  /**
   * Resolves with what the instrument has then: it may have chosen another value. Rejects with `setup/invalid` before
   * anything is sent for a value beyond the limits or a word that it does not have.
   */
  async set(channelId: string, settingId: string, value: PanelValue): Promise<PanelValue> {
    const setting = this.check(channelId, settingId, value);
    await this.#port.command(setting.command.replace('%', String(value)));
    return this.read(channelId, settingId);
  }

  /** Rejects with `device/protocol` for an answer that is neither yes nor no: then nobody knows. */
  async isOn(channelId: string): Promise<boolean> {
    const { output } = this.#channel(channelId);
    if (!output) return false;
    const answer = (await this.#port.query(output.question)).trim();
    if (/^\+?(1|ON)$/i.test(answer)) return true;
    if (/^\+?(0|OFF)$/i.test(answer)) return false;
    throw new LabError(
      'device/protocol',
      `The instrument answered "${excerpt(answer)}" to ${output.question}. Look at it: whether ${channelId} is on is not known.`,
    );
  }

  /**
   * Resolves with whether it is on then. Rejects with `setup/invalid` before anything is switched on that is set to a
   * value beyond its limits, and with `cancelled` when it was switched off while that was looked at.
   */
  async switchOutput(channelId: string, isOn: boolean): Promise<boolean> {
    const { output } = this.#channel(channelId);
    if (!output) throw new LabError('device/unsupported', `${this.dialect.label} has no output ${channelId}.`);
    if (isOn) await this.checkBeforeOn(output.on);
    else this.noteOff(channelId);
    await this.#port.command(isOn ? output.on : output.off);
    return this.isOn(channelId);
  }

  /** Every output, before anything else that waits. Rejects when one could not be told, after the others were. */
  async allOff(): Promise<void> {
    for (const { id } of this.dialect.channels) this.noteOff(id);
    const outputs = this.dialect.channels.flatMap(({ output }) => output ?? []);
    const results = await Promise.allSettled(outputs.map(({ off }) => this.#port.commandAtOnce(off)));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /**
   * All readings of a channel, one question after the other. `undefined` when the function that decides what they are of was
   * another one before than after: nobody knows which one it is.
   */
  async measure(channelId: string): Promise<readonly MeasuredValue[] | undefined> {
    const channel = this.#channel(channelId);
    const isOfFunction = channel.readings.some(({ unit }) => unit === undefined);
    const before = isOfFunction ? await this.#function(channel) : undefined;
    const values: MeasuredValue[] = [];
    for (const reading of channel.readings) {
      const value = measured(reading, await this.#port.query(reading.question));
      const { label, unit } = quantityOf(reading, before?.choice);
      values.push({ channelId, readingId: reading.id, value, label, unit });
    }
    return isOfFunction && (await this.#function(channel)).word !== before!.word ? undefined : values;
  }

  /** One that is in no table is no choice. */
  async #function(channel: PanelChannel): Promise<{ readonly word: string; readonly choice: PanelChoice | undefined }> {
    const setting = this.#setting(channel, 'function');
    const word = withoutQuotes(await this.#port.query(setting.question)).toUpperCase();
    const choices = setting.kind === 'choice' ? setting.choices : [];
    return { word, choice: choices.find((choice) => isWord(word, choice.word)) };
  }

  /**
   * Asks for the limited settings of all outputs that `command` switches on: they may be from before the limits were drawn,
   * or from the instrument's own buttons. Rejects with `setup/invalid` where one is beyond its limits, and with `cancelled`
   * where one was switched off meanwhile: the later word counts.
   */
  async checkBeforeOn(command: string): Promise<void> {
    for (const { id, settings, output } of this.dialect.channels) {
      if (output?.on !== command) continue;
      const offCount = this.#offCounts.get(id);
      for (const setting of settings) {
        if (setting.kind !== 'number' || !this.#limits.has(setting)) continue;
        this.#checkOn(id, setting, Number(await this.read(id, setting.id)));
      }
      if (this.#offCounts.get(id) !== offCount) {
        throw new LabError('cancelled', `${id} was not switched on: it was switched off meanwhile. It stays off.`);
      }
    }
  }

  /** Told of what is switched off past `switchOutput` and `allOff`, too. */
  noteOff(channelId: string): void {
    this.#offCounts.set(channelId, (this.#offCounts.get(channelId) ?? 0) + 1);
  }

  /** As `checkBeforeOn` and without asking: `known` says what a setting will be by then, if that is known. */
  checkOutput(channelId: string, isOn: PanelValue | boolean, known: (settingId: string) => unknown): void {
    const { output, settings } = this.#channel(channelId);
    if (!output || typeof isOn !== 'boolean') {
      throw new LabError('setup/invalid', `the output of ${channelId} cannot be set to "${isOn}".`);
    }
    for (const setting of isOn ? settings : []) {
      const value = known(setting.id);
      if (setting.kind === 'number' && typeof value === 'number') this.#checkOn(channelId, setting, value);
    }
  }

  #checkOn(channelId: string, setting: NumberSetting, value: number): void {
    const { label, unit } = setting;
    const { min, max } = this.#limits.get(setting) ?? { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
    if (value >= min && value <= max) return;
    throw new LabError(
      'setup/invalid',
      `${channelId} was not switched on: its ${label} is ${value} ${unit}, beyond the limits that were drawn for it (${min} to ${max} ${unit}). Set it to a value between them first.`,
    );
  }

  /** The setting. Throws `setup/invalid` where it may not have the value. */
  check(channelId: string, settingId: string, value: PanelValue): PanelSetting {
    const setting = this.#setting(this.#channel(channelId), settingId);
    if (setting.kind === 'choice') {
      if (setting.choices.some(({ word }) => word === value)) return setting;
      const words = setting.choices.map(({ label }) => label).join(', ');
      throw new LabError('setup/invalid', `${setting.label} cannot be "${value}". Choose one of ${words}.`);
    }
    const { min, max } = this.limits(channelId, setting.id);
    if (typeof value === 'number' && value >= min && value <= max) return setting;
    const isOwn = this.#limits.has(setting);
    throw new LabError(
      'setup/invalid',
      `${setting.label} of ${channelId} stays as it is: ${value} ${setting.unit} is not from ${min} to ${max} ${setting.unit}${isOwn ? ', the limits that were drawn for it' : ''}.`,
    );
  }

  #channel(id: string): PanelChannel {
    const channel = this.dialect.channels.find((candidate) => candidate.id === id);
    if (channel) return channel;
    throw new LabError('setup/invalid', `${this.dialect.label} has no channel "${id}".`);
  }

  #setting({ id, settings }: PanelChannel, settingId: string): PanelSetting {
    const setting = settings.find((candidate) => candidate.id === settingId);
    if (setting) return setting;
    throw new LabError('setup/invalid', `${id} of ${this.dialect.label} has no setting "${settingId}".`);
  }

  #numberSetting(channelId: string, settingId: string): NumberSetting {
    const setting = this.#setting(this.#channel(channelId), settingId);
    if (setting.kind === 'number') return setting;
    throw new LabError('setup/invalid', `${setting.label} is no number and has no limits.`);
  }
}

/** Of a reading whose unit the function decides it is that of the function; of none that is known it has no unit. */
export function quantityOf({ label, unit }: PanelReading, choice: PanelChoice | undefined): Quantity {
  return unit === undefined ? { label: choice?.label ?? label, unit: choice?.unit ?? '' } : { label, unit };
}

function understood(setting: PanelSetting, answer: string): PanelValue {
  const text = withoutQuotes(answer);
  if (setting.kind === 'number') {
    const value = Number(text);
    if (text !== '' && Number.isFinite(value)) return value;
  } else {
    const found = setting.choices.find(({ word }) => isWord(text.toUpperCase(), word));
    if (found) return found.word;
  }
  throw new LabError(
    'device/protocol',
    `The instrument answered "${text.slice(0, 40)}" to ${setting.question}. ${setting.label} stays unknown; read it again.`,
  );
}

function withoutQuotes(answer: string): string {
  return answer.trim().replace(/^"(.*)"$/, '$1');
}

/** The short form, or a longer one of its last part: `SINUSOID` for `SIN`, but not `VOLT:RAT` for `VOLT`. */
function isWord(said: string, word: string): boolean {
  return said.startsWith(word) && /^[A-Z]*$/.test(said.slice(word.length));
}

/** Infinite beyond the range, NaN for none at all. */
function measured({ label, question }: PanelReading, answer: string): number {
  try {
    return parseNumber(answer).value;
  } catch (cause) {
    if (!(cause instanceof LabError)) throw cause;
    const message = `The instrument answered "${excerpt(answer)}" to ${question} (${label}).`;
    throw new LabError('device/protocol', message, { cause });
  }
}
