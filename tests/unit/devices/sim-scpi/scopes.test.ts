// The simulated scopes: every format and byte order that they have is the sine on their input, as the decoders read it,
// which were made apart from them; the trigger over time, paging, clipping, coercion, pictures.

import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeKeysight } from '../../../../src/devices/scope/keysight.ts';
import { decodeLecroy } from '../../../../src/devices/scope/lecroy.ts';
import { decodeRohdeSchwarz } from '../../../../src/devices/scope/other.ts';
import { decodeRigol } from '../../../../src/devices/scope/rigol.ts';
import { decodeSiglent, decodeSiglentLegacy } from '../../../../src/devices/scope/siglent.ts';
import { decodeTektronix } from '../../../../src/devices/scope/tektronix.ts';
import type { Waveform } from '../../../../src/devices/scope/waveform.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { TalkerEar } from '../../../support/talker.ts';

const AMPLITUDE_V = 3;
const OFFSET_V = 0.3;
const FREQUENCY_HZ = 1234;
/** The generator, seen from its rising edge through 0.3 V. */
const sine = (timeS: number) => OFFSET_V + (AMPLITUDE_V / 2) * Math.sin(2 * Math.PI * FREQUENCY_HZ * timeS);

async function scope(name: string, ...setup: string[]) {
  const clock = new ManualClock();
  const { talkers } = makeBench({ clock, seed: 1 });
  const generator = new TalkerEar(talkers['generator-rigol']!, clock);
  generator.tell(`:SOUR1:APPL:SIN ${FREQUENCY_HZ},${AMPLITUDE_V},${OFFSET_V}`);
  const ear = new TalkerEar(talkers[name]!, clock);
  for (const message of setup) ear.tell(message);
  await clock.advance(1000);
  return { clock, ear, generator };
}

