// How files are read, on the side of the application: what is asked, what is remembered, what happens in place.

import { describe, expect, test } from 'vitest';
import type { OpenFile } from '../../../src/app/ports.ts';
import { ReadMemory } from '../../../src/app/read-memory.ts';
import { FormatError } from '../../../src/base/errors.ts';
import type { FileCompany } from '../../../src/model/ports.ts';
import type { ReadPart } from '../../../src/model/reading.ts';
import { fakeApp, MemoryStore } from '../../support/fake-app.ts';

const file = (name: string) => ({ file: new File(['x'], name) });

function reading({ guesses = ['g'], form = 'f', parts }: { guesses?: string[]; form?: string; parts?: ReadPart[] }) {
  return (_: File, { choice = {} }: FileCompany): Partial<OpenFile> => ({
    reading: { form, guesses, choice, ...(parts && { parts }) },
  });
}

describe('what is asked by itself', () => {
  const PARTS: ReadPart[] = [
    { id: 'a', detail: '', isOpen: true },
    { id: 'b', detail: '', isOpen: false },
  ];

  test('what was guessed, when nobody has said it', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({});
    await app.files.open([file('a.csv')]);
    expect(app.files.question.value).toEqual({ key: '1', about: 'columns' });
    await app.files.open([{ ...file('b.csv'), choice: { time: null } }]);
    expect(app.files.question.value).toBeUndefined();
    ports.files.next = reading({ guesses: [] });
    await app.files.open([file('c.csv')]);
    expect(app.files.question.value).toBeUndefined();
  });

  test('parts first, then what was guessed of those', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({ parts: PARTS });
    await app.files.open([file('a.zip')]);
    expect(app.files.question.value?.about).toBe('parts');
    await app.files.read(app.files.opened.value[0]!, { parts: ['b'] }, false);
    expect(app.files.question.value?.about).toBe('columns');
  });

  test('no part when all are open', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({ guesses: [], parts: PARTS.map((part) => ({ ...part, isOpen: true })) });
    await app.files.open([file('a.zip')]);
    expect(app.files.question.value).toBeUndefined();
  });

  test('nothing after a reload', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({});
    ports.recentFiles.rows = [{ id: 'a.csv', name: 'a.csv', openedUnixMs: 0 }];
    await app.files.openRecent(ports.recentFiles.rows[0]!);
    app.files.ask(undefined);
    await app.files.reopen(app.files.opened.value[0]!);
    expect(app.files.question.value).toBeUndefined();
  });
});

describe('what is remembered', () => {
  test('by form, without parts, over visits; the newest sixty', () => {
    const store = new MemoryStore();
    const memory = new ReadMemory(store);
    memory.set('a', { time: 't', parts: ['x'] });
    expect(new ReadMemory(store).get('a')).toEqual({ time: 't' });
    for (let i = 0; i < 60; i++) memory.set(`other ${i}`, { rateHz: 5 });
    expect(memory.get('a')).toBeUndefined();
    expect(memory.get('other 0')).toEqual({ rateHz: 5 });
    memory.forget('other 0');
    expect(memory.get('other 0')).toBeUndefined();
  });

  test('under the form that was found, though the choice makes another of it', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = (_, { choice = {} }) => ({
      reading: { form: choice.table ? 'split at ;' : 'split at ,', guesses: ['g'], choice },
    });
    await app.files.open([file('a.csv')]);
    await app.files.read(app.files.opened.value[0]!, { table: { separator: ';' } }, true);
    await app.files.read(app.files.opened.value[0]!, { table: { separator: ';', decimal: ',' } }, true);
    await app.files.open([file('b.csv')]);
    expect(app.files.opened.value[1]!.choice).toEqual({ table: { separator: ';', decimal: ',' } });
    await app.files.readAsFound(app.files.opened.value[1]!);
    await app.files.open([file('c.csv')]);
    expect(app.files.opened.value[2]!.choice).toEqual({});
  });

  test('only when it is wished', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({});
    await app.files.open([file('a.csv')]);
    await app.files.read(app.files.opened.value[0]!, { time: 't' }, false);
    await app.files.open([file('b.csv')]);
    expect(app.files.opened.value[1]).toMatchObject({ choice: {}, isAsRemembered: false });
  });

  test('a choice that does not fit the next file is said, and the file is read as found', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({});
    await app.files.open([file('a.csv')]);
    await app.files.read(app.files.opened.value[0]!, { time: 't' }, true);
    ports.files.next = (opened, company) => {
      if (company.choice?.time === 't') throw new FormatError('format/range', 'There is no column t.');
      return reading({})(opened, company);
    };
    await app.files.open([file('b.csv')]);
    expect(app.files.opened.value[1]).toMatchObject({ choice: {}, isAsRemembered: false });
    expect(app.toasts.list.value.at(-1)?.title).toContain('b.csv is read as it was found');
    expect(app.files.opened.value).toHaveLength(2);
  });

  test('what is read as found closes what was open and forgets the rule', async () => {
    const { app, ports } = fakeApp();
    ports.files.next = reading({});
    await app.files.open([file('a.csv')]);
    await app.files.read(app.files.opened.value[0]!, { time: 't' }, true);
    await app.files.readAsFound(app.files.opened.value[0]!);
    expect(app.files.opened.value).toHaveLength(1);
    expect(ports.files.closedNames).toEqual(['a.csv', 'a.csv']);
    expect(app.files.question.value).toBeUndefined();
    await app.files.open([file('b.csv')]);
    expect(app.files.opened.value[1]?.isAsRemembered).toBe(false);
  });
});
