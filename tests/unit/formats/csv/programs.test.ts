// Tables in the forms of programs and loggers whose head or times mislead at first sight, with numbers of our own.

import { expect, it } from 'vitest';
import { codesOf, openTable, rowLines, signalsOf, valuesOf } from '../../../support/tables.ts';

const COUNT = 60;
const v = (row: number): string => ((row % 7) * 0.25 - 0.5).toString();
const rows = (line: (row: number) => string): string => rowLines(COUNT, line);
const two = (number: number): string => String(number).padStart(2, '0');
const LABVIEW = 'LabVIEW Measurement\t\nSeparator\tTab\n***End_of_Header***\t\n\t\n';

it.each<[string, string, (readonly (string | number)[])[]]>([
  [
    'our own export of counted samples',
    `sample,a (V),b\n${rows((row) => `${row + 40}.0,${v(row)},2`)}`,
    [
      ['a', 'V', 1, 40, COUNT],
      ['b', '', 1, 40, COUNT],
    ],
  ],
  [
    'our own export along an axis with a name of its own',
    `x (K),a (V)\n${rows((row) => `${row * 0.5 + 4},${v(row)}`)}`,
    [['a', 'V', 2, 4, COUNT]],
  ],
  [
    'Siglent: two sources and more in a setting',
    `Record Length,Analog:60\nSample Interval,CH1:0.00000004 CH3:0.00000004\nModel Number,SDS\nSource,CH1,CH3\nSecond,Volt,Ampere\n${rows((row) => `${(row * 4e-8 - 8e-7).toFixed(11)},${v(row)},1`)}`,
    [
      ['CH1', 'V', 2.5e7, -8e-7, COUNT],
      ['CH3', 'A', 2.5e7, -8e-7, COUNT],
    ],
  ],
  [
    'Tektronix MDO: digital channels with settings of their own',
    `Model,MDO\nWaveform Type,ANALOG,,Waveform Type,DIGITAL,,\nSample Interval,4e-09,,Sample Interval,4e-09,,\nVertical Units,V,,Vertical Units,V,V,\n,,,,,,\nTIME,CH1,,TIME,D15,D14,\n${rows((row) => `${(row * 4e-9).toExponential(6)},${v(row)},,${(row * 4e-9).toExponential(6)},${row % 2},1,`)}`,
    [
      ['CH1', 'V', 2.5e8, 0, COUNT],
      ['D15', '', 2.5e8, 0, COUNT],
      ['D14', '', 2.5e8, 0, COUNT],
    ],
  ],
  [
    'Infiniium: settings with a colon and a comma, one of them a time of day',
    `Type:,raw\nStart:,0\nXInc:,5.0E-11\nXOrg:,-1.0E-09\nYUnits:,Volt\nTime:,15:43:33:12\nData:\n${rows((row) => v(row))}`,
    [['column 1', 'V', 2e10, -1e-9, COUNT]],
  ],
  [
    'Infiniium with the times: they say where the first sample lies',
    `Type:,raw\nXInc:,5.0E-11\nYUnits:,Volt\nTime:,15:43:33:12\nData:\n${rows((row) => `${((row - 9) * 5e-11).toExponential(8)},${v(row)}`)}`,
    [['column 2', 'V', 2e10, -4.5e-10, COUNT]],
  ],
  [
    'Yokogawa DL: more settings as wide as the rows',
    `"TraceName","CH1","CH2"\n"VUnit","V","A"\n"HResolution",8E-07,8E-07\n"HOffset",-2.4E-05,-2.4E-05\n"HUnit","s","s"\n"PhaseShift",0,0\n"Time","15:43:33.1","15:43:33.1"\n\n${rows((row) => `,${v(row)},2,`)}`,
    [
      ['CH1', 'V', 1.25e6, -2.4e-5, COUNT],
      ['CH2', 'A', 1.25e6, -2.4e-5, COUNT],
    ],
  ],
  [
    'Yokogawa WT: milliseconds in a column beside the clock',
    `Date,Time,Millisecond,Urms-1\n${rows((row) => `2026/03/04,15:43:${10 + Math.floor(row / 5)},${(row % 5) * 200},${v(row)}`)}`,
    [['Urms-1', '', 5, 0, COUNT]],
  ],
  [
    'the fraction of a second in a column beside the clock',
    `Date,Time,Fractional,U\n${rows((row) => `2026-03-04,15:43:${10 + Math.floor(row / 10)},0.${row % 10},${v(row)}`)}`,
    [['U', '', 10, 0, COUNT]],
  ],
  [
    'Graphtec: signs that stand apart, a line of units',
    `Number,Date&Time,ms,CH1,CH2\nNO.,Time,ms,V,degC\n${rows((row) => `${row + 1},2026/03/04 15:43:${10 + Math.floor(row / 2)},${(row % 2) * 500},+ 1.5,- ${row}.25`)}`,
    [
      ['Number', '', 2, 0, COUNT],
      ['CH1', 'V', 2, 0, COUNT],
      ['CH2', '°C', 2, 0, COUNT],
    ],
  ],
  [
    'Hantek: the step is called CLOCK',
    `#CHANNEL:CH1\n#CLOCK=8.0uS\n#SIZE=60\n#UNITS:V\n\n${rows((row) => v(row))}`,
    [['CH1', 'V', 125_000, 0, COUNT]],
  ],
  [
    'sigrok: kinds for names, channels in a comment',
    `; Channels (2/8): D0, CLK\n; Samplerate: 24 MHz\nlogic,logic\n${rows((row) => `${row % 2},1`)}`,
    [
      ['D0', '', 2.4e7, 0, COUNT],
      ['CLK', '', 2.4e7, 0, COUNT],
    ],
  ],
  [
    'sigrok: times in the unit that the rate needs',
    `; Channels (2/8): CLK, DATA\n; Samplerate: 500 kHz\nTime,CLK,DATA\n${rows((row) => `${row * 2},${row % 2},${v(row)}`)}`,
    [
      ['CLK', '', 5e5, 0, COUNT],
      ['DATA', '', 5e5, 0, COUNT],
    ],
  ],
  [
    'sigrok: units for names',
    `; Channels (1/1): A0\n; Samplerate: 1 kHz\nnanoseconds,V DC\n${rows((row) => `${row * 1_000_000},${v(row)}`)}`,
    [['A0', 'V', 1000, 0, COUNT]],
  ],
  [
    'Saleae: decoded bytes begin at start_time',
    `name,type,start_time,duration,data\n${rows((row) => `"UART","data",${(row * 0.002).toFixed(6)},0.0001,0x4${row % 10}`)}`,
    [
      ['duration', '', 500, 0, COUNT],
      ['data', '', 500, 0, COUNT],
    ],
  ],
  [
    'InfluxDB: the start and the end of the query before the times',
    `,result,_start,_stop,_time,_value\n${rows((row) => `,,2026-03-04T00:00:00Z,2026-03-04T01:00:00Z,2026-03-04T00:00:${two(row)}Z,${v(row)}`)}`,
    [
      ['result', '', 1, 0, COUNT],
      ['_value', '', 1, 0, COUNT],
    ],
  ],
  [
    'COMSOL: blanks within names, more of them between',
    `% Version:  6\n% Time (s)            Electric potential (V)\n${rows((row) => `${(row * 0.01).toFixed(2).padEnd(22)}${v(row)}`)}`,
    [['Electric potential', 'V', 100, 0, COUNT]],
  ],
  [
    'Origin: comments below the units',
    `Time\tVoltage\ns\tV\nmeasured\traw\n${rows((row) => `${(row * 0.01).toFixed(2)}\t${v(row)}`)}`,
    [['Voltage', 'V', 100, 0, COUNT]],
  ],
  [
    'HOBO: the unit before a remark in brackets',
    `"#","Date Time, GMT+01:00","Temp, °C (LGR S/N: 1, SEN S/N: 2)"\n${rows((row) => `${row + 1},2026-03-04 15:${two(row)}:00,${v(row)}`)}`,
    [['Temp', '°C', 1 / 60, 0, COUNT]],
  ],
  [
    'LabVIEW: a column of times for each channel, decimal commas',
    `${LABVIEW}Channels\t2\t\t\t\nSamples\t60\t\t60\t\nY_Unit_Label\tVolts\t\tAmps\t\nX0\t0,0\t\t0,0\t\nDelta_X\t0,002\t\t0,002\t\n***End_of_Header***\t\t\t\t\nX_Value\tU in\tX_Value\tI out\tComment\n${rows((row) => `${(row * 0.002).toFixed(6)}\t${v(row)}\t${(row * 0.002).toFixed(6)}\t2,5\t`.replaceAll('.', ','))}`,
    [
      ['U in', 'V', 500, 0, COUNT],
      ['I out', 'A', 500, 0, COUNT],
    ],
  ],
  [
    'LabVIEW without times: the step in the head',
    `${LABVIEW}Channels\t1\t\nSamples\t60\t\nY_Unit_Label\tVolts\t\nX0\t0.5\t\nDelta_X\t0.001\t\n***End_of_Header***\t\t\nX_Value\tU\tComment\n${rows((row) => `\t${v(row)}`)}`,
    [['U', 'V', 1000, 0.5, COUNT]],
  ],
  [
    'a clock without leading zeros',
    `Time,U(V)\n${rows((row) => `2026/3/4 15:${row}:7,${v(row)}`)}`,
    [['U', 'V', 1 / 60, 0, COUNT]],
  ],
  [
    'a sensor that does not answer at first',
    `id,state,last_changed\n${rows((row) => `t1,${row < 2 ? 'starting up' : v(row)},2026-03-04T15:43:${two(row)}Z`)}`,
    [['state', '', 1, 0, COUNT]],
  ],
  [
    'an interval in minutes',
    `Sample Interval,5 min\na,b\n${rows((row) => `${v(row)},7`)}`,
    [
      ['a', '', 1 / 300, 0, COUNT],
      ['b', '', 1 / 300, 0, COUNT],
    ],
  ],
  [
    'a date where the first sample is looked for',
    `Start,2026-03-04 15:43:33\nSample Rate,1000\na,b\n${rows((row) => `${v(row)},7`)}`,
    [
      ['a', '', 1000, 0, COUNT],
      ['b', '', 1000, 0, COUNT],
    ],
  ],
  ['whole days', `day,rain\n${rows((row) => `${row + 1},${v(row)}`)}`, [['rain', '', 1 / 86_400, 86_400, COUNT]]],
])('%s', async (_name, text, signals) => {
  const reader = await openTable(text);
  const precise = signals.map((signal) =>
    signal.map((cell) => (typeof cell === 'number' ? Number(cell.toPrecision(9)) : cell)),
  );
  expect(signalsOf(reader)).toEqual(precise);
  expect(codesOf(reader).filter((code) => ['guess', 'dropped', 'time-gap', 'footer'].includes(code))).toEqual([]);
});

