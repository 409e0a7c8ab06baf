// The wired bench: what one instrument is set to is what another one reads.

import { expect, test } from 'vitest';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { TalkerEar } from '../../../support/talker.ts';

function bench() {
  const clock = new ManualClock();
  const { talkers, probePoint } = makeBench({ clock, seed: 1 });
  const ears = Object.fromEntries(
    Object.entries(talkers).map(([name, talker]) => [name, new TalkerEar(talker, clock)]),
  );
  return { clock, probePoint, ear: (name: string) => ears[name]! };
}

/** More than a reading of 100 periods of the mains. */
const READING_MS = 2500;

test('the supply drives 100 Ω: meter and probe point see voltage and current', async () => {
  const { clock, ear, probePoint } = bench();
  ear('supply-rigol').tell(':APPL CH1,12.345,2;:OUTP CH1,ON');
  expect(await ear('supply-rigol').ask(':MEAS:ALL? CH1')).toBe('12.3450,0.1235,1.524');
  expect(await ear('meter-keysight').ask('MEAS:VOLT:DC?', READING_MS)).toBe('+1.23450000E+01');
  expect(await ear('meter-keysight').ask('MEAS:CURR:DC?', READING_MS)).toBe('+1.23450000E-01');
  expect(probePoint.voltageV(clock.nowMs() / 1e3)).toBe(12.345);
  expect(probePoint.currentA(clock.nowMs() / 1e3)).toBeCloseTo(0.12345, 12);
  ear('supply-rigol').tell(':OUTP CH1,OFF');
  expect(await ear('meter-keysight').ask('MEAS:VOLT:DC?', READING_MS)).toBe('+0.00000000E+00');
});

test('the limit of the current makes it a current source', async () => {
  const { ear } = bench();
  ear('supply-rigol').tell(':APPL CH1,10,0.05;:OUTP CH1,ON');
  expect(await ear('supply-rigol').ask(':OUTP:MODE? CH1;:MEAS:ALL? CH1')).toBe('CC;5.0000,0.0500,0.250');
});

test('over-voltage and over-current protections switch off until they are cleared', async () => {
  const { ear } = bench();
  const supply = ear('supply-rigol');
  supply.tell(':OUTP:OVP:VAL CH1,8;:OUTP:OVP CH1,ON;:APPL CH1,7.9,1;:OUTP CH1,ON');
  expect(await supply.ask(':OUTP? CH1;:OUTP:OVP:QUES? CH1')).toBe('ON;NO');
  supply.tell(':SOUR1:VOLT 8.1');
  expect(await supply.ask(':OUTP? CH1;:OUTP:OVP:QUES? CH1')).toBe('OFF;YES');
  supply.tell(':OUTP CH1,ON');
  expect(await supply.ask(':OUTP? CH1')).toBe('OFF');
  supply.tell(':OUTP:OVP:CLEAR CH1;:SOUR1:VOLT 5;:OUTP:OCP:VAL CH1,0.04;:OUTP:OCP CH1,ON;:OUTP CH1,ON');
  expect(await supply.ask(':OUTP? CH1;:OUTP:OCP:QUES? CH1')).toBe('OFF;YES');
});

test('set-points outside the rating are refused, inside they lie on the grid of the converter', async () => {
  const { ear } = bench();
  const supply = ear('supply-rigol');
  supply.tell(':SOUR3:VOLT 6');
  supply.tell(':SOUR1:VOLT 3.14159');
  expect(await supply.ask(':SOUR1:VOLT?;:SOUR3:VOLT?;:SYST:ERR?')).toBe('3.142;0.000;-222,"Data out of range"');
});

test('Keysight: channel lists', async () => {
  const { ear } = bench();
  const supply = ear('supply-keysight');
  supply.tell('VOLT 5,(@1);VOLT 12,(@2:3);:CURR 0.2,(@1);:OUTP ON,(@1,2)');
  expect(await supply.ask('VOLT? (@1:3);:OUTP? (@1,2,3)')).toBe(
    '+5.00000000E+00,+1.20000000E+01,+1.20000000E+01;1,1,0',
  );
  expect(await supply.ask('MEAS:VOLT? (@1);CURR? (@1)')).toBe('+5.00000000E+00;+1.00000000E-01');
  expect(await supply.ask('SYST:ERR?')).toBe('+0,"No error"');
});

