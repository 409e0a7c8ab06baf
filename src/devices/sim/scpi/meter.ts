// Keysight Truevolt multimeters, 34461A and 34465A (operating and service guide): MEASure, CONFigure, READ, INITiate and
// FETCh, ranges, integration time, overload.

import type { Clock } from '../../../base/clock.ts';
import { type CommandTable, type Instrument, type Reply, ScpiTalker } from './engine.ts';
import { headerPattern } from './header.ts';
import { unquoted } from './message.ts';
import { ScpiError } from './status.ts';
import { choice, numberOf, onOff, setting, signedExponential } from './values.ts';
import type { Wire } from './wiring.ts';

/** What is at its terminals. */
export interface MeterInputs {
  /** Between HI and LO. */
  readonly voltage: Wire;
  /** Through the current terminals, in A. */
  readonly current: Wire;
  /** Between HI and LO when nothing drives them; Infinity is open. */
  readonly resistanceOhm: number;
}

type Quantity = 'VOLT' | 'VOLT:AC' | 'CURR' | 'CURR:AC' | 'RES' | 'FRES';

interface Measure {
  /** Behind MEASure, CONFigure and SENSe. */
  readonly header: string;
  /** From the lowest; the last is the largest. */
  readonly ranges: readonly number[];
  readonly unit: string;
}

const VOLT_RANGES = [0.1, 1, 10, 100, 1000];
const AMPERE_RANGES = [1e-4, 1e-3, 1e-2, 0.1, 1, 3];
const OHM_RANGES = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

const MEASURES: Readonly<Record<Quantity, Measure>> = {
  VOLT: { header: 'VOLTage[:DC]', ranges: VOLT_RANGES, unit: 'V' },
  'VOLT:AC': { header: 'VOLTage:AC', ranges: [0.1, 1, 10, 100, 750], unit: 'V' },
  CURR: { header: 'CURRent[:DC]', ranges: AMPERE_RANGES, unit: 'A' },
  'CURR:AC': { header: 'CURRent:AC', ranges: AMPERE_RANGES, unit: 'A' },
  RES: { header: 'RESistance', ranges: OHM_RANGES, unit: 'OHM' },
  FRES: { header: 'FRESistance', ranges: OHM_RANGES, unit: 'OHM' },
};
const QUANTITIES = Object.keys(MEASURES) as readonly Quantity[];

/** Integration time in periods of the mains, and the resolution of a range that belongs to it (34401A, table 3-1). */
const NPLC_RESOLUTION: readonly (readonly [number, number])[] = [
  [0.02, 1e-4],
  [0.2, 1e-5],
  [1, 3e-6],
  [10, 1e-6],
  [100, 3e-7],
];
const DEFAULT_NPLC = 10;
const MAINS_HZ = 50;
/** A range goes to 120 % of its name. */
const OVERRANGE = 1.2;
const OVERLOAD = 9.9e37;
/** Moments at which the input is looked at in one reading. */
const SUBSAMPLES = 1000;
/** Readings that memory holds (34461A). */
const MAX_SAMPLES = 10_000;

interface MeterSettings {
  quantity: Quantity;
  isAutoRange: boolean;
  range: number;
  nplc: number;
  sampleCount: number;
  triggerSource: 'IMMediate' | 'BUS' | 'EXTernal';
}

const atReset = (): MeterSettings => ({
  quantity: 'VOLT',
  isAutoRange: true,
  range: 10,
  nplc: DEFAULT_NPLC,
  sampleCount: 1,
  triggerSource: 'IMMediate',
});

/** `model` is in the identification: foreign software knows the 34465A, whose commands are the same. */
export function keysightMeter(inputs: MeterInputs, clock: Clock, model: '34461A' | '34465A' = '34461A'): ScpiTalker {
  return new ScpiTalker(new Meter(inputs, clock, model), {
    clock,
    formatError: (code, text) => `${code < 0 ? '' : '+'}${code},"${text}"`,
  });
}

class Meter implements Instrument {
  readonly identity: string;
  readonly commands: CommandTable;
  readonly #inputs: MeterInputs;
  readonly #clock: Clock;
  #settings = atReset();
  /** Readings of the last INITiate; the moments are known, the values are taken when they are asked for. */
  #run: { readonly startMs: number; readonly settings: MeterSettings } | undefined;
  #isWaitingForTrigger = false;

