// The soft fuses as parameters. Threshold and time are one pair of registers, so setting either writes both, with the
// fuse off meanwhile.

import type { ParameterValue } from '../../../model/parameter.ts';
import { type FuseSetting, fuseRegisters, fuseSetting } from './fuse.ts';
import type { Js220Setting, KnownTopics, SettingPublication } from './setting.ts';

const FUSES = [0, 1];
const GROUP = 'Fuses';
const DEFAULT: FuseSetting = { thresholdA: 1, durationS: 0.1 };

function fuse(number: number): readonly Js220Setting[] {
  const id = (name: string) => `fuse.${number}.${name}`;
  const topic = (name: string) => `s/fuse/${number}/${name}`;
  const ids = { enabled: id('enabled'), threshold: id('threshold'), duration: id('duration'), engaged: id('engaged') };
  const isSet = ({ values }: KnownTopics, name: string) => Number(values.get(topic(name)) ?? 0) !== 0;
  const now = ({ values }: KnownTopics): FuseSetting =>
    fuseSetting({ f: Number(values.get(topic('F')) ?? 0), k: Number(values.get(topic('K')) ?? 0) }) ?? DEFAULT;
  const write = (
    setting: FuseSetting,
    current: Readonly<Record<string, ParameterValue>>,
    isOn = current[ids.enabled] === true,
  ): readonly SettingPublication[] => {
    const { f, k } = fuseRegisters(setting);
    return [
      { topic: topic('en'), value: 0 },
      { topic: topic('F'), value: f },
      { topic: topic('K'), value: k },
      ...(isOn ? [{ topic: topic('en'), value: 1 }] : []),
    ];
  };
  const shown = (value: number) => Number(value.toPrecision(4));
  return [
    {
      topic: topic('en'),
      parameter: {
        kind: 'toggle',
        id: ids.enabled,
        label: `Fuse ${number}`,
        help: 'Opens the circuit when the current stays above the threshold for too long.',
        group: GROUP,
        isExpert: true,
        default: false,
      },
      // The registers of a fuse that was never set would mean none.
      publish: (value, current, known) =>
        value === true ? write(now(known), current, true) : [{ topic: topic('en'), value: 0 }],
      read: (known) => isSet(known, 'en'),
    },
    {
      topic: topic('F'),
      parameter: {
        kind: 'number',
        id: ids.threshold,
        label: `Fuse ${number} threshold`,
        help: 'A current below this never opens the circuit.',
        group: GROUP,
        unit: 'A',
        min: 0.001,
        max: 10,
        step: 0,
        isExpert: true,
        default: DEFAULT.thresholdA,
      },
      publish: (value, current, known) => write({ ...now(known), thresholdA: Number(value) }, current),
      read: (known) => shown(now(known).thresholdA),
    },
    {
      topic: topic('K'),
      parameter: {
        kind: 'number',
        id: ids.duration,
        label: `Fuse ${number} time`,
        help: 'Twice the threshold opens the circuit after this time.',
        group: GROUP,
        unit: 's',
        min: 0.002,
        max: 100,
        step: 0,
        isExpert: true,
        default: DEFAULT.durationS,
      },
      publish: (value, current, known) => write({ ...now(known), durationS: Number(value) }, current),
      read: (known) => shown(now(known).durationS),
    },
    {
      topic: topic('engaged'),
      parameter: {
        kind: 'toggle',
        id: ids.engaged,
        label: `Fuse ${number} has opened`,
        help: 'The circuit stays open until the fuses are closed.',
        group: GROUP,
        isReadOnly: true,
        isExpert: true,
        default: false,
      },
      publish: () => [],
      read: (known) => isSet(known, 'engaged'),
    },
  ];
}

const CLOSE: Js220Setting = {
  topic: 's/fuse/+/!clear',
  parameter: {
    kind: 'action',
    id: 'fuse.close',
    label: 'Close fuses',
    help: 'Closes the circuit again after a fuse has opened it.',
    group: GROUP,
    isExpert: true,
  },
  publish: () => [{ topic: 's/fuse/+/!clear', value: FUSES.reduce((bits, number) => bits | (1 << number), 0) }],
};

export const FUSE_SETTINGS: readonly Js220Setting[] = [...FUSES.flatMap(fuse), CLOSE];
