import { beforeEach, describe, expect, it } from 'vitest';
import { type Command, Commands } from '../../../src/app/commands.ts';
import { type KeyPress, showKeys, strokeOf } from '../../../src/app/keys.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers };
}

describe('strokes', () => {
  it.each([
    [press('p', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+P'],
    [press('P', { metaKey: true, shiftKey: true }), 'Ctrl+Shift+P'],
    [press('?', { shiftKey: true }), '?'],
    [press(' ', { shiftKey: true }), 'Shift+Space'],
    [press('r'), 'R'],
    [press('Escape'), 'Escape'],
    [press('ArrowLeft', { altKey: true }), 'Alt+ArrowLeft'],
    [press('+', { ctrlKey: true }), 'Ctrl+Plus'],
    [press('Shift', { shiftKey: true }), undefined],
  ])('%o', (event, stroke) => {
    expect(strokeOf(event)).toBe(stroke);
  });

  it('are shown as each system writes them', () => {
    expect(showKeys('Ctrl+Shift+P', false)).toBe('Ctrl+Shift+P');
    expect(showKeys('Ctrl+Shift+P', true)).toBe('⌘⇧P');
    expect(showKeys('G L', false)).toBe('G then L');
    expect(showKeys('Alt+ArrowLeft', false)).toBe('Alt+←');
    expect(showKeys('Plus', false)).toBe('+');
  });
});

describe('Commands', () => {
  let clock: ManualClock;
  let log: string[];
  let areSingleKeysOn: boolean;
  let commands: Commands;
  const command = (id: string, ...keys: string[]): Command => ({
    id,
    title: id,
    group: 'Test',
    keys,
    run: () => {
      log.push(id);
    },
  });

  beforeEach(() => {
    clock = new ManualClock();
    log = [];
    areSingleKeysOn = true;
    commands = new Commands({
      clock,
      areSingleKeysOn: () => areSingleKeysOn,
      onFailure: ({ id }, thrown) => log.push(`${id} failed: ${(thrown as Error).message}`),
      onUnavailable: ({ id }, reason) => log.push(`${id} refused: ${reason}`),
    });
  });

  it('runs the command of a stroke', () => {
    commands.register(command('a.one', 'R'), command('a.two', 'Ctrl+R'));
    expect(commands.press(press('r'), false)).toBe(true);
    expect(commands.press(press('x'), false)).toBe(false);
    expect(log).toEqual(['a.one']);
  });

  it('leaves letters to text fields, but not Ctrl strokes', () => {
    commands.register(command('a.one', 'R'), command('a.two', 'Ctrl+R'));
    expect(commands.press(press('r'), true)).toBe(false);
    expect(commands.press(press('r', { ctrlKey: true }), true)).toBe(true);
    expect(log).toEqual(['a.two']);
  });

  it('lets single keys be turned off', () => {
    commands.register(command('a.one', 'R'));
    areSingleKeysOn = false;
    expect(commands.press(press('r'), false)).toBe(false);
  });

  it('takes two strokes after one another, within a moment', async () => {
    commands.register(command('go.live', 'G L'), command('a.l', 'L'));
    expect(commands.press(press('g'), false)).toBe(true);
    expect(commands.press(press('l'), false)).toBe(true);
    expect(log).toEqual(['go.live']);
    commands.press(press('g'), false);
    await clock.advance(1201);
    commands.press(press('l'), false);
    expect(log).toEqual(['go.live', 'a.l']);
  });

  it('says why a command cannot run, and reports what it throws', async () => {
    commands.register({ ...command('a.no', 'N'), unavailable: () => 'Not now.' });
    commands.register({ ...command('a.bad', 'B'), run: () => Promise.reject(new Error('broken')) });
    await commands.execute('a.no');
    await commands.execute('a.bad');
    expect(log).toEqual(['a.no refused: Not now.', 'a.bad failed: broken']);
  });

  it('gives a shared key to the latest command that can take it', () => {
    commands.register(command('a.program', 'R'), { ...command('a.off', 'R'), unavailable: () => 'Not now.' });
    const idle = { ...command('view.idle', 'R'), run: () => false };
    const unregister = commands.register(command('view.own', 'R'), idle);
    expect(commands.press(press('r'), false)).toBe(true);
    unregister();
    expect(commands.press(press('r'), false)).toBe(true);
    expect(log).toEqual(['view.own', 'a.program']);
  });

  it('leaves a key alone that no command wants', () => {
    commands.register({ ...command('a.idle', 'R'), run: () => false });
    expect(commands.press(press('r'), false)).toBe(false);
  });

  it('refuses two commands with one id, and forgets the unregistered', () => {
    const unregister = commands.register(command('a.one', 'R'));
    expect(() => commands.register(command('a.one'))).toThrow(/two commands/);
    unregister();
    expect(commands.all.value).toEqual([]);
    expect(commands.press(press('r'), false)).toBe(false);
  });
});