/** Half a step of the converter, and what eight digits of an answer or single precision leave. */
function expectSine({ x0S, dxS, y }: Waveform, lsbV: number, count: number): void {
  expect(y).toHaveLength(count);
  const worst = y.reduce((max, value, k) => Math.max(max, Math.abs(value - sine(x0S + k * dxS))), 0);
  expect(worst).toBeLessThanOrEqual(lsbV / 2 + 1e-4);
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test.each([
  ['scope-rigol', 'BYTE', 1 / 25],
  ['scope-rigol', 'WORD', 1 / 25],
  ['scope-rigol', 'ASC', 1 / 25],
  // rounded twice: to 12 bits, then to 8
  ['scope-rigol-dho', 'BYTE', 17 / 400],
  ['scope-rigol-dho', 'WORD', 1 / 400],
  ['scope-rigol-dho', 'ASC', 1 / 400],
])('%s, %s', async (name, format, lsbV) => {
  // the level lies on steps of 1/25 of a division: 0.28 V
  const { ear } = await scope(name, ':CHAN1:SCAL 1;OFFS -0.2;:TRIG:EDG:LEV 0.28');
  ear.tell(`:STOP;:WAV:SOUR CHAN1;MODE NORM;FORM ${format}`);
  const preamble = await ear.ask(':WAV:PRE?');
  const wave = decodeRigol(preamble, [await ear.bytes(':WAV:DATA?')]);
  const shiftS = Math.asin((0.28 - OFFSET_V) / (AMPLITUDE_V / 2)) / (2 * Math.PI * FREQUENCY_HZ);
  expectSine({ ...wave, x0S: wave.x0S + shiftS }, lsbV, name === 'scope-rigol' ? 1200 : 1000);
});

test('Rigol: the memory is read in pages of a stopped scope, no longer than it allows', async () => {
  const { ear } = await scope('scope-rigol', ':CHAN1:SCAL 1;:TRIG:EDG:LEV 0.28;:ACQ:MDEP 1200000');
  ear.tell(':WAV:MODE RAW;:WAV:PRE?');
  expect(await ear.ask(':SYST:ERR?')).toBe('-221,"Settings conflict"');
  ear.tell(':STOP;:WAV:MODE RAW;FORM BYTE;STAR 1;STOP 250001;:WAV:DATA?');
  expect(await ear.ask(':SYST:ERR?')).toBe('-222,"Data out of range"');
  ear.tell(':WAV:STAR 1;STOP 250000');
  const preamble = await ear.ask(':WAV:PRE?');
  expect(preamble.split(',').slice(0, 5)).toEqual(['0', '2', '1200000', '1', '1.000000000e-08']);
  const pages: Uint8Array[] = [];
  for (let first = 1; first <= 1_200_000; first += 250_000) {
    ear.tell(`:WAV:STAR ${first};STOP ${Math.min(first + 249_999, 1_200_000)}`);
    pages.push(await ear.bytes(':WAV:DATA?'));
  }
  expect(pages.at(-1)).toHaveLength(11 + 200_000);
  const wave = decodeRigol(preamble, pages);
  const shiftS = Math.asin((0.28 - OFFSET_V) / (AMPLITUDE_V / 2)) / (2 * Math.PI * FREQUENCY_HZ);
  expectSine({ ...wave, x0S: wave.x0S + shiftS }, 1 / 25, 1_200_000);
});

test.each(
  (['BYTE', 'WORD', 'ASC'] as const).flatMap((format) =>
    (['LSBF', 'MSBF'] as const).flatMap((byteOrder) =>
      ([true, false] as const).map((isUnsigned) => ({ format, byteOrder, isUnsigned })),
    ),
  ),
)('Keysight $format $byteOrder, unsigned $isUnsigned', async ({ format, byteOrder, isUnsigned }) => {
  const { ear } = await scope('scope-keysight', ':CHAN1:SCAL 1;OFFS 0.2;:TRIG:LEV 0.3');
  ear.tell(`:STOP;:WAV:FORM ${format};BYT ${byteOrder};UNS ${isUnsigned ? 1 : 0};POIN:MODE RAW;:WAV:POIN 5000`);
  const preamble = await ear.ask(':WAV:PRE?');
  const data = await ear.bytes(':WAV:DATA?');
  expect(text(data.subarray(0, 2))).toBe('#8');
  expectSine(decodeKeysight(preamble, data, { byteOrder, unsigned: isUnsigned }), 1 / 25, 5000);
});

test.each(
  (['RIB', 'RPB', 'SRI', 'SRP', 'ASCI'] as const).flatMap((encoding) =>
    [1, 2].flatMap((width) => (['ON', 'OFF'] as const).map((header) => ({ encoding, width, header }))),
  ),
)('Tektronix $encoding, width $width, header $header', async ({ encoding, width, header }) => {
  const setup = `HEADER ${header};:CH1:SCA 1;POS 0.4;:TRIG:A:LEV 0.3;:DATA:ENC ${encoding};WID ${width};STAR 11;STOP 3000`;
  const { ear } = await scope('scope-tektronix', setup);
  ear.tell('ACQ:STATE OFF');
  const preamble = await ear.ask('WFMO?');
  expectSine(decodeTektronix(preamble, await ear.bytes('CURVE?')), 1 / 25, 2990);
});

test.each(
  (['BYTE', 'WORD'] as const).flatMap((type) =>
    (['HI', 'LO'] as const).flatMap((order) =>
      (['OFF', 'SHORT', 'LONG'] as const).map((header) => ({ type, order, header })),
    ),
  ),
)('LeCroy $type $order, header $header', async ({ type, order, header }) => {
  const { ear } = await scope(
    'scope-lecroy',
    'C1:VDIV 1V;C1:OFST -200MV;C1:TRLV 0.3',
    `CHDR ${header};CFMT DEF9,${type},BIN;CORD ${order}`,
  );
  ear.tell('STOP');
  const reply = await ear.bytes('C1:WF? ALL');
  const echo = { OFF: '#9', SHORT: 'C1:WF ALL,#9', LONG: 'C1:WAVEFORM ALL,#9' }[header];
  expect(text(reply.subarray(0, echo.length))).toBe(echo);
  expectSine(decodeLecroy(reply), 1 / 25, 20_002);
});

test('LeCroy: every tenth of a hundred points, and the template', async () => {
  const { ear } = await scope('scope-lecroy', 'CHDR OFF;C1:VDIV 1V;C1:TRLV 0.3');
  ear.tell('STOP;WFSU SP,10,NP,100,FP,0');
  const bytes = await ear.bytes('C1:WF? DAT1');
  expect(text(bytes.subarray(0, 11))).toBe('#9000000100');
  const template = await ear.ask('TMPL?');
  expect(template).toContain('<156>          VERTICAL_GAIN: float');
  expect(template).toContain('<344>          WAVE_SOURCE: enum');
});

test.each(['OFF', 'SHORT', 'LONG'] as const)(
  'Siglent, older, header %s: two line ends, of which the link adds one',
  async (header) => {
    const { ear } = await scope('scope-siglent-legacy', 'C1:VDIV 1V;C1:OFST -200MV;C1:TRLV 0.3', `CHDR ${header}`);
    ear.tell('STOP;WFSU SP,1,NP,0,FP,0');
    const reply = await ear.bytes('C1:WF? DAT2');
    expect(reply.at(-1)).toBe(0x0a);
    const scales = {
      voltsPerDivision: await ear.ask('C1:VDIV?'),
      offset: await ear.ask('C1:OFST?'),
      timePerDivision: await ear.ask('TDIV?'),
      sampleRate: await ear.ask('SARA?'),
      triggerDelay: await ear.ask('TRDL?'),
      gridDivisions: 14,
    };
    expect(scales.offset).toBe({ OFF: '-2.00E-01', SHORT: 'C1:OFST -2.00E-01V', LONG: 'C1:OFFSET -2.00E-01V' }[header]);
    expectSine(decodeSiglentLegacy(reply, scales), 1 / 25, 14_000);
  },
);

test.each(['BYTE', 'WORD'])('Siglent, newer, %s, in pieces', async (width) => {
  const { ear } = await scope('scope-siglent', `:CHAN1:SCAL 1;OFFS -0.2;:TRIG:EDGE:LEV 0.3;:WAV:WIDT ${width}`);
  ear.tell(':TRIG:STOP;:WAV:SOUR C1;STAR 0;POIN 0');
  const preamble = await ear.bytes(':WAV:PRE?');
  expect(preamble).toHaveLength('DESC,#9000000346'.length + 346);
  const pieces: Uint8Array[] = [];
  for (const start of [0, 40_000, 80_000]) {
    ear.tell(`:WAV:STAR ${start};POIN 40000`);
    pieces.push(await ear.bytes(':WAV:DATA?'));
  }
  expectSine(decodeSiglent(preamble, pieces), 1 / 30, 100_000);
});

test('Rohde & Schwarz: floats; integers with their scale', async () => {
  const { ear } = await scope('scope-rohde-schwarz', ':CHAN1:SCAL 1;POS -0.2;:TRIG:A:LEV1 0.3');
  ear.tell(':STOP;:FORM REAL,32;:FORM:BORD LSBF');
  const header = await ear.ask('CHAN1:DATA:HEAD?');
  expectSine(decodeRohdeSchwarz(header, await ear.bytes('CHAN1:DATA?')), 1 / 100, 20_000);
  ear.tell(':FORM UINT,16');
  const [increment, origin] = (await ear.ask('CHAN1:DATA:YINC?;YOR?')).split(';').map(Number) as [number, number];
  const [startS] = header.split(',').map(Number) as [number];
  const view = Buffer.from(await ear.bytes('CHAN1:DATA?')).subarray('#540000'.length);
  const y = Float64Array.from({ length: 20_000 }, (_, k) => origin + increment * view.readUInt16LE(2 * k));
  expectSine({ x0S: startS, dxS: 6e-7, y, yUnit: 'V' }, 1 / 100, 20_000);
});

test('a single acquisition waits for its edge, runs to its end and stops', async () => {
  const { clock, ear, generator } = await scope('scope-rigol', ':CHAN1:SCAL 1;:TRIG:EDG:LEV 3');
  expect(await ear.ask(':TRIG:STAT?')).toBe('AUTO');
  ear.tell(':SING');
  expect(await ear.ask('*OPC?;:TRIG:STAT?')).toBe('1;WAIT');
  await clock.advance(60_000);
  expect(await ear.ask(':TRIG:STAT?')).toBe('WAIT');
  generator.tell(':SOUR1:VOLT:OFFS 2.5');
  await clock.advance(2);
  expect(await ear.ask(':TRIG:STAT?')).toBe('TD');
  await clock.advance(6);
  expect(await ear.ask(':TRIG:STAT?')).toBe('STOP');
});

test('a sweep of NORMAL keeps waiting, AUTO goes on without an edge, a forced trigger takes one record', async () => {
  const { clock, ear } = await scope('scope-keysight', ':CHAN1:SCAL 1;:TRIG:LEV 3;:TRIG:SWE NORM;:RUN');
  expect(await ear.ask(':OPER:COND?')).toBe('+40');
  ear.tell(':TRIG:SWE AUTO');
  await clock.advance(200);
  expect(await ear.ask(':OPER:COND?')).toBe('+8');
  ear.tell(':SING;:TRIG:FORC');
  await clock.advance(20);
  expect(await ear.ask(':OPER:COND?;:RST?')).toBe('+0;STOP');
});

test('Keysight: *OPC? behind DIGitize waits for its end', async () => {
  const { clock, ear } = await scope('scope-keysight', ':CHAN1:SCAL 1;:TRIG:LEV 0.3;:TIM:SCAL 0.1');
  ear.answers.length = 0;
  ear.tell(':DIG CHAN1;*OPC?');
  await clock.advance(990);
  expect(ear.answers).toHaveLength(0);
  await clock.advance(30);
  expect(ear.texts).toEqual(['1']);
});

test('what is beyond the converter is at its ends', async () => {
  const { ear } = await scope('scope-rigol', ':CHAN1:SCAL 0.1');
  const codes = (await ear.bytes(':STOP;:WAV:FORM BYTE;DATA?')).subarray(11);
  expect([Math.min(...codes), Math.max(...codes)]).toEqual([0, 255]);
});

test('settings are coerced to the steps of the instrument', async () => {
  const { ear } = await scope('scope-rigol', ':CHAN1:SCAL 0.3;:TIM:SCAL 3.3e-5;:ACQ:MDEP 100000');
  expect(await ear.ask(':CHAN1:SCAL?;:TIM:SCAL?;:ACQ:MDEP?')).toBe('2.000000e-01;5.000000000e-05;120000');
  ear.tell(':CHAN1:SCAL 99;:TIM:SCAL 1e-12');
  expect(await ear.ask(':CHAN1:SCAL?;:TIM:SCAL?')).toBe('1.000000e+01;5.000000000e-09');
});

test('AC coupling takes the mean away, an inverted channel is upside down', async () => {
  const { ear } = await scope('scope-rigol', ':CHAN1:SCAL 1;COUP AC');
  const [mean] = (await ear.ask(':MEAS:ITEM? VAVG,CHAN1')).split(';').map(Number);
  expect(Math.abs(mean!)).toBeLessThan(0.1);
  ear.tell(':CHAN1:COUP DC;INV ON');
  expect(Number(await ear.ask(':MEAS:ITEM? VMIN,CHAN1'))).toBeCloseTo(-1.8, 1);
});

test('pictures: a PNG whose pixels inflate, and a BMP', async () => {
  const { ear } = await scope('scope-keysight', ':CHAN1:SCAL 1');
  const png = Buffer.from(await ear.bytes(':DISP:DATA?')).subarray(10);
  expect([...png.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  expect(rows).toHaveLength(png.readUInt32BE(20) * (png.readUInt32BE(16) + 1));
  expect(rows.includes(2)).toBe(true);

  const rigol = await scope('scope-rigol');
  const bmp = Buffer.from(await rigol.ear.bytes(':DISP:DATA?')).subarray(11);
  expect(bmp.toString('latin1', 0, 2)).toBe('BM');
  expect(bmp.readUInt32LE(2)).toBe(bmp.length);
});

test('the same seed gives the same noise, another one other noise', async () => {
  const noise = async (seed: number) => {
    const clock = new ManualClock();
    const { talkers } = makeBench({ clock, seed });
    new TalkerEar(talkers['generator-rigol']!, clock).tell(':SOUR1:APPL:NOIS 1000,4,0');
    await clock.advance(1000);
    return text(await new TalkerEar(talkers['scope-rigol']!, clock).bytes(':STOP;:WAV:DATA?'));
  };
  expect(await noise(5)).toBe(await noise(5));
  expect(await noise(5)).not.toBe(await noise(6));
});
