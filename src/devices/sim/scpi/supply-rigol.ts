// Rigol DP832 (programming guide of the DP800): commands act on the channel that INST selects or that is named.

import type { Clock } from '../../../base/clock.ts';
import { type CommandTable, type Instrument, ScpiTalker } from './engine.ts';
import { ScpiError } from './status.ts';
import type { SupplyChannel, SupplyRating } from './supply.ts';
import { booleanOf, numberOf, onOff, requireRange, setting } from './values.ts';

const LOW: SupplyRating = { maxV: 5, maxA: 3, voltageStepV: 1e-3, currentStepA: 1e-3 };
const HIGH: SupplyRating = { maxV: 30, maxA: 3, voltageStepV: 1e-3, currentStepA: 1e-3 };

/** Of its three channels. */
export const DP832_RATINGS: readonly SupplyRating[] = [HIGH, HIGH, LOW];

/** What can be set above the rating: 32 V and 3.2 A (data sheet). */
const HEADROOM = 32 / 30;

const fixed = (value: number, digits: number) => value.toFixed(digits);

export function rigolSupply(channels: readonly SupplyChannel[], clock: Clock): ScpiTalker {
  let selected = 0;
  let isOverTemperatureOn = true;
  let isBeeperOn = true;
  const named = (text: string | undefined): number => {
    const [, digits] = /^CH(\d)$/i.exec(text ?? '') ?? [];
    if (text !== undefined && digits === undefined) throw new ScpiError(-224);
    const index = digits === undefined ? selected : Number(digits) - 1;
    if (channels[index] === undefined) throw new ScpiError(-222);
    return index;
  };
  const at = (text?: string) => channels[named(text)]!;
  const numbered = ([n]: readonly number[], isGiven: boolean) => {
    const channel = isGiven ? channels[n! - 1] : at();
    if (channel === undefined) throw new ScpiError(-114);
    return channel;
  };
  /** `SOUR1:VOLT 5`, or without a number for the selected channel. */
  const source = (
    node: string,
    unit: string,
    read: (channel: SupplyChannel) => number,
    write: (channel: SupplyChannel, value: number) => void,
    maxOf: (rating: SupplyRating) => number,
  ): CommandTable => {
    const both = (prefix: string, isGiven: boolean) =>
      setting(
        `${prefix}:${node}`,
        (s) => fixed(read(numbered(s, isGiven)), 3),
        (text, s) => {
          const channel = numbered(s, isGiven);
          const max = maxOf(channel.rating) * HEADROOM;
          write(channel, requireRange(numberOf(text, unit, { min: 0, max, default: 0 }), 0, max));
        },
      );
    return { ...both('[:SOURce]', false), ...both(':SOURce<n>', true) };
  };
  const protection = (
    node: 'OVP' | 'OCP',
    on: 'isOverVoltageOn' | 'isOverCurrentOn',
    level: 'overVoltageV' | 'overCurrentA',
    tripped: 'hasOverVoltageTripped' | 'hasOverCurrentTripped',
    unit: string,
  ): CommandTable => ({
    [`:OUTPut:${node}[:STATe]?`]: ({ args }) => (at(args[0])[on] ? 'ON' : 'OFF'),
    [`:OUTPut:${node}[:STATe]`]: ({ args }) => {
      const [channelName, state] = args.length > 1 ? args : [undefined, args[0]];
      const channel = at(channelName);
      channel[on] = booleanOf(state);
      channel.checkProtection();
      return undefined;
    },
    [`:OUTPut:${node}:VALue?`]: ({ args }) => fixed(at(args[0])[level], 3),
    [`:OUTPut:${node}:VALue`]: ({ args }) => {
      const [channelName, value] = args.length > 1 ? args : [undefined, args[0]];
      const channel = at(channelName);
      const max = (node === 'OVP' ? channel.rating.maxV : channel.rating.maxA) * 1.1;
      channel[level] = requireRange(numberOf(value, unit, { min: 1e-3, max }), 1e-3, max);
      channel.checkProtection();
      return undefined;
    },
    [`:OUTPut:${node}:QUES?`]: ({ args }) => (at(args[0])[tripped] ? 'YES' : 'NO'),
    [`:OUTPut:${node}:ALAR?`]: ({ args }) => (at(args[0])[tripped] ? 'YES' : 'NO'),
    [`:OUTPut:${node}:CLEAR`]: ({ args }) => void at(args[0]).clearProtection(),
  });
  const measured = (channel: SupplyChannel) => {
    const { voltageV, currentA } = channel.point;
    return { voltage: fixed(voltageV, 4), current: fixed(currentA, 4), power: fixed(voltageV * currentA, 3) };
  };
  const commands: CommandTable = {
    ...setting(
      ':INSTrument[:SELect]',
      () => `CH${selected + 1}`,
      (text) => {
        selected = named(text);
      },
    ),
    ...setting(
      ':INSTrument:NSELect',
      () => String(selected + 1),
      (text) => {
        selected = named(`CH${text}`);
      },
    ),
    ':MEASure[:VOLTage][:DC]?': ({ args }) => measured(at(args[0])).voltage,
    ':MEASure:CURRent[:DC]?': ({ args }) => measured(at(args[0])).current,
    ':MEASure:POWEr[:DC]?': ({ args }) => measured(at(args[0])).power,
    ':MEASure:ALL[:DC]?': ({ args }) => {
      const { voltage, current, power } = measured(at(args[0]));
      return [voltage, current, power].join(',');
    },
    ...source(
      'VOLTage[:LEVel][:IMMediate][:AMPLitude]',
      'V',
      ({ setV }) => setV,
      (channel, value) => {
        channel.setV = value;
      },
      ({ maxV }) => maxV,
    ),
    ...source(
      'CURRent[:LEVel][:IMMediate][:AMPLitude]',
      'A',
      ({ limitA }) => limitA,
      (channel, value) => {
        channel.limitA = value;
      },
      ({ maxA }) => maxA,
    ),
    ':APPLy': ({ args: [name, voltage, current] }) => {
      const channel = at(name);
      const { maxV, maxA } = channel.rating;
      if (voltage !== undefined)
        channel.setV = requireRange(numberOf(voltage, 'V', { min: 0, max: maxV }), 0, maxV * HEADROOM);
      if (current !== undefined)
        channel.limitA = requireRange(numberOf(current, 'A', { min: 0, max: maxA }), 0, maxA * HEADROOM);
      selected = named(name);
      return undefined;
    },
    ':APPLy?': ({ args }) => {
      const { rating, setV, limitA } = at(args[0]);
      return `CH${named(args[0]) + 1}:${rating.maxV}V/${rating.maxA}A,${fixed(setV, 3)},${fixed(limitA, 3)}`;
    },
    ':OUTPut[:STATe]?': ({ args }) => (at(args[0]).isOn ? 'ON' : 'OFF'),
    ':OUTPut[:STATe]': ({ args }) => {
      const [name, state] = args.length > 1 ? args : [undefined, args[0]];
      at(name).isOn = booleanOf(state);
      return undefined;
    },
    // CV also says that nothing limits: there is no word for "off"
    ':OUTPut:MODE?': ({ args }) => (at(args[0]).point.regulation === 'CC' ? 'CC' : 'CV'),
    ...protection('OVP', 'isOverVoltageOn', 'overVoltageV', 'hasOverVoltageTripped', 'V'),
    ...protection('OCP', 'isOverCurrentOn', 'overCurrentA', 'hasOverCurrentTripped', 'A'),
    ...onOff(
      ':SYSTem:OTP',
      () => isOverTemperatureOn,
      (isOn) => {
        isOverTemperatureOn = isOn;
      },
      ['OFF', 'ON'],
    ),
    ...onOff(
      ':SYSTem:BEEPer[:STATe]',
      () => isBeeperOn,
      (isOn) => {
        isBeeperOn = isOn;
      },
      ['OFF', 'ON'],
    ),
    ':SYSTem:REMote': () => undefined,
    ':SYSTem:LOCal': () => undefined,
  };
  const instrument: Instrument = {
    identity: 'RIGOL TECHNOLOGIES,DP832,DP8A000000001,00.01.16',
    commands,
    reset: () => {
      selected = 0;
      for (const channel of channels) channel.reset();
    },
    trigger: () => {},
    isBusy: () => false,
    abort: () => {},
  };
  return new ScpiTalker(instrument, { clock });
}
