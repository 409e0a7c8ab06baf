// A supply, a meter or a generator: readings are asked for all the time; what the user sets goes in between.

import type { Clock } from '../../base/clock.ts';
import { utcFromUnixMs } from '../../base/time.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { PanelDialect } from '../panel/dialect.ts';
import { Panel, type PanelPort, type PanelValue } from '../panel/panel.ts';
import { SCPI_QUEUE } from '../scpi/error-source.ts';
import { ALL_OFF, outputId, panelParameters, placeOf } from './panel-parameters.ts';
import type { BenchPart, BenchSink, Values } from './part.ts';
import { panelWords } from './words.ts';

/** Between two rounds of questions: a meter shows no more than that, and a supply has time for its own work. */
const PAUSE_MS = 100;
/** What the setting of a meter is called on which the unit of its reading depends. */
const FUNCTION = 'function';

export class PanelPart implements BenchPart {
  readonly parameters: readonly Parameter[];
  readonly errors = SCPI_QUEUE;
  readonly words: readonly string[];
  readonly #panel: Panel;
  readonly #clock: Clock;
  readonly #sink: BenchSink;
  /** Word of the setting `function`, by channel. */
  readonly #functions = new Map<string, PanelValue>();

  constructor(dialect: PanelDialect, port: PanelPort, clock: Clock, sink: BenchSink) {
    this.#panel = new Panel(dialect, port);
    this.#clock = clock;
    this.#sink = sink;
    this.parameters = panelParameters(dialect);
    this.words = panelWords(dialect);
  }

  async read(): Promise<Values> {
    await this.#panel.prepare();
    const values: Record<string, ParameterValue> = {};
    for (const { id, settings } of this.#panel.dialect.channels) {
      for (const setting of settings) {
        const value = await this.#panel.read(id, setting.id);
        values[`${id}.${setting.id}`] = value;
        if (setting.id === FUNCTION) this.#functions.set(id, value);
      }
    }
    this.#tellPanel();
    return { ...values, ...(await this.#outputs()) };
  }

  async set(parameterId: string, value: ParameterValue): Promise<Values> {
    if (parameterId === ALL_OFF) {
      await this.#panel.allOff();
      return this.#outputs();
    }
    const { channelId, settingId } = placeOf(parameterId);
    if (parameterId === outputId(channelId)) {
      return { [parameterId]: await this.#panel.switchOutput(channelId, value === true) };
    }
    const chosen = await this.#panel.set(channelId, settingId, value as PanelValue);
    if (settingId === FUNCTION) {
      this.#functions.set(channelId, chosen);
      this.#tellPanel();
    }
    return { [parameterId]: chosen };
  }

  async round(): Promise<number | undefined> {
    const measured = this.#panel.dialect.channels.filter(({ readings }) => readings.length > 0);
    for (const { id } of measured) {
      const values = await this.#panel.measure(id);
      this.#sink.onValues(utcFromUnixMs(this.#clock.unixMs()), values);
    }
    return measured.length > 0 ? PAUSE_MS : undefined;
  }

  async #outputs(): Promise<Values> {
    const values: Record<string, ParameterValue> = {};
    for (const { id, output } of this.#panel.dialect.channels) {
      if (output) values[outputId(id)] = await this.#panel.isOn(id);
    }
    return values;
  }

  #tellPanel(): void {
    const units = this.#panel.dialect.channels.flatMap(({ id, settings }) => {
      const setting = settings.find((candidate) => candidate.id === FUNCTION);
      if (setting?.kind !== 'choice') return [];
      return [[id, setting.choices.find(({ word }) => word === this.#functions.get(id))?.unit ?? ''] as const];
    });
    this.#sink.onPanel(this.#panel.dialect, new Map(units));
  }
}
