// Keysight E36312A (E36300 programming guide): commands take a channel list `(@1,2)` or act on the selected channel.

import type { Clock } from '../../../base/clock.ts';
import { type CommandTable, type Instrument, ScpiTalker } from './engine.ts';
import { ScpiError } from './status.ts';
import type { SupplyChannel, SupplyRating } from './supply.ts';
import { booleanOf, numberOf, requireRange, setting, signedExponential } from './values.ts';

/** Of its three channels (data sheet); what can be set is 3 % more. */
export const E36312A_RATINGS: readonly SupplyRating[] = [
  { maxV: 6, maxA: 5, voltageStepV: 1e-4, currentStepA: 1e-4 },
  { maxV: 25, maxA: 1, voltageStepV: 1e-3, currentStepA: 1e-4 },
  { maxV: 25, maxA: 1, voltageStepV: 1e-3, currentStepA: 1e-4 },
];
const HEADROOM = 1.03;

export function keysightSupply(channels: readonly SupplyChannel[], clock: Clock): ScpiTalker {
  let selected = 0;
  const format = (value: number) => signedExponential(value, 8);
  const bit = (isSet: boolean) => (isSet ? '1' : '0');
  /** Indices of the list that ends the arguments, and the arguments before it. */
  const listed = (
    args: readonly string[],
  ): { readonly values: readonly string[]; readonly chosen: readonly SupplyChannel[] } => {
    const last = args.at(-1) ?? '';
    const [, list] = /^\(@(.+)\)$/.exec(last) ?? [];
    const indices = list === undefined ? [selected] : list.split(',').flatMap(rangeOf);
    const chosen = indices.map((index) => {
      const channel = channels[index];
      if (channel === undefined) throw new ScpiError(-222);
      return channel;
    });
    return { values: list === undefined ? args : args.slice(0, -1), chosen };
  };
  const query = (header: string, read: (channel: SupplyChannel) => string): CommandTable => ({
    [`${header}?`]: ({ args }) => listed(args).chosen.map(read).join(','),
  });
  const command = (
    header: string,
    write: (channel: SupplyChannel, text: string | undefined) => void,
  ): CommandTable => ({
    [header]: ({ args }) => {
      const { values, chosen } = listed(args);
      for (const channel of chosen) write(channel, values[0]);
      return undefined;
    },
  });
  const level = (
    header: string,
    unit: string,
    read: (channel: SupplyChannel) => number,
    write: (channel: SupplyChannel, value: number) => void,
    maxOf: (rating: SupplyRating) => number,
  ): CommandTable => ({
    ...query(header, (channel) => format(read(channel))),
    ...command(header, (channel, text) => {
      const max = maxOf(channel.rating);
      write(channel, requireRange(numberOf(text, unit, { min: 0, max, default: 0 }), 0, max));
      channel.checkProtection();
    }),
  });
  const select = (index: number) => {
    if (channels[index] === undefined) throw new ScpiError(-222);
    selected = index;
  };
  const channelOf = (text: string): number => {
    const [, digit] = /^CH(?:ANNEL)?(\d)$/i.exec(text) ?? [];
    if (digit === undefined) throw new ScpiError(-224);
    return Number(digit) - 1;
  };
  const commands: CommandTable = {
    ...setting(
      ':INSTrument[:SELect]',
      () => `CH${selected + 1}`,
      (text) => select(channelOf(text)),
    ),
    ...setting(
      ':INSTrument:NSELect',
      () => String(selected + 1),
      (text) => select(numberOf(text, '') - 1),
    ),
    ...query(':MEASure[:SCALar][:VOLTage][:DC]', ({ point }) => format(point.voltageV)),
    ...query(':MEASure[:SCALar]:CURRent[:DC]', ({ point }) => format(point.currentA)),
    ...level(
      '[:SOURce]:VOLTage[:LEVel][:IMMediate][:AMPLitude]',
      'V',
      ({ setV }) => setV,
      (channel, value) => {
        channel.setV = value;
      },
      ({ maxV }) => maxV * HEADROOM,
    ),
    ...level(
      '[:SOURce]:CURRent[:LEVel][:IMMediate][:AMPLitude]',
      'A',
      ({ limitA }) => limitA,
      (channel, value) => {
        channel.limitA = value;
      },
      ({ maxA }) => maxA * HEADROOM,
    ),
    ...level(
      '[:SOURce]:VOLTage:PROTection[:LEVel]',
      'V',
      ({ overVoltageV }) => overVoltageV,
      (channel, value) => {
        channel.overVoltageV = value;
      },
      ({ maxV }) => maxV * 1.1,
    ),
    ...query('[:SOURce]:VOLTage:PROTection:TRIPped', ({ hasOverVoltageTripped }) => bit(hasOverVoltageTripped)),
    ...query('[:SOURce]:CURRent:PROTection:STATe', ({ isOverCurrentOn }) => bit(isOverCurrentOn)),
    ...command('[:SOURce]:CURRent:PROTection:STATe', (channel, text) => {
      channel.isOverCurrentOn = booleanOf(text);
      // the limit of the current is the level of the protection
      channel.checkProtection();
    }),
    ...query('[:SOURce]:CURRent:PROTection:TRIPped', ({ hasOverCurrentTripped }) => bit(hasOverCurrentTripped)),
    ...command(':OUTPut:PROTection:CLEar', (channel) => channel.clearProtection()),
    ...command('[:SOURce]:VOLTage:PROTection:CLEar', (channel) => channel.clearProtection()),
    ...query(':OUTPut[:STATe]', ({ isOn }) => bit(isOn)),
    ...command(':OUTPut[:STATe]', (channel, text) => {
      channel.isOn = booleanOf(text);
    }),
    ':APPLy': ({ args: [name = '', voltage, current] }) => {
      const index = channelOf(name);
      select(index);
      const channel = channels[index]!;
      const { maxV, maxA } = channel.rating;
      if (voltage !== undefined)
        channel.setV = requireRange(numberOf(voltage, 'V', { min: 0, max: maxV }), 0, maxV * HEADROOM);
      if (current !== undefined)
        channel.limitA = requireRange(numberOf(current, 'A', { min: 0, max: maxA }), 0, maxA * HEADROOM);
      return undefined;
    },
    ':SYSTem:REMote': () => undefined,
    ':SYSTem:LOCal': () => undefined,
  };
  const reset = () => {
    selected = 0;
    for (const channel of channels) {
      channel.reset();
      // it cannot be switched off on this family
      channel.isOverVoltageOn = true;
    }
  };
  reset();
  const instrument: Instrument = {
    identity: 'Keysight Technologies,E36312A,MY00000002,2.1.0-1.0.4-1.12',
    commands,
    reset,
    trigger: () => {},
    isBusy: () => false,
    abort: () => {},
  };
  return new ScpiTalker(instrument, { clock, formatError: (code, text) => `${code < 0 ? '' : '+'}${code},"${text}"` });
}

/** `1` or `1:3`, as indices. */
function rangeOf(text: string): number[] {
  const [first = Number.NaN, last = first] = text.split(':').map(Number);
  if (!Number.isInteger(first) || !Number.isInteger(last) || last < first || last - first > 100)
    throw new ScpiError(-224);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i - 1);
}
