// The driver of an instrument that is spoken to in text: it asks for its name, and shows the settings and readings of the
// table that belongs to it. Readings are asked for all the time while it is open; what the user sets goes in between.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import { type InstrumentIdentity, NO_HEALTH, type StreamHealth } from '../../model/instrument.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { Driver } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import type { PanelDialect } from '../panel/dialect.ts';
import { panelOf } from '../panel/dialects.ts';
import { type MeasuredValue, Panel, type PanelValue } from '../panel/panel.ts';
import { ALL_OFF, outputId, panelParameters, placeOf } from './panel-parameters.ts';
import type { BenchSession } from './session.ts';

/** Between two rounds of questions: a meter shows no more than that, and a supply has time for its own work. */
const PAUSE_MS = 100;
/** What the setting of a meter is called on which the unit of its reading depends. */
const FUNCTION = 'function';

export interface BenchDriverOptions {
  readonly clock: Clock;
  openSession(): Promise<BenchSession>;
  /** The instrument has told what it is, or changed the unit of a reading: units by channel, where a setting decides. */
  readonly onPanel: (dialect: PanelDialect, units: ReadonlyMap<string, string>) => void;
  /** Readings of one channel that belong together, at the time at which the last of them was there. */
  readonly onValues: (utc: Utc, values: readonly MeasuredValue[]) => void;
}

interface Open {
  readonly session: BenchSession;
  readonly panel: Panel;
}

export class BenchDriver implements Driver {
  readonly health: StreamHealth = NO_HEALTH;
  readonly busyMs = 0;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: BenchDriverOptions;
  #identity: InstrumentIdentity | undefined;
  #parameters: readonly Parameter[] = [];
  #values: Record<string, ParameterValue> = {};
  #notice: string | undefined;
  #open: Open | undefined;

  constructor(options: BenchDriverOptions) {
    this.#options = options;
  }

  get identity(): InstrumentIdentity | undefined {
    return this.#identity;
  }

  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    return this.#values;
  }

  get notice(): string | undefined {
    return this.#notice;
  }

  async open(): Promise<void> {
    const session = await this.#options.openSession();
    try {
      this.#identity = identityOf(await session.query('*IDN?'));
      const panel = new Panel(tableOf(this.#identity), session);
      await panel.prepare();
      this.#parameters = panelParameters(panel.dialect);
      for (const { id, settings, output } of panel.dialect.channels) {
        for (const setting of settings) this.#keep(`${id}.${setting.id}`, await panel.read(id, setting.id));
        if (output) this.#keep(outputId(id), await panel.isOn(id));
      }
      this.#open = { session, panel };
      this.#tellPanel(panel);
      void this.#measure(this.#open);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Readings come as long as it is open. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    const parameter = checkValue(this.parameters, parameterId, value);
    const { session, panel } = this.#opened();
    if (parameterId === ALL_OFF) {
      await panel.allOff();
      for (const { id, output } of panel.dialect.channels) if (output) this.#keep(outputId(id), await panel.isOn(id));
      return;
    }
    const { channelId, settingId } = placeOf(parameterId);
    const chosen =
      parameterId === outputId(channelId)
        ? await panel.switchOutput(channelId, value === true)
        : await panel.set(channelId, settingId, value as PanelValue);
    this.#keep(parameterId, chosen);
    if (settingId === FUNCTION) this.#tellPanel(panel);
    this.#notice = noticeOf(parameter.label, value, chosen, await session.drainErrors());
    this.onChanged?.();
  }

  async close(): Promise<void> {
    const { session } = this.#open ?? {};
    this.#open = undefined;
    await session?.close();
  }

  #opened(): Open {
    if (this.#open) return this.#open;
    throw new LabError('device/lost', 'The instrument is not connected. Connect it again from the list.');
  }

  #keep(id: string, value: ParameterValue): void {
    this.#values = { ...this.#values, [id]: value };
  }

  #tellPanel({ dialect }: Panel): void {
    const units = dialect.channels.flatMap(({ id, settings }) => {
      const setting = settings.find((candidate) => candidate.id === FUNCTION);
      if (setting?.kind !== 'choice') return [];
      const word = this.#values[`${id}.${FUNCTION}`];
      return [[id, setting.choices.find((choice) => choice.word === word)?.unit ?? ''] as const];
    });
    this.#options.onPanel(dialect, new Map(units));
  }

  async #measure(open: Open): Promise<void> {
    const { clock, onValues } = this.#options;
    const measured = open.panel.dialect.channels.filter(({ readings }) => readings.length > 0);
    while (this.#open === open && measured.length > 0) {
      for (const { id } of measured) {
        try {
          const values = await open.panel.measure(id);
          if (this.#open !== open) return;
          onValues(utcFromUnixMs(clock.unixMs()), values);
        } catch (thrown) {
          this.#missed(open, toError(thrown));
        }
      }
      this.onChanged?.();
      await delay(clock, PAUSE_MS);
    }
  }

  /** One answer that is late or none is a reading less; a link that is gone is the end of the driver. */
  #missed(open: Open, error: Error): void {
    if (this.#open !== open) return;
    this.#notice = error.message;
    const isGoing = error instanceof LabError && (error.code === 'device/timeout' || error.code === 'device/protocol');
    if (isGoing) return;
    void this.close();
    this.onFailed?.(error);
  }
}

/** The four fields of an answer to `*IDN?`; further commas belong to the firmware. */
function identityOf(answer: string): InstrumentIdentity {
  const [vendor = '', model = '', serialNumber = '', ...firmware] = answer.trim().split(',');
  return {
    vendor: vendor.trim(),
    model: model.trim(),
    serialNumber: serialNumber.trim(),
    firmware: firmware.join(',').trim(),
  };
}

function tableOf(identity: InstrumentIdentity): PanelDialect {
  const dialect = panelOf(identity);
  if (dialect) return dialect;
  throw new LabError(
    'device/unsupported',
    `There is no table for ${identity.vendor} ${identity.model}: it is none of the supplies, meters and generators that are known here.`,
  );
}

function noticeOf(
  label: string,
  wished: ParameterValue,
  chosen: ParameterValue,
  refusals: readonly string[],
): string | undefined {
  if (refusals.length > 0) return `${label}: the instrument says ${refusals.join('; ')}.`;
  return chosen === wished ? undefined : `${label}: the instrument chose ${chosen} instead of ${wished}.`;
}
