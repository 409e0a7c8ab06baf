// Red Pitaya with its own system (scpi-server/src/acquire.cpp): one record of 16384 samples each time that it is started, in
// a ring that is written from the start on, so that a trigger that comes too soon leaves older samples in front of it. What
// was not written since the start is 0 here.

import type { Clock } from '../../../../base/clock.ts';
import { type Call, type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import { choice, numberOf, requireRange, setting, unpadded, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeHardware, type ScopeRecord } from './acquisition.ts';
import { channelAt, sampleBytes, scopeInstrument, textBytes } from './instrument.ts';

const IDENTITY = 'REDPITAYA,INSTR2025,,01-21';
const RECORD_SAMPLES = 16_384;
const TICK_S = 8e-9;
const MOST_DECIMATION = 65_536;
/** What is no whole number of any size. */
const LOW_DECIMATIONS = [1, 2, 4, 8];
const LEAST_FREE_DECIMATION = 16;
/** Volts at the converter's end, by the jumpers. */
const FULL_SCALE_V = { LV: 1, HV: 20 } as const;
const GAINS = ['LV', 'HV'] as const;
const CODES_PER_FULL_SCALE = 2 ** 13;

/** A division of the simulated screen is a whole record, and the full scale. */
const HARDWARE: ScopeHardware = {
  horizontalDivisions: 1,
  verticalDivisions: 2,
  adcBits: 14,
  codesPerDivision: CODES_PER_FULL_SCALE,
  minScaleV: FULL_SCALE_V.LV,
  maxScaleV: FULL_SCALE_V.HV,
  minTimeS: RECORD_SAMPLES * TICK_S,
  maxTimeS: RECORD_SAMPLES * TICK_S * MOST_DECIMATION,
  // for both inputs
  maxRateHz: 2 / TICK_S,
  depth: 2 * RECORD_SAMPLES,
};

const TRIGGERS = [
  'CH1_PE',
  'CH1_NE',
  'CH2_PE',
  'CH2_NE',
  'EXT_PE',
  'EXT_NE',
  'AWG_PE',
  'AWG_NE',
  'NOW',
  'DISABLED',
] as const;

interface Transfer {
  format: 'BIN' | 'ASCII';
  units: 'VOLTS' | 'RAW';
  order: 'LEND' | 'BEND';
}

const transferAtStart = (): Transfer => ({ format: 'ASCII', units: 'VOLTS', order: 'BEND' });

export function redPitayaScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires.slice(0, 2), clock);
  const transfer = transferAtStart();
  const board = new Board(scope, clock);
  const commands: CommandTable = {
    ...board.commands(),
    ...transferCommands(transfer),
    ...dataCommands(board, transfer),
  };
  const resetOwn = () => {
    board.reset();
    Object.assign(transfer, transferAtStart());
  };
  return new ScpiTalker(
    scopeInstrument(IDENTITY, scope, { ...commands, ':ACQ:RST': () => void resetOwn() }, { resetOwn }),
    {
      clock,
      lineEnd: '\r\n',
    },
  );
}

class Board {
  readonly scope: Acquisition;
  /** In the bench's time. */
  startedS = 0;
  readonly #clock: Clock;
  #decimation = 1;
  /** As it was told: in samples it stays when the decimation changes, in ns it does not. */
  #delay: { readonly samples: number } | { readonly ns: number } = { samples: 0 };
  /** Records that had ended when it was started. */
  #countBefore = 0;

  constructor(scope: Acquisition, clock: Clock) {
    this.scope = scope;
    this.#clock = clock;
    this.reset();
  }

  reset(): void {
    const { scope } = this;
    scope.reset();
    scope.stop();
    for (const channel of scope.channels) {
      channel.isOn = true;
      channel.scaleV = FULL_SCALE_V.LV;
    }
    this.#decimation = 1;
    this.#delay = { samples: 0 };
    this.#countBefore = scope.count;
    this.#place();
  }

