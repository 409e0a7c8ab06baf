// What scans print. Of 2019 the examples of the documentation of BLISS; of 2021, which it shows none of, lines that Python's
// format() made with the specifications of its source: `^` with the column's width, `#g` for numbers.

import { describe, expect, test } from 'vitest';
import { planScan } from '../../../src/scan/plan.ts';
import { type ScanFacts, spanText } from '../../../src/scan/printed.ts';
import { printed2019 } from '../../../src/scan/printed-2019.ts';
import { printed2021 } from '../../../src/scan/printed-2021.ts';
import { SimulatedAxis } from '../../../src/scan/simulated.ts';
import { goldenJson } from '../../support/golden.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const axes = new Map(
  ['robz', 'roby'].map((name) => [name, new SimulatedAxis(new ManualClock(), { name, tolerance: 1e-4, speedPerS: 1 })]),
);
const TIMES = [
  { fullName: 'timer:elapsed_time', unit: 's' },
  { fullName: 'timer:epoch', unit: 's' },
];

function facts(command: string, others: Partial<ScanFacts>): ScanFacts {
  return {
    number: 7,
    plan: planScan(command, axes),
    channels: [],
    file: '/scans/test_session/data.h5',
    session: 'test_session',
    user: 'seb',
    startUnixMs: new Date(2019, 2, 6, 12, 45, 17).getTime(),
    ...others,
  };
}

/** As the engine makes it: values in the order of the channels. */
const row = (point: number, values: readonly number[]) => ({ point, values, times: { moveS: 0, countS: 0 } });
const EPOCH = 1_551_872_717;

describe('2019', () => {
  const { tables } = goldenJson<{
    tables: readonly { readonly rows: readonly (readonly number[])[]; readonly expected_lines: readonly string[] }[];
  }>('scans/table.json');

  test('the documentation’s scan, every line', () => {
    const printed = printed2019(
      facts('ascan robz 0 1 10 0.1 autoCounter', {
        channels: [{ fullName: 'axis:robz', unit: '' }, ...TIMES, { fullName: 'sim:autoCounter', unit: '' }],
      }),
    );
    const { rows, expected_lines } = tables[0]!;
    expect(printed.begin).toEqual([
      'Scan 7 Wed Mar 06 12:45 /scans/test_session/data.h5 test_session user = seb',
      'ascan robz 0 1 10 0.1',
      '',
      expected_lines[0],
    ]);
    const lines = rows.map(([point, dtS, robz, counter]) =>
      printed.point(row(point!, [robz!, dtS!, EPOCH + dtS!, counter!])),
    );
    expect(lines).toEqual(expected_lines.slice(1));
    expect(printed.end(2.167129)).toEqual(['', 'Took 0:00:02.167129']);
  });

  test('axes and counters are sorted by name, with their units', () => {
    const printed = printed2019(
      facts('amesh robz 0 1 3 roby 0 1 3 0.1', {
        channels: [
          { fullName: 'axis:robz', unit: 'mm' },
          { fullName: 'axis:roby', unit: '' },
          ...TIMES,
          { fullName: 'sim:monitor', unit: '' },
          { fullName: 'ctl:diode', unit: 'A' },
        ],
      }),
    );
    expect(printed.begin.at(-1)!.trim().split(/ +/)).toEqual(['#', 'dt[s]', 'roby', 'robz[mm]', 'diode[A]', 'monitor']);
    expect(
      printed
        .point(row(3, [1, 2, 0.5, EPOCH, 10, 20]))
        .trim()
        .split(/ +/)
        .map(Number),
    ).toEqual([3, 0.5, 2, 1, 20, 10]);
  });
});

describe('2021', () => {
  test('columns between bars, controllers above names', () => {
    const printed = printed2021(
      facts('ascan robz 0 1 10 0.1', {
        channels: [{ fullName: 'axis:robz', unit: 'mm' }, ...TIMES, { fullName: 'sim:a_long_counter', unit: 'mrad' }],
      }),
    );
    expect(printed.begin).toEqual([
      '   Wed Mar 06 12:45:17 2019: Scan(number=7, name=ascan, path=/scans/test_session/data.h5)',
      '',
      '               |   timer    |    axis    |        sim         ',
      '        #      |   dt[s]    |  robz[mm]  |a_long_counter[mrad]',
      '   ------------|------------|------------|--------------------',
    ]);
    const points = [
      row(0, [0, 0, EPOCH, 0.0526115]),
      row(1, [0.1111, 0.205485, EPOCH, 0.0731554]),
      row(10, [1234567, 123456.789, EPOCH, Number.NaN]),
      row(11, [-1.5e-12, 1e-7, EPOCH, 26]),
    ];
    expect(points.map((point) => printed.point(point))).toEqual([
      '        0      |  0.00000   |  0.00000   |     0.0526115      ',
      '        1      |  0.205485  |  0.111100  |     0.0731554      ',
      '        10     |  123457.   |1.23457e+06 |        nan         ',
      '        11     |1.00000e-07 |-1.50000e-12|      26.0000       ',
    ]);
    expect(printed.end(3723.5)).toEqual(['', '   Took 1:02:03.500000[s]']);
  });
});

test.each([
  [printed2019, ['Scan 7 Wed Mar 06 12:45  test_session user = seb', 'ct 0.5', '']],
  [printed2021, ['   Wed Mar 06 12:45:17 2019: Scan(number=7, name=ct, path=)', '']],
] as const)('a single count prints values and values per second, without a table', (style, begin) => {
  const channels = [...TIMES, { fullName: 'sim:diode', unit: '' }, { fullName: 'sim:monitor', unit: '' }];
  const printed = style(facts('ct 0.5', { channels, file: '' }));
  expect(printed.begin).toEqual(begin);
  expect(printed.point(row(0, [0, EPOCH, 0.0526115, Number.NaN])).split('\n')).toEqual([
    '                 diode  =        0.0526115   (       0.105223      /s)  sim',
    '               monitor  =      nan           (     nan             /s)  sim',
  ]);
});

// from str(datetime.timedelta(seconds=…)) of Python
test.each([
  [2.167129, '0:00:02.167129'],
  [3, '0:00:03'],
  [3723.5, '1:02:03.500000'],
  [0.0000004, '0:00:00'],
])('a span of %d s', (spanS, text) => {
  expect(spanText(spanS)).toBe(text);
});
