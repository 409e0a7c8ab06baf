// The dialects of oscilloscopes at the simulated instruments, both written from manuals apart from each other: every
// setting is taken and read back, and a single acquisition is the sine of the generator.

import { expect, test } from 'vitest';
import type { ScopePort, ScopeSettingId, SettingWords } from '../../../../src/devices/scope/dialect.ts';
import { dialectOf } from '../../../../src/devices/scope/dialects.ts';
import { fetchScreen, pictureOf } from '../../../../src/devices/scope/screen-picture.ts';
import { isChannelOn, writeSetting } from '../../../../src/devices/scope/settings.ts';
import { makeBench } from '../../../../src/devices/sim/scpi/bench.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { TalkerEar } from '../../../support/talker.ts';

const AMPLITUDE_V = 3;
const FREQUENCY_HZ = 1234;
const sine = (timeS: number) => (AMPLITUDE_V / 2) * Math.sin(2 * Math.PI * FREQUENCY_HZ * timeS);

/** Bits of `*ESR?` for an error in a command or its execution. */
const ERRORS = 0x30;

const NUMBERS: Readonly<Partial<Record<ScopeSettingId, number>>> = {
  probe: 1,
  scale: 1,
  offset: 0,
  timeScale: 1e-3,
  timeDelay: 0,
  triggerLevel: 0,
};

test.each([
  ['scope-rigol', 1 / 25],
  ['scope-rigol-dho', 1 / 400],
  ['scope-keysight', 1 / 25],
  ['scope-siglent', 1 / 30],
  ['scope-siglent-legacy', 1 / 25],
  ['scope-tektronix', 1 / 25],
  ['scope-tektronix-tds', 1 / 25],
  ['scope-lecroy', 1 / 25],
  ['scope-rohde-schwarz', 1 / 100],
])('%s', async (name, lsbV) => {
  const clock = new ManualClock();
  const { talkers } = makeBench({ clock, seed: 1 });
  new TalkerEar(talkers['generator-rigol']!, clock).tell(`:SOUR1:APPL:SIN ${FREQUENCY_HZ},${AMPLITUDE_V},0`);
  const ear = new TalkerEar(talkers[name]!, clock);
  await ear.ask('*ESR?');
  const refused: string[] = [];
  const requireTaken = async (text: string) => {
    if ((Number((await ear.ask('*ESR?')).replace(/\D/g, '')) & ERRORS) !== 0) refused.push(text);
  };
  const port: ScopePort = {
    query: async (question) => ear.ask(question),
    queryBytes: async (question) => ear.bytes(question),
    command: async (text) => {
      ear.tell(text);
      await requireTaken(text);
    },
  };
  const [vendor, model] = (await ear.ask('*IDN?')).split(',') as [string, string];
  const dialect = dialectOf({ vendor, model })!;
  await dialect.prepare(port);
  for (const [id, { words, isSwitch }] of Object.entries(dialect.settings) as [ScopeSettingId, SettingWords][]) {
    // the first word again at the end: another one may be no good for what follows
    const names = Object.keys(words ?? {});
    const taken = words === undefined ? [NUMBERS[id]!] : [...names, names[0]!];
    for (const value of isSwitch ? [false, true] : taken) {
      expect(await writeSetting(port, dialect, id, value), id).toBe(value);
    }
  }
  expect(refused).toEqual([]);
  expect(await writeSetting(port, dialect, 'on', false, 2)).toBe(false);
  expect(await isChannelOn(port, dialect, 1)).toBe(true);
  expect(await isChannelOn(port, dialect, 2)).toBe(false);
  await dialect.start(port, 'single', { said: () => '', pause: async () => undefined });
  await clock.advance(100);
  expect(await dialect.state(port)).toBe('stopped');
  const { x0S, dxS, y } = await dialect.fetch(port, 1, { identity: { vendor, model }, isDeep: false });
  expect(refused).toEqual([]);
  expect(y.length).toBeGreaterThanOrEqual(1000);
  const worst = y.reduce((max, value, k) => Math.max(max, Math.abs(value - sine(x0S + k * dxS))), 0);
  expect(worst).toBeLessThanOrEqual(lsbV / 2 + 1e-4);
  if (!dialect.screen) {
    await expect(fetchScreen(port, dialect)).rejects.toMatchObject({ code: 'device/unsupported' });
    return;
  }
  const { mediaType, bytes } = await fetchScreen(port, dialect);
  expect(refused).toEqual([]);
  const isBmp = String.fromCharCode(bytes[0]!, bytes[1]!) === 'BM';
  expect(mediaType).toBe(isBmp ? 'image/bmp' : 'image/png');
  // a BMP states its length, a PNG ends with the chunk IEND
  const end = new TextDecoder('latin1').decode(bytes.slice(-8, -4));
  if (isBmp) expect(new DataView(bytes.buffer).getUint32(2, true)).toBe(bytes.length);
  else expect(end).toBe('IEND');
});

test('a picture is known by its first bytes, in a block or as it is; anything else is refused', () => {
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2);
  const block = Uint8Array.of(0x23, 0x31, 0x36, ...jpeg, 0x0a);
  expect(pictureOf(jpeg)).toEqual({ mediaType: 'image/jpeg', bytes: jpeg });
  expect(pictureOf(block)).toEqual({ mediaType: 'image/jpeg', bytes: jpeg });
  expect(() => pictureOf(new TextEncoder().encode('ERROR'))).toThrow(/5 bytes that are no picture/);
  expect(() => pictureOf(Uint8Array.of(0x23, 0x31, 0x32, 1, 2))).toThrow(/no picture/);
});