it('an axis that counts is that of the export, and a rate makes it a time', async () => {
  const text = `sample,a\n${rows((row) => `${row}.0,${v(row)}`)}`;
  const [signal] = (await openTable(text)).store.signals();
  expect(signal?.axis).toEqual({ name: 'sample', unit: '' });
  const timed = (await openTable(text, { rateHz: 50 })).store.signals().find(({ id }) => id === 'a');
  expect(timed).toMatchObject({ sampleRateHz: 50, endSample: COUNT });
  expect(timed?.axis).toBeUndefined();
});

it('a text in the first rows is a missing sample, not a head', async () => {
  const reader = await openTable(
    `time,u\n${rows((row) => `2026-03-04 15:43:${two(row)},${row < 3 ? 'warming up' : v(row)}`)}`,
  );
  expect((await valuesOf(reader, 'u')).slice(0, 4)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number(v(3))]);
  expect(codesOf(reader)).toContain('missing');
});

it.each([
  ['min,max', 'a lowest value is no minute'],
  ['x,y,z', 'a direction is no time'],
])('%s: %s', async (names) => {
  const width = names.split(',').length;
  const line = (row: number) => [row * 0.5, ...Array.from({ length: width - 1 }, () => v(row))].join(',');
  const reader = await openTable(`${names}\n${rows(line)}`);
  expect(codesOf(reader)).toContain('no-time-column');
});

