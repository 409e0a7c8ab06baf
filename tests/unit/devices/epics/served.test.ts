// An instrument as process variables: names, types, limits, alarms and what a written value means.

import { describe, expect, test } from 'vitest';
import { nameOf, type ServedStatus, servedOf } from '../../../../src/devices/epics/served.ts';
import type { Parameter } from '../../../../src/model/parameter.ts';

const base = { help: '', group: '' };
const NUMBER: Parameter = {
  ...base,
  kind: 'number',
  id: 'CH1.voltage',
  label: 'Voltage',
  unit: 'V',
  min: 0,
  max: 32,
  step: 0,
  default: 0,
};
const CHOICE: Parameter = {
  ...base,
  kind: 'choice',
  id: 'range',
  label: 'Range',
  choices: [
    { value: 'auto', label: 'Automatic' },
    { value: '10A', label: '10 A' },
  ],
  default: 'auto',
};
const SWITCH: Parameter = { ...base, kind: 'toggle', id: 'on', label: 'On', default: false };
const TEXT: Parameter = { ...base, kind: 'text', id: 'who', label: 'Who', default: '', isReadOnly: true };
const ACTION: Parameter = { ...base, kind: 'action', id: 'blink', label: 'Blink' };

const STATUS: ServedStatus = {
  state: 'idle',
  parameters: [NUMBER, CHOICE, SWITCH, TEXT, ACTION],
  values: { 'CH1.voltage': 3.3, range: '10A', on: true, who: 'Rüdiger' },
  reading: {
    utc: 0n as NonNullable<ServedStatus['reading']>['utc'],
    values: [
      { id: 'CH1.current', label: 'Current', unit: 'A', value: 0.25 },
      { id: 'power', label: 'Power', unit: 'W', value: Number.NaN },
    ],
    accumulatedS: undefined,
  },
};

const byId = (status: ServedStatus) => new Map(servedOf(status, []).map((served) => [served.id, served]));

test.each([
  [{ prefix: 'OSZI', name: 'sim' }, 'OSZI:sim:arm'],
  [{ prefix: 'OSZI:', name: 'sim' }, 'OSZI:sim:arm'],
  [{ prefix: 'KMC3:XPP:OSZI:', name: ':sim:' }, 'KMC3:XPP:OSZI:sim:arm'],
  [{ prefix: '', name: 'my scope.1' }, 'my_scope_1:arm'],
])('%o is %s', (plan, name) => {
  expect(nameOf(plan, 'arm')).toBe(name);
});

test('settings and readings have types, units, limits and choices', () => {
  const served = byId(STATUS);
  expect([...served.keys()]).toEqual([
    'state',
    'CH1:voltage',
    'range',
    'on',
    'who',
    'blink',
    'CH1:current:value',
    'power:value',
  ]);
  expect(served.get('CH1:voltage')).toMatchObject({
    type: 'DOUBLE',
    meta: { unit: 'V', control: [0, 32] },
    data: Float64Array.of(3.3),
    alarm: { severity: 0 },
  });
  expect(served.get('range')).toMatchObject({
    type: 'ENUM',
    meta: { choices: ['Automatic', '10 A'] },
    data: Uint16Array.of(1),
  });
  expect(served.get('on')).toMatchObject({ type: 'ENUM', data: Uint16Array.of(1), meta: { choices: ['Off', 'On'] } });
  expect(served.get('who')).toMatchObject({ type: 'STRING', data: ['Rüdiger'] });
  expect(served.get('who')!.write).toBeUndefined();
  expect(served.get('CH1:current:value')).toMatchObject({ data: Float64Array.of(0.25), meta: { unit: 'A' } });
  // UDF, INVALID
  expect(served.get('power:value')!.alarm).toEqual({ status: 17, severity: 3 });
});

test('what is written is what the user would set', () => {
  const served = byId(STATUS);
  const write = (id: string, data: Parameters<NonNullable<ReturnType<typeof servedOf>[0]['write']>>[0]) =>
    served.get(id)!.write!(data);
  expect(write('CH1:voltage', Float64Array.of(5))).toEqual({ parameterId: 'CH1.voltage', value: 5 });
  expect(write('range', Uint16Array.of(0))).toEqual({ parameterId: 'range', value: 'auto' });
  expect(write('on', Uint16Array.of(0))).toEqual({ parameterId: 'on', value: false });
  expect(write('blink', Int32Array.of(0))).toEqual({ parameterId: 'blink', value: true });
  expect(() => write('range', Uint16Array.of(2))).toThrow('Range has no choice 2.');
});

test.each(['lost', 'failed', 'opening'] as const)(
  'of an instrument that is %s everything but the state is INVALID, COMM',
  (state) => {
    for (const { id, alarm } of servedOf({ ...STATUS, state }, [])) {
      expect([id, alarm]).toEqual([id, id === 'state' ? { status: 0, severity: 0 } : { status: 9, severity: 3 }]);
    }
  },
);

describe('what does not fit', () => {
  test('more than sixteen choices, or longer ones than 25 bytes, are a text', () => {
    const many: Parameter = {
      ...CHOICE,
      choices: Array.from({ length: 17 }, (_, n) => ({ value: `${n}`, label: `${n}` })),
    };
    const long: Parameter = { ...CHOICE, choices: [{ value: 'auto', label: 'µ'.repeat(13) }] };
    for (const parameter of [many, long]) {
      const served = byId({ ...STATUS, parameters: [parameter], values: { range: 'auto' } }).get('range')!;
      expect(served).toMatchObject({ type: 'STRING', data: ['auto'] });
      expect(served.write!(['5'])).toEqual({ parameterId: 'range', value: '5' });
    }
  });

  test('texts are cut after 39 bytes, at a whole character', () => {
    const served = byId({ ...STATUS, parameters: [TEXT], values: { who: 'µ'.repeat(30) } }).get('who')!;
    expect(served.data).toEqual(['µ'.repeat(19)]);
  });
});

test('what can take one record can be armed, and says so while it is', () => {
  const choices = ['run', 'single', 'stop'].map((value) => ({ value, label: value }));
  const run: Parameter = { ...CHOICE, id: 'run', label: 'Acquisition', choices };
  const armOf = (mode: string) => byId({ ...STATUS, parameters: [run], values: { run: mode } }).get('arm')!;
  expect(armOf('single').data).toEqual(Int32Array.of(1));
  expect(armOf('stop').data).toEqual(Int32Array.of(0));
  expect(armOf('stop').write!(Int32Array.of(42))).toEqual({ parameterId: 'run', value: 'single' });
});
