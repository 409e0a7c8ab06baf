// What can be looked at while a long file is opened, and for how long.

import { describe, expect, test } from 'vitest';
import type { OpenFile } from '../../../src/app/ports.ts';
import { LabError } from '../../../src/base/errors.ts';
import { fakeApp } from '../../support/fake-app.ts';

const file = (name: string) => ({ file: new File(['x'], name) });

/** An app whose next file is half read and has a beginning, until `goOn` is called. */
async function halfOpen(before: (app: ReturnType<typeof fakeApp>['app']) => void = () => undefined) {
  const { app, ports } = fakeApp();
  const beginning = { ...(await ports.files.open(new File(['x'], 'big.csv'))), close: () => closed.push('beginning') };
  const closed: string[] = [];
  let goOn: (error?: LabError) => void = () => undefined;
  ports.files.meanwhile = ({ onBeginning, onRead }) => {
    before(app);
    onBeginning?.(beginning as OpenFile);
    onRead?.(0.5);
    return new Promise((resolve, reject) => {
      goOn = (error) => (error ? reject(error) : resolve());
    });
  };
  const opening = app.files.open([file('big.csv')]);
  await new Promise((resolve) => setTimeout(resolve));
  return { app, ports, opening, closed, goOn };
}

describe('the beginning of a long file', () => {
  test('is shown where the file will be, and closed when that is open', async () => {
    const { app, opening, closed, goOn } = await halfOpen();
    const [row] = app.files.openings.list.value;
    expect(row).toMatchObject({ key: '1', name: 'big.csv', share: 0.5, beginning: { name: 'big.csv' } });
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '1' });
    expect([app.files.opened.value.length, closed]).toEqual([0, []]);
    goOn();
    await opening;
    expect([app.files.opened.value.length, closed]).toEqual([1, ['beginning']]);
    expect(app.files.openings.list.value).toEqual([]);
    expect(app.navigation.route.value).toEqual({ viewId: 'files', argument: '1' });
  });

  test('goes when the rest cannot be read, and the view back to where it was', async () => {
    let before: unknown;
    const { app, opening, closed, goOn } = await halfOpen((it) => {
      before = it.navigation.route.value;
    });
    expect(app.navigation.route.value).not.toEqual(before);
    goOn(new LabError('format/damaged', 'It is damaged further on.'));
    await opening;
    expect([app.files.opened.value.length, app.files.openings.list.value.length, closed]).toEqual([
      0,
      0,
      ['beginning'],
    ]);
    expect(app.navigation.route.value).toEqual(before);
    expect(app.toasts.list.value).toMatchObject([{ kind: 'error', title: 'big.csv was not opened' }]);
  });

  test('does not take the user away from where they went meanwhile', async () => {
    const { app, opening, goOn } = await halfOpen((it) => it.navigation.show('help'));
    expect(app.navigation.route.value.viewId).toBe('help');
    goOn();
    await opening;
    expect(app.navigation.route.value.viewId).toBe('help');
  });
});

test('files that are read as was chosen for their form show no beginning that is read otherwise', async () => {
  const { app, ports } = fakeApp();
  ports.files.next = (_, { choice = {} }) => ({ reading: { form: 'f', guesses: ['g'], choice } });
  await app.files.open([file('a.csv')]);
  await app.files.read(app.files.opened.value[0]!, { time: 't' }, true);
  const seen: unknown[] = [];
  const beginning = await ports.files.open(new File(['x'], 'b.csv'));
  ports.files.closedNames.length = 0;
  ports.files.meanwhile = async ({ onBeginning }) => {
    onBeginning?.(beginning);
    seen.push(app.files.openings.list.value[0]?.beginning, ports.files.closedNames.length);
    ports.files.meanwhile = () => Promise.resolve();
  };
  await app.files.open([file('b.csv')]);
  expect(seen).toEqual([undefined, 1]);
  expect(app.files.opened.value[1]).toMatchObject({ choice: { time: 't' }, isAsRemembered: true });
});
