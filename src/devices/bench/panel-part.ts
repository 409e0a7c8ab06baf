// A supply, a meter or a generator: readings are asked for all the time; what the user sets goes in between.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import { checkLine } from '../panel/console-guard.ts';
import type { PanelChannel, PanelDialect } from '../panel/dialect.ts';
import { Panel, type PanelPort, type PanelValue, type Quantity, quantityOf } from '../panel/panel.ts';
import { SCPI_QUEUE } from '../scpi/error-source.ts';
import {
  ALL_OFF,
  limitOf,
  limitValues,
  outputId,
  panelParameters,
  placeOf,
  READING_PAUSE,
  USUAL_PAUSE_S,
} from './panel-parameters.ts';
import type { BenchPart, BenchSink, Round, Values } from './part.ts';
import { unlessAnswered } from './unless-answered.ts';
import { panelWords } from './words.ts';

/** Between two rounds without readings: only the settings are followed. */
const IDLE_PAUSE_MS = 500;

export class PanelPart implements BenchPart {
  readonly parameters: readonly Parameter[];
  readonly errors = SCPI_QUEUE;
  readonly words: readonly string[];
  readonly #panel: Panel;
  readonly #clock: Clock;
  readonly #sink: BenchSink;
  /** All settings, to be read in turn. */
  readonly #places: readonly { readonly channelId: string; readonly settingId: string }[];
  #turn = 0;
  #pauseS = USUAL_PAUSE_S;
  /** When the next readings are taken, on the clock of `nowMs`. */
  #dueMs = 0;
  /** Of the newest readings, by channel. */
  readonly #quantities = new Map<string, Quantity>();

  constructor(dialect: PanelDialect, port: PanelPort, clock: Clock, sink: BenchSink) {
    this.#panel = new Panel(dialect, port);
    this.#clock = clock;
    this.#sink = sink;
    this.parameters = panelParameters(dialect);
    this.words = panelWords(dialect);
    this.#places = dialect.channels.flatMap(({ id, settings }) =>
      settings.map((setting) => ({ channelId: id, settingId: setting.id })),
    );
  }

  async read(): Promise<Values> {
    await this.#panel.prepare();
    const values: Record<string, ParameterValue> = {};
    for (const place of this.#places) Object.assign(values, await this.#readPlace(place));
    this.#takeQuantities(values);
    this.#tellPanel();
    return { ...values, ...this.#pauseValues, ...limitValues(this.#panel), ...(await this.#outputs()) };
  }

  checkLine(line: string): Promise<void> {
    return checkLine(this.#panel, line);
  }

  checkStep(values: Values, before: Values): void {
    const after = { ...before, ...values };
    for (const [id, value] of Object.entries(values)) {
      if (!this.parameters.some((parameter) => parameter.id === id && parameter.isSetPoint)) {
        throw new LabError('setup/invalid', `the instrument has no set-point "${id}".`);
      }
      const { channelId, settingId } = placeOf(id);
      if (id !== outputId(channelId)) this.#panel.check(channelId, settingId, value as PanelValue);
      else this.#panel.checkOutput(channelId, value, (setting) => after[`${channelId}.${setting}`]);
    }
  }

  async set(parameterId: string, value: ParameterValue): Promise<Values> {
    if (parameterId === ALL_OFF) {
      await this.#panel.allOff();
      return this.#outputs();
    }
    if (parameterId === READING_PAUSE) {
      this.#pauseS = Number(value);
      this.#dueMs = 0;
      return this.#pauseValues;
    }
    const limit = limitOf(parameterId);
    if (limit) return this.#setLimit(limit, Number(value));
    const { channelId, settingId } = placeOf(parameterId);
    if (parameterId === outputId(channelId)) {
      return { [parameterId]: await this.#panel.switchOutput(channelId, value === true) };
    }
    return { [parameterId]: await this.#panel.set(channelId, settingId, value as PanelValue) };
  }

  #setLimit({ settingId: id, end }: NonNullable<ReturnType<typeof limitOf>>, value: number): Values {
    const { channelId, settingId } = placeOf(id);
    const { min, max } = this.#panel.limits(channelId, settingId);
    this.#panel.setLimits(channelId, settingId, end === 'least' ? { min: value, max } : { min, max: value });
    return limitValues(this.#panel);
  }

  /** Readings when they are due, outputs each time, and one of the settings in turn. */
  async round(): Promise<Round> {
    const measured = this.#panel.dialect.channels.filter(({ readings }) => readings.length > 0);
    const isDue = measured.length > 0 && this.#clock.nowMs() >= this.#dueMs;
    if (isDue) for (const { id } of measured) await this.#measure(id);
    const place = this.#places[this.#turn++ % Math.max(1, this.#places.length)];
    const values = { ...(place && (await this.#readPlace(place))), ...(await this.#outputs()) };
    const nowMs = this.#clock.nowMs();
    if (isDue) this.#dueMs = nowMs + 1000 * this.#pauseS;
    const waitMs = measured.length > 0 ? Math.max(0, this.#dueMs - nowMs) : IDLE_PAUSE_MS;
    return { pauseMs: Math.min(waitMs, IDLE_PAUSE_MS), values };
  }

  get #pauseValues(): Values {
    return this.parameters.some(({ id }) => id === READING_PAUSE) ? { [READING_PAUSE]: this.#pauseS } : {};
  }

  async #measure(channelId: string): Promise<void> {
    const values = await this.#panel.measure(channelId);
    const [first] = values ?? [];
    if (!values || !first) return;
    const before = this.#quantities.get(channelId);
    if (before?.label !== first.label || before.unit !== first.unit) {
      this.#quantities.set(channelId, first);
      this.#tellPanel();
    }
    this.#sink.onValues(utcFromUnixMs(this.#clock.unixMs()), values);
  }

  /** Empty where the instrument is in a state that the table does not have. */
  async #readPlace({ channelId, settingId }: ReturnType<typeof placeOf>): Promise<Values> {
    const value = await this.#panel.read(channelId, settingId).catch(unlessAnswered);
    return value === undefined ? {} : { [`${channelId}.${settingId}`]: value };
  }

  async #outputs(): Promise<Values> {
    const values: Record<string, ParameterValue> = {};
    for (const { id, output } of this.#panel.dialect.channels) {
      if (output) values[outputId(id)] = await this.#panel.isOn(id);
    }
    return values;
  }

  /**
   * Those of the functions that the unit is set to: one that comes back says the same as before it went. One that has not
   * said which it is keeps its quantity; the next reading tells.
   */
  #takeQuantities(values: Values): void {
    for (const { id, settings, readings } of this.#depending) {
      const setting = settings.find((candidate) => candidate.id === 'function');
      const choices = setting?.kind === 'choice' ? setting.choices : [];
      const chosen = choices.find(({ word }) => word === values[`${id}.function`]);
      if (chosen) this.#quantities.set(id, quantityOf(readings[0]!, chosen));
    }
  }

  /** Channels with a reading whose quantity a setting decides. */
  get #depending(): readonly PanelChannel[] {
    return this.#panel.dialect.channels.filter(({ readings }) => readings.some(({ unit }) => unit === undefined));
  }

  #tellPanel(): void {
    const quantities = new Map(
      this.#depending.map(({ id, readings }) => [id, this.#quantities.get(id) ?? quantityOf(readings[0]!, undefined)]),
    );
    this.#sink.onPanel(this.#panel.dialect, quantities);
  }
}
