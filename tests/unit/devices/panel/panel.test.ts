// Front panels over an instrument that keeps what it is told, by header and channel.

import { expect, test } from 'vitest';
import { checkLine } from '../../../../src/devices/panel/console-guard.ts';
import { PANEL_DIALECTS, panelOf } from '../../../../src/devices/panel/dialects.ts';
import { Panel, type PanelPort } from '../../../../src/devices/panel/panel.ts';

function instrument(answers: Readonly<Record<string, string>>, onCommand: (text: string) => void = () => undefined) {
  const told: string[] = [];
  const port: PanelPort = {
    query: async (question) => answers[question] ?? '',
    command: async (text) => {
      told.push(text);
      onCommand(text);
    },
    commandAtOnce: (text) => port.command(text),
  };
  return { port, told };
}

const identity = (text: string) => {
  const [vendor = '', model = ''] = text.split(',');
  return { vendor, model };
};
const DP832 = panelOf(identity('RIGOL TECHNOLOGIES,DP832,DP8A000,00.01.14'))!;
const METER = panelOf(identity('Keysight Technologies,34461A,MY5,A.02'))!;

test('tables: ids are unique, and limits are those of a real output', () => {
  expect(new Set(PANEL_DIALECTS.map(({ id }) => id)).size).toBe(PANEL_DIALECTS.length);
  for (const { channels } of PANEL_DIALECTS) {
    for (const { settings } of channels) {
      for (const setting of settings) if (setting.kind === 'number') expect(setting.min).toBeLessThan(setting.max);
    }
  }
});

test('a set-point is read back: what the supply chose is what it has', async () => {
  const { port, told } = instrument({ ':SOUR2:VOLT?': '3.301' });
  expect(await new Panel(DP832, port).set('CH2', 'voltage', 3.3006)).toBe(3.301);
  expect(told).toEqual([':SOUR2:VOLT 3.3006']);
});

test('limits of the user are never passed, and nothing is sent', async () => {
  const { port, told } = instrument({ ':SOUR1:VOLT?': '3.6' });
  const panel = new Panel(DP832, port);
  panel.setLimits('CH1', 'voltage', { min: 0, max: 3.6 });
  await expect(panel.set('CH1', 'voltage', 3.61)).rejects.toThrow('0 to 3.6 V, the limits that were drawn for it');
  await expect(panel.set('CH1', 'voltage', Number.NaN)).rejects.toMatchObject({ code: 'setup/invalid' });
  await expect(panel.set('CH3', 'voltage', 5.01)).rejects.toMatchObject({ code: 'setup/invalid' });
  expect(told).toEqual([]);
  expect(await panel.set('CH1', 'voltage', 3.6)).toBe(3.6);
  expect(() => panel.setLimits('CH1', 'voltage', { min: 0, max: 31 })).toThrow('from 0 to 30 V');
});

test('nothing is switched on, from the settings or the console, that is set beyond the limits of the user', async () => {
  const answers: Record<string, string> = { ':SOUR1:VOLT?': '12.000', ':OUTP? CH1': 'ON', ':OUTP? CH2': 'ON' };
  const { port, told } = instrument(answers);
  const panel = new Panel(DP832, port);
  panel.setLimits('CH1', 'voltage', { min: 0, max: 5 });
  const refusal = { code: 'setup/invalid', message: expect.stringContaining('12 V, beyond the limits') };
  await expect(panel.switchOutput('CH1', true)).rejects.toMatchObject(refusal);
  await expect(checkLine(panel, ':outp ch1,on')).rejects.toMatchObject(refusal);
  expect(told).toEqual([]);
  await checkLine(panel, ':OUTP CH1,OFF');
  await panel.switchOutput('CH1', false);
  await panel.switchOutput('CH2', true);
  answers[':SOUR1:VOLT?'] = '5.000';
  await checkLine(panel, ':OUTP CH1,ON');
  expect(await panel.switchOutput('CH1', true)).toBe(true);
  expect(told).toEqual([':OUTP CH1,OFF', ':OUTP CH2,ON', ':OUTP CH1,ON']);
});

test.each<[string, (panel: Panel) => Promise<unknown>]>([
  ['by its own button', (panel) => panel.switchOutput('CH1', false)],
  ['with all others', (panel) => panel.allOff()],
  ['by a typed line', (panel) => checkLine(panel, ':OUTP CH1,OFF')],
])('an output that is switched off %s while it is looked at whether it may go on stays off', async (_, off) => {
  const { port, told } = instrument({ ':OUTP? CH1': 'OFF' });
  const waiting: ((answer: string) => void)[] = [];
  const panel = new Panel(DP832, {
    ...port,
    query: (text) => (text.includes('VOLT') ? new Promise((answer) => waiting.push(answer)) : port.query(text)),
  });
  panel.setLimits('CH1', 'voltage', { min: 0, max: 5 });
  const attempts = [panel.switchOutput('CH1', true), checkLine(panel, ':OUTP CH1,ON')];
  const refusal = { code: 'cancelled', message: expect.stringContaining('It stays off') };
  const refused = Promise.all(attempts.map((attempt) => expect(attempt).rejects.toMatchObject(refusal)));
  await off(panel);
  for (const answer of waiting) answer('3.3');
  await refused;
  expect(told).not.toContain(':OUTP CH1,ON');
});

test('all outputs go off, also behind one that cannot be told', async () => {
  const { port, told } = instrument({}, (text) => {
    if (text.includes('CH1')) throw new Error('lost');
  });
  await expect(new Panel(DP832, port).allOff()).rejects.toThrow('lost');
  expect(told).toEqual([':OUTP CH1,OFF', ':OUTP CH2,OFF', ':OUTP CH3,OFF']);
});

test('the unit of a reading is that of the function, and over range is no number', async () => {
  const answers: Record<string, string> = { 'FUNC?': '"CURR:AC"', 'READ?': '+1.25000000E-03' };
  const panel = new Panel(METER, instrument(answers).port);
  const read = async () => (await panel.measure('input'))![0]!;
  expect(await read()).toMatchObject({ value: 1.25e-3, unit: 'A' });
  answers['READ?'] = '+9.90000000E+37';
  expect((await read()).value).toBe(Number.POSITIVE_INFINITY);
  answers['READ?'] = '-9.9E37';
  expect((await read()).value).toBe(Number.NEGATIVE_INFINITY);
  answers['READ?'] = '9.91E37';
  expect((await read()).value).toBeNaN();
  answers['READ?'] = 'ERR';
  await expect(read()).rejects.toMatchObject({ code: 'device/protocol' });
});