  commands(): CommandTable {
    const { scope } = this;
    const at = (suffixes: readonly number[]) => channelAt(scope, suffixes);
    return {
      ':ACQ:START': () => {
        scope.stop();
        this.#countBefore = scope.count;
        this.startedS = this.#clock.nowMs() / 1e3;
      },
      ':ACQ:STOP': () => void scope.stop(),
      ...setting(
        ':ACQ:DEC:Factor',
        () => String(this.#decimation),
        (text) => {
          this.#decimation = decimationOf(text);
          this.#place();
        },
      ),
      ...setting(
        ':ACQ:TRig:DLY',
        () => String(this.#delaySamples),
        (text) => {
          this.#delay = { samples: Math.round(numberOf(text, '')) };
          this.#place();
        },
      ),
      ...setting(
        ':ACQ:TRig:DLY:NS',
        () => String(Math.round(this.#delaySamples * this.#stepS * 1e9)),
        (text) => {
          this.#delay = { ns: numberOf(text, '') };
          this.#place();
        },
      ),
      ...setting(
        ':ACQ:TRig:LEV',
        () => String(scope.trigger.levelV),
        (text) => {
          scope.trigger.levelV = numberOf(text, 'V');
        },
      ),
      ...choice(
        ':ACQ:SOUR<n>:GAIN',
        GAINS,
        (s) => (at(s).scaleV === FULL_SCALE_V.HV ? 'HV' : 'LV'),
        (word, s) => {
          at(s).scaleV = FULL_SCALE_V[word];
        },
      ),
      ':ACQ:TRig': ({ args: [source] }) => this.#trigger(source),
      ':ACQ:TRig:STAT?': () => (scope.state === 'WAIT' ? 'WAIT' : 'TD'),
      ':ACQ:TRig:FILL?': () => (this.#isFull ? '1' : '0'),
    };
  }

  /** Throws where there is none. */
  get record(): ScopeRecord {
    const { record } = this.scope;
    if (!this.#isFull || record === undefined) throw new ScpiError(-230);
    return record;
  }

  get #isFull(): boolean {
    return this.scope.count > this.#countBefore && this.scope.state === 'STOP';
  }

  get #stepS(): number {
    return this.#decimation * TICK_S;
  }

  get #delaySamples(): number {
    const { samples } = 'samples' in this.#delay ? this.#delay : { samples: (this.#delay.ns * 1e-9) / this.#stepS };
    return Math.max(-RECORD_SAMPLES / 2, Math.round(samples));
  }

  #place(): void {
    this.scope.timeScaleS = RECORD_SAMPLES * this.#stepS;
    this.scope.timeCentreS = this.#delaySamples * this.#stepS;
  }

  #trigger(source: string | undefined): undefined {
    const { scope } = this;
    const word = wordOf(source, TRIGGERS);
    if (word === 'DISABLED') scope.stop();
    else {
      const [, number, slope] = /^CH(\d)_([PN])E$/.exec(word) ?? [];
      scope.trigger.source = number === undefined ? 'EXT' : Number(number) - 1;
      scope.trigger.slope = slope === 'N' ? 'NEGative' : 'POSitive';
      // it looks at once, whether or not enough was written before
      scope.single(0);
      if (word === 'NOW') scope.force();
    }
    return undefined;
  }
}

function decimationOf(text: string): number {
  const factor = numberOf(text, '');
  if (!Number.isInteger(factor)) throw new ScpiError(-224);
  if (!LOW_DECIMATIONS.includes(factor)) requireRange(factor, LEAST_FREE_DECIMATION, MOST_DECIMATION);
  return factor;
}

function transferCommands(transfer: Transfer): CommandTable {
  return {
    ':ACQ:DATA:FORMAT': ({ args: [word] }) => {
      transfer.format = wordOf(word, ['BIN', 'ASCII']);
      return undefined;
    },
    ...choice(
      ':ACQ:DATA:Units',
      ['VOLTS', 'RAW'],
      () => transfer.units,
      (word) => {
        transfer.units = word;
      },
    ),
    ':ACQ:DATA:BYTE:ORDER': ({ args: [word] }) => {
      transfer.order = wordOf(word, ['LEND', 'BEND']);
      return undefined;
    },
  };
}

function dataCommands(board: Board, transfer: Transfer): CommandTable {
  const { scope } = board;
  const codesOf = ({ suffixes }: Call): Int16Array => {
    const { record } = board;
    const index = scope.channels.indexOf(channelAt(scope, suffixes));
    const stepS = 1 / record.rateHz;
    const codes = scope.codes(record, index, { startS: record.startS, stepS, count: RECORD_SAMPLES });
    const firstS = record.triggerS + record.startS;
    return codes.map((code, k) => (firstS + k * stepS < board.startedS ? 0 : code));
  };
  const told = (call: Call, count: number): Reply => {
    const codes = codesOf(call).slice(-count);
    const isLittleEndian = transfer.order === 'LEND';
    const { scaleV } = channelAt(scope, call.suffixes);
    const volts = Array.from(codes, (code) => (code * scaleV) / CODES_PER_FULL_SCALE);
    const isRaw = transfer.units === 'RAW';
    if (transfer.format === 'ASCII') {
      const numbers = isRaw ? Array.from(codes, String) : volts.map((value) => value.toFixed(6));
      return textBytes(`{${numbers.join(',')}}`);
    }
    if (isRaw) return unpadded(sampleBytes(codes, { itemBytes: 2, isLittleEndian }));
    const floats = new DataView(new ArrayBuffer(4 * volts.length));
    volts.forEach((value, k) => {
      floats.setFloat32(4 * k, value, isLittleEndian);
    });
    return unpadded(new Uint8Array(floats.buffer));
  };
  return {
    ':ACQ:SOUR<n>:DATA?': (call) => told(call, RECORD_SAMPLES),
    ':ACQ:SOUR<n>:DATA:LATest:N?': (call) => told(call, requireRange(numberOf(call.args[0], ''), 1, RECORD_SAMPLES)),
  };
}