it.each(['x,y', 'T,U (V)'])('%s: a letter that is taken as the time is said', async (names) => {
  const reader = await openTable(`${names}\n${rows((row) => `${row * 0.5},${v(row)}`)}`);
  expect(codesOf(reader)).toContain('guess');
});

it('the X of an oscilloscope needs no word', async () => {
  const reader = await openTable(`X,CH1\n,Volt\n${rows((row) => `${(row * 2e-6).toExponential(3)},${v(row)}`)}`);
  expect(signalsOf(reader)).toEqual([['CH1', 'V', 5e5, 0, COUNT]]);
  expect(codesOf(reader)).toEqual([]);
});

it.each(['Resolution: 16', 'Data rate: 9600'])('%s says no time', async (setting) => {
  const reader = await openTable(`# ${setting}\na,b\n${rows((row) => `${v(row)},3`)}`);
  expect(codesOf(reader)).toContain('no-time-column');
});

it('a clock of whole seconds with ten rows in each', async () => {
  const reader = await openTable(`time,u\n${rows((row) => `15:43:${10 + Math.floor(row / 10)},${v(row)}`)}`);
  // 15 h 43 min 10 s
  expect(signalsOf(reader)).toEqual([['u', '', 10, 56_590, COUNT]]);
});

it('a unit in the cells of the time counts, even where it changes', async () => {
  const text = `t,u\n${rows((row) => `${row < 10 ? `${row * 100} ms` : `${(row / 10).toFixed(1)} s`},${v(row)}`)}`;
  expect(signalsOf(await openTable(text))).toEqual([['u', '', 10, 0, COUNT]]);
  const even = `t,u\n${rows((row) => `${row * 10} ms,${v(row)}`)}`;
  expect(signalsOf(await openTable(even))).toEqual([['u', '', 100, 0, COUNT]]);
});