  constructor(inputs: MeterInputs, clock: Clock, model: string) {
    this.#inputs = inputs;
    this.#clock = clock;
    this.identity = `Keysight Technologies,${model},MY00000003,A.02.17-02.40-02.17-00.52-04-02`;
    this.commands = this.#table();
  }

  reset(): void {
    this.#settings = atReset();
    this.abort();
  }

  abort(): void {
    this.#run = undefined;
    this.#isWaitingForTrigger = false;
  }

  trigger(): void {
    if (!this.#isWaitingForTrigger) throw new ScpiError(-211);
    this.#start();
  }

  isBusy(): boolean {
    return this.#isWaitingForTrigger || this.#remainingMs() > 0;
  }

  #start(): void {
    this.#isWaitingForTrigger = false;
    this.#run = { startMs: this.#clock.nowMs(), settings: { ...this.#settings } };
  }

  #initiate(): void {
    if (this.isBusy()) throw new ScpiError(-213);
    this.#run = undefined;
    if (this.#settings.triggerSource === 'IMMediate') this.#start();
    else this.#isWaitingForTrigger = true;
  }

  #remainingMs(): number {
    if (this.#run === undefined) return 0;
    const { startMs, settings } = this.#run;
    return Math.max(startMs + settings.sampleCount * readingS(settings) * 1e3 - this.#clock.nowMs(), 0);
  }

  /** Waits for what was initiated. */
  #fetch(): Reply {
    if (this.#isWaitingForTrigger) return { afterMs: 5, next: () => this.#fetch() };
    if (this.#run === undefined) throw new ScpiError(-230);
    const remainingMs = this.#remainingMs();
    if (remainingMs > 0) return { afterMs: remainingMs, next: () => this.#fetch() };
    const { startMs, settings } = this.#run;
    const durationS = readingS(settings);
    return Array.from({ length: settings.sampleCount }, (_, i) =>
      signedExponential(this.#reading(settings, startMs / 1e3 + i * durationS), 8),
    ).join(',');
  }

  #read(): Reply {
    this.#initiate();
    return this.#fetch();
  }

  /** One reading that begins at `startS`. */
  #reading(settings: MeterSettings, startS: number): number {
    const value = this.#average(settings, startS);
    const { ranges } = MEASURES[settings.quantity];
    const largest = ranges.at(-1)!;
    const range = settings.isAutoRange
      ? (ranges.find((limit) => Math.abs(value) <= limit * OVERRANGE) ?? largest)
      : settings.range;
    if (!(Math.abs(value) <= range * OVERRANGE)) return value < 0 ? -OVERLOAD : OVERLOAD;
    if (settings.isAutoRange) this.#settings.range = range;
    // the last digit that is shown
    const step = 10 ** Math.floor(Math.log10(range * resolutionOf(settings.nplc)) + 1e-9);
    return Number((Math.round(value / step) * step).toPrecision(9));
  }

  #average({ quantity, nplc }: MeterSettings, startS: number): number {
    if (quantity === 'RES' || quantity === 'FRES') return this.#inputs.resistanceOhm;
    const wire = quantity.startsWith('VOLT') ? this.#inputs.voltage : this.#inputs.current;
    const apertureS = nplc / MAINS_HZ;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < SUBSAMPLES; i++) {
      const value = wire.voltageV(startS + ((i + 0.5) / SUBSAMPLES) * apertureS);
      sum += value;
      squares += value * value;
    }
    const mean = sum / SUBSAMPLES;
    return quantity.endsWith(':AC') ? Math.sqrt(Math.max(squares / SUBSAMPLES - mean * mean, 0)) : mean;
  }

  #configure(quantity: Quantity, args: readonly string[]): void {
    const { ranges, unit } = MEASURES[quantity];
    const [range, resolution] = args;
    Object.assign(this.#settings, { ...atReset(), quantity, range: ranges[2]! });
    if (range !== undefined && !/^(AUTO|DEF|DEFAULT)$/i.test(range)) this.#setRange(quantity, range);
    if (resolution !== undefined) {
      const step = numberOf(resolution, unit, {
        min: 3e-7 * this.#settings.range,
        default: 1e-6 * this.#settings.range,
      });
      const wanted = (step * 1.000_001) / this.#settings.range;
      this.#settings.nplc = (NPLC_RESOLUTION.find(([, share]) => share <= wanted) ?? [100, 3e-7])[0];
    }
    this.abort();
  }