test('a reading takes its time, and FETCh? waits for what INITiate began', async () => {
  const { clock, ear } = bench();
  const meter = ear('meter-keysight');
  ear('supply-rigol').tell(':APPL CH1,1,1;:OUTP CH1,ON');
  meter.tell('CONF:VOLT:DC 10;:VOLT:DC:NPLC 1;:SAMP:COUN 3;:INIT');
  meter.tell('FETC?');
  await clock.advance(59);
  expect(meter.answers).toHaveLength(0);
  await clock.advance(1);
  expect(meter.texts).toEqual(['+1.00000000E+00,+1.00000000E+00,+1.00000000E+00']);
  expect(await meter.ask('CONF?')).toBe('"VOLT +1.000000E+01,+3.000000E-05"');
});

test('overload, nothing to fetch, bus trigger', async () => {
  const { ear } = bench();
  const meter = ear('meter-keysight');
  ear('supply-rigol').tell(':APPL CH1,5,1;:OUTP CH1,ON');
  expect(await meter.ask('MEAS:VOLT:DC? 1', READING_MS)).toBe('+9.90000000E+37');
  meter.tell('CONF:VOLT:DC;:FETC?');
  expect(await meter.ask('SYST:ERR?')).toBe('-230,"Data corrupt or stale"');
  expect(await meter.ask('FUNC "CURR:AC";FUNC?;FUNC "VOLTage:DC";FUNC?')).toBe('"CURR:AC";"VOLT"');
  meter.tell('TRIG:SOUR BUS;:INIT');
  meter.talker.trigger();
  expect(await meter.ask('FETC?', READING_MS)).toBe('+5.00000000E+00');
});

test('the generator of Keysight is set for 50 Ω: an open input shows twice the amplitude', async () => {
  const { clock, ear } = bench();
  ear('generator-rigol').tell(':SOUR1:APPL:SIN 1000,2,0');
  ear('generator-keysight').tell('SOUR1:APPL:SIN 1000,2,0');
  ear('scope-rigol').tell(':CHAN3:DISP ON;SCAL 0.5;:CHAN1:SCAL 0.5');
  await clock.advance(1000);
  const scope = ear('scope-rigol');
  const [one, three] = (await scope.ask(':MEAS:ITEM? VPP,CHAN1;ITEM? VPP,CHAN3')).split(';').map(Number);
  expect(one).toBeCloseTo(2, 1);
  expect(three).toBeCloseTo(4, 1);
  ear('generator-keysight').tell('OUTP1:LOAD INF');
  expect(Number(await scope.ask(':MEAS:ITEM? VPP,CHAN3'))).toBeCloseTo(2, 1);
});

test('a 10:1 probe and its factor: the shown voltage is that of the wire', async () => {
  const { clock, ear } = bench();
  ear('generator-rigol').tell(':SOUR2:APPL:SQU 1000,6,1');
  const scope = ear('scope-rigol');
  scope.tell(':CHAN2:DISP ON;PROB 10;SCAL 1;OFFS -1;:TRIG:EDG:SOUR CHAN2;LEV 1');
  await clock.advance(1000);
  expect(await scope.ask(':MEAS:ITEM? VMAX,CHAN2;ITEM? VMIN,CHAN2')).toBe('4.000000e+00;-2.000000e+00');
  expect(Number(await scope.ask(':MEAS:ITEM? FREQ,CHAN2'))).toBeCloseTo(1000, -1);
  scope.tell(':CHAN2:PROB 1');
  expect(await scope.ask(':CHAN2:SCAL?;:MEAS:ITEM? VMAX,CHAN2')).toBe('1.000000e-01;4.000000e-01');
});