it('dates may name columns', async () => {
  const reader = await openTable(`t (s),2026-03-04,2026-03-05\n${rows((row) => `${row / 10},${v(row)},1`)}`);
  expect(signalsOf(reader).map(([name]) => name)).toEqual(['2026-03-04', '2026-03-05']);
});

it('a whole interval without a unit is a guess', async () => {
  const text = (interval: string) => `Interval: ${interval}\na,b\n${rows((row) => `${v(row)},1`)}`;
  expect(codesOf(await openTable(text('100')))).toEqual(['guess']);
  expect(codesOf(await openTable(text('100 ms')))).toEqual([]);
  expect(codesOf(await openTable(text('1.0E-03')))).toEqual([]);
});

it('a start in Unix time is no place on the axis', async () => {
  const text = `Start Time: 1772639013\nSample Rate (Hz): 1000\na,b\n${rows((row) => `${v(row)},1`)}`;
  expect(signalsOf(await openTable(text))[0]).toEqual(['a', '', 1000, 0, COUNT]);
});

it('a name of a zone is one', async () => {
  const reader = await openTable(`time,u\n${rows((row) => `2026-03-04 15:43:${two(row)} CET,${v(row)}`)}`);
  const same = await openTable(`time,u\n${rows((row) => `2026-03-04T14:43:${two(row)}Z,${v(row)}`)}`);
  expect(signalsOf(reader)).toEqual([['u', '', 1, 0, COUNT]]);
  expect(reader.store.originUtc).toBe(same.store.originUtc);
});

it('cells that are missing at the end of most rows are missing samples', async () => {
  const reader = await openTable(`t (s),a,b\n${rows((row) => `${row / 10},${v(row)}${row % 3 === 0 ? ',5' : ''}`)}`);
  expect(signalsOf(reader).map(([name, , rate]) => [name, rate])).toEqual([
    ['a', 10],
    ['b', 10],
  ]);
  expect((await valuesOf(reader, 'b')).slice(0, 4)).toEqual([5, Number.NaN, Number.NaN, 5]);
});
