// The JS110's settings as typed parameters: what the settings panel shows, what the driver accepts, and how each
// value stands in the control messages.

import type { ChoiceParameter, Parameter, ParameterValue } from '../../../model/parameter.ts';

interface CodedChoice {
  readonly value: string;
  readonly label: string;
  readonly code: number;
}

/** Codes of SETTINGS byte 9. */
export const CURRENT_RANGES: readonly CodedChoice[] = [
  { value: 'auto', label: 'Automatic', code: 0x80 },
  { value: '10A', label: '10 A', code: 0x01 },
  { value: '2A', label: '2 A', code: 0x02 },
  { value: '180mA', label: '180 mA', code: 0x04 },
  { value: '18mA', label: '18 mA', code: 0x08 },
  { value: '1.8mA', label: '1.8 mA', code: 0x10 },
  { value: '180uA', label: '180 µA', code: 0x20 },
  { value: '18uA', label: '18 µA', code: 0x40 },
  { value: 'off', label: 'Off (target loses power)', code: 0x00 },
];

export const VOLTAGE_RANGES: readonly CodedChoice[] = [
  { value: '15V', label: '15 V', code: 0 },
  { value: '5V', label: '5 V', code: 1 },
];

/** Codes of EXTIO bytes 10 and 11. */
export const LSB_SOURCES: readonly CodedChoice[] = [
  { value: 'adc', label: 'Measurement', code: 0 },
  { value: 'gpi0', label: 'Input 0', code: 2 },
  { value: 'gpi1', label: 'Input 1', code: 3 },
];

/** Codes are millivolts of EXTIO word 20. */
export const IO_VOLTAGES: readonly CodedChoice[] = [
  { value: '0', label: 'Off', code: 0 },
  ...[1800, 2100, 2500, 2700, 3000, 3300, 3600, 5000].map((code) => ({
    value: String(code),
    label: `${(code / 1000).toFixed(1)} V`,
    code,
  })),
];

const SUPPRESSION_MODES = [
  { value: 'off', label: 'Off' },
  { value: 'interp', label: 'Interpolate' },
  { value: 'mean', label: 'Mean' },
  { value: 'nan', label: 'Leave out' },
] as const;

/** Samples around a range change: by table (`n` normal, `m` minimal) or a fixed number. */
const SUPPRESSION_WINDOWS = [
  { value: 'n', label: 'Normal' },
  { value: 'm', label: 'Minimal' },
  ...Array.from({ length: 13 }, (_, count) => ({ value: String(count), label: `${count} samples` })),
];

const choice = (
  parameter: Omit<ChoiceParameter, 'kind' | 'choices'>,
  choices: readonly { readonly value: string; readonly label: string }[],
): ChoiceParameter => ({
  kind: 'choice',
  choices: choices.map(({ value, label }) => ({ value, label })),
  ...parameter,
});

const RANGE_GROUP = 'Ranges';
const SUPPRESSION_GROUP = 'Range switching';
const IO_GROUP = 'Inputs and outputs';

export const JS110_PARAMETERS: readonly Parameter[] = [
  choice(
    {
      id: 'current.range',
      label: 'Current range',
      help: 'Automatic follows the load from nanoampere to 10 A. A fixed range clips above its limit. Off opens the circuit.',
      group: RANGE_GROUP,
      default: 'auto',
    },
    CURRENT_RANGES,
  ),
  choice(
    {
      id: 'voltage.range',
      label: 'Voltage range',
      help: 'The 5 V range resolves three times finer.',
      group: RANGE_GROUP,
      default: '15V',
    },
    VOLTAGE_RANGES,
  ),
  choice(
    {
      id: 'suppression.mode',
      label: 'Suppression',
      help: 'What replaces the few disturbed samples while the current range switches.',
      group: SUPPRESSION_GROUP,
      default: 'interp',
    },
    SUPPRESSION_MODES,
  ),
  choice(
    {
      id: 'suppression.window',
      label: 'Window',
      help: 'How many samples are replaced after a switch. Normal and minimal depend on the two ranges.',
      group: SUPPRESSION_GROUP,
      isExpert: true,
      default: 'n',
    },
    SUPPRESSION_WINDOWS,
  ),
  {
    kind: 'number',
    id: 'suppression.pre',
    label: 'Samples before',
    help: 'Samples before the switch that the mean takes in.',
    group: SUPPRESSION_GROUP,
    isExpert: true,
    unit: '',
    min: 0,
    max: 8,
    step: 1,
    default: 1,
  },
  {
    kind: 'number',
    id: 'suppression.post',
    label: 'Samples after',
    help: 'Samples after the switch that the mean takes in.',
    group: SUPPRESSION_GROUP,
    isExpert: true,
    unit: '',
    min: 0,
    max: 8,
    step: 1,
    default: 1,
  },
  choice(
    {
      id: 'io.voltage',
      label: 'I/O voltage',
      help: 'Level of the general-purpose inputs and outputs. Match it to the target.',
      group: IO_GROUP,
      default: '3300',
    },
    IO_VOLTAGES,
  ),
  { kind: 'toggle', id: 'gpo.0', label: 'Output 0', help: 'Level of OUT0.', group: IO_GROUP, default: false },
  { kind: 'toggle', id: 'gpo.1', label: 'Output 1', help: 'Level of OUT1.', group: IO_GROUP, default: false },
  {
    kind: 'toggle',
    id: 'gpi.0',
    label: 'Input 0',
    help: 'Level of IN0 now.',
    group: IO_GROUP,
    isReadOnly: true,
    default: false,
  },
  {
    kind: 'toggle',
    id: 'gpi.1',
    label: 'Input 1',
    help: 'Level of IN1 now.',
    group: IO_GROUP,
    isReadOnly: true,
    default: false,
  },
  choice(
    {
      id: 'current.lsb',
      label: 'Lowest bit of current',
      help: 'Lets an input take the place of the lowest bit, so that gpi[0] is sampled with the current. It is then no part of the value.',
      group: IO_GROUP,
      isExpert: true,
      default: 'adc',
      carries: { signalId: 'gpi[0]', unless: 'adc' },
    },
    LSB_SOURCES,
  ),
  choice(
    {
      id: 'voltage.lsb',
      label: 'Lowest bit of voltage',
      help: 'Lets an input take the place of the lowest bit, so that gpi[1] is sampled with the voltage. It is then no part of the value.',
      group: IO_GROUP,
      isExpert: true,
      default: 'adc',
      carries: { signalId: 'gpi[1]', unless: 'adc' },
    },
    LSB_SOURCES,
  ),
];

/** Message code of a choice that was checked. */
export function codeOf(choices: readonly CodedChoice[], value: ParameterValue | undefined): number {
  return choices.find((option) => option.value === value)?.code ?? choices[0]!.code;
}

/** Choice of a message code; the first one for a code that is not in the table. */
export function choiceOf(choices: readonly CodedChoice[], code: number): string {
  return (choices.find((option) => option.code === code) ?? choices[0]!).value;
}