  #setRange(quantity: Quantity, text: string): void {
    const { ranges, unit } = MEASURES[quantity];
    const wanted = numberOf(text, unit, { min: ranges[0], max: ranges.at(-1)!, default: ranges[2] });
    const range = ranges.find((limit) => wanted <= limit * 1.000_001);
    if (range === undefined || wanted < 0) throw new ScpiError(-222);
    this.#settings.range = range;
    this.#settings.isAutoRange = false;
  }

  #table(): CommandTable {
    const format = (value: number) => signedExponential(value, 8);
    const perQuantity = QUANTITIES.map((quantity): CommandTable => {
      const { header } = MEASURES[quantity];
      return {
        [`:CONFigure[:SCALar]:${header}`]: ({ args }) => void this.#configure(quantity, args),
        [`:MEASure[:SCALar]:${header}?`]: ({ args }) => {
          this.#configure(quantity, args);
          return this.#read();
        },
        ...setting(
          `[:SENSe]:${header}:RANGe[:UPPer]`,
          () => format(this.#settings.range),
          (text) => this.#setRange(quantity, text),
        ),
        ...onOff(
          `[:SENSe]:${header}:RANGe:AUTO`,
          () => this.#settings.isAutoRange,
          (isOn) => {
            this.#settings.isAutoRange = isOn;
          },
        ),
        ...(!quantity.endsWith(':AC') && {
          ...setting(
            `[:SENSe]:${header}:NPLC`,
            () => format(this.#settings.nplc),
            (text) => this.#setNplc(text),
          ),
          [`[:SENSe]:${header}:RESolution?`]: () => format(this.#settings.range * resolutionOf(this.#settings.nplc)),
        }),
      };
    });
    return {
      ...Object.assign({}, ...perQuantity),
      ':CONFigure?': () => {
        const { quantity, range, nplc } = this.#settings;
        return `"${quantity} ${signedExponential(range, 6)},${signedExponential(range * resolutionOf(nplc), 6)}"`;
      },
      ...setting(
        '[:SENSe]:FUNCtion[:ON]',
        () => `"${this.#settings.quantity}"`,
        (text) => this.#configure(this.#quantityOf(text), []),
      ),
      ':READ?': () => this.#read(),
      ':INITiate[:IMMediate]': () => void this.#initiate(),
      ':FETCh?': () => this.#fetch(),
      ':ABORt': () => void this.abort(),
      ...setting(
        ':SAMPle:COUNt',
        () => signedExponential(this.#settings.sampleCount, 8),
        (text) => {
          const count = Math.round(numberOf(text, '', { min: 1, max: MAX_SAMPLES, default: 1 }));
          if (count < 1 || count > MAX_SAMPLES) throw new ScpiError(-222);
          this.#settings.sampleCount = count;
        },
      ),
      ...choice(
        ':TRIGger:SOURce',
        ['IMMediate', 'BUS', 'EXTernal'],
        () => this.#settings.triggerSource,
        (source) => {
          this.#settings.triggerSource = source;
        },
      ),
    };
  }

  #quantityOf(text: string): Quantity {
    const name = unquoted(text).toUpperCase();
    const found = QUANTITIES.find((quantity) => headerPattern(MEASURES[quantity].header).test(name));
    if (found === undefined) throw new ScpiError(-224);
    return found;
  }

  #setNplc(text: string): void {
    const wanted = numberOf(text, 'PLC', { min: 0.02, max: 100, default: DEFAULT_NPLC });
    const found = NPLC_RESOLUTION.find(([nplc]) => wanted <= nplc * 1.000_001);
    if (found === undefined || wanted < 0.02 - 1e-9) throw new ScpiError(-222);
    this.#settings.nplc = found[0];
  }
}

const readingS = ({ nplc }: MeterSettings): number => nplc / MAINS_HZ;

function resolutionOf(nplc: number): number {
  return NPLC_RESOLUTION.find(([limit]) => nplc <= limit)?.[1] ?? 3e-7;
}
