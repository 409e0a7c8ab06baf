// Several files: refusals in one message, one tab for one file, and the view stays where the user is.

import { describe, expect, test } from 'vitest';
import { tabNames } from '../../../src/app/tab-names.ts';
import { FormatError } from '../../../src/base/errors.ts';
import { fakeApp } from '../../support/fake-app.ts';

/** Node's files know no folders. */
const file = (name: string, lastModified = 1, text = 'x', path = ''): File =>
  Object.defineProperty(new File([text], name, { lastModified }), 'webkitRelativePath', { value: path });
const inFolder = (path: string): File => file(path.split('/').at(-1)!, 1, 'x', path);

test('several refusals are one message that lists names and reasons', async () => {
  const { app, ports } = fakeApp();
  ports.files.next = ({ name }) => {
    if (name !== 'good.csv') throw new FormatError('format/unknown', `Not known: ${name}.`);
    return {};
  };
  await app.files.open(['a.txt', 'good.csv', 'b.bin'].map((name) => ({ file: file(name) })));
  const [only, ...others] = app.toasts.list.value;
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    kind: 'error',
    title: '2 files were not opened',
    detail: 'a.txt: Not known: a.txt.\nb.bin: Not known: b.bin.',
  });
  expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '2' });
});

describe('the same file', () => {
  test('is open once, and shown', async () => {
    const { app, ports } = fakeApp();
    await app.files.open([{ file: file('a.csv') }, { file: file('b.csv') }]);
    await app.files.open([{ file: file('a.csv') }]);
    expect(ports.files.openedNames).toHaveLength(2);
    expect(app.navigation.route.value.argument).toBe('1');
  });

  test('is another one when its date, size, folder or reading is', async () => {
    const { app } = fakeApp();
    await app.files.open([
      { file: file('a.csv') },
      { file: file('a.csv', 2) },
      { file: file('a.csv', 1, 'xx') },
      { file: inFolder('run/a.csv') },
      { file: file('a.csv'), choice: { rateHz: 5 } },
    ]);
    expect(app.files.opened.value).toHaveLength(5);
  });
});

describe('the view', () => {
  test('stays where the user went while a file was opening', async () => {
    const { app } = fakeApp();
    const opening = app.files.open([{ file: file('slow.csv') }]);
    app.navigation.show('pipeline');
    await opening;
    expect(app.navigation.route.value.viewId).toBe('pipeline');
    expect(app.files.opened.value).toHaveLength(1);
    const [told] = app.toasts.list.value;
    expect(told).toMatchObject({ kind: 'success', title: 'slow.csv is open', action: { label: 'Show it' } });
    told!.action!.run();
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '1' });
  });

  test('goes on to the last of several files', async () => {
    const { app } = fakeApp();
    await app.files.open(['a', 'b', 'c'].map((name) => ({ file: file(name) })));
    expect(app.navigation.route.value.argument).toBe('3');
  });

  test('a file that is closed while it is read anew stays closed', async () => {
    const { app, ports } = fakeApp();
    await app.files.open([{ file: file('a.csv') }]);
    const [opened] = app.files.opened.value;
    const reading = app.files.read(opened!, { rateHz: 5 }, false);
    app.files.close(opened!);
    await reading;
    expect(app.files.opened.value).toEqual([]);
    expect(ports.files.closedNames).toEqual(['a.csv', 'a.csv']);
  });
});

test('equal names show their folder, else a number', () => {
  const names = (...files: File[]) => [...tabNames(files.map((source, i) => ({ key: `${i}`, source }))).values()];
  expect(names(file('a.csv'), file('b.csv'))).toEqual(['a.csv', 'b.csv']);
  expect(names(file('a.csv'), file('a.csv'), file('a.csv'))).toEqual(['a.csv', 'a.csv (2)', 'a.csv (3)']);
  expect(names(inFolder('x/run1/a.csv'), inFolder('x/run2/a.csv'), inFolder('x/run1/b.csv'))).toEqual([
    'run1/a.csv',
    'run2/a.csv',
    'b.csv',
  ]);
  expect(names(inFolder('x/run1/a.csv'), inFolder('y/run1/a.csv'))).toEqual(['run1/a.csv', 'run1/a.csv (2)']);
});

describe('a file that changes on disk', () => {
  async function logger() {
    const fake = fakeApp();
    const { app, ports } = fake;
    ports.recentFiles.rows = [{ id: 'log.csv', name: 'log.csv', openedUnixMs: 0 }];
    ports.recentFiles.onDisk.set('log.csv', file('log.csv', 1, '1\n'));
    await app.files.openRecent(ports.recentFiles.rows[0]!);
    return fake;
  }

  test('is said when somebody looks, and read again in its place', async () => {
    const { app, ports } = await logger();
    await app.files.checkChanges();
    expect(app.files.opened.value[0]!.newer).toBeUndefined();
    ports.recentFiles.onDisk.set('log.csv', file('log.csv', 2, '1\n2\n'));
    await app.files.checkChanges();
    const [changed] = app.files.opened.value;
    expect(changed!.newer?.size).toBe(4);
    await app.files.reload(changed!);
    const [reloaded, ...others] = app.files.opened.value;
    expect(others).toEqual([]);
    expect(reloaded).toMatchObject({ key: changed!.key, newer: undefined });
    expect(reloaded!.source.size).toBe(4);
    await app.files.checkChanges();
    expect(app.files.opened.value[0]!.newer).toBeUndefined();
  });

  test('is followed while it grows, where the browser watches it', async () => {
    const { app, ports, clock } = await logger();
    ports.recentFiles.onDisk.set('log.csv', file('log.csv', 2, '1\n2\n'));
    ports.recentFiles.watchers.get('log.csv')!();
    ports.recentFiles.watchers.get('log.csv')!();
    await clock.advance(1000);
    await expect.poll(() => app.files.opened.value[0]!.source.size).toBe(4);
    expect(ports.files.openedNames).toHaveLength(2);
    // one that became shorter is another file: the user decides
    ports.recentFiles.onDisk.set('log.csv', file('log.csv', 3, ''));
    ports.recentFiles.watchers.get('log.csv')!();
    await clock.advance(1000);
    await expect.poll(() => app.files.opened.value[0]!.newer?.size).toBe(0);
    expect(app.files.opened.value[0]!.source.size).toBe(4);
    app.files.close(app.files.opened.value[0]!);
    expect(ports.recentFiles.watchers.size).toBe(0);
  });
});
