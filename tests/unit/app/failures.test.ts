// What died is shown as failed, and is opened again in its place.

import { expect, it } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { fakeApp } from '../../support/fake-app.ts';
import { SIM_CHOICE } from '../../support/fake-instruments.ts';

it('a file whose reader died is named, keeps its place, and opens again', async () => {
  const { app, ports } = fakeApp();
  await app.files.open(['a.jls', 'b.jls'].map((name) => ({ file: new File(['x'], name) })));
  const [a, b] = app.files.opened.value;
  ports.files.killReader(new LabError('internal', 'The reader of b.jls stopped: its thread ended. Try again.'));
  await Promise.resolve();
  const failed = app.files.opened.value[1]!;
  expect(app.files.opened.value[0]).toBe(a);
  expect(failed).toMatchObject({ key: b!.key, failure: { message: expect.stringContaining('its thread ended') } });
  expect(app.toasts.list.value.at(-1)).toMatchObject({
    kind: 'error',
    title: 'b.jls can no longer be read',
    action: { label: 'Open again' },
  });
  await app.files.reopen(failed);
  expect(app.files.opened.value.map(({ key, failure }) => [key, failure])).toEqual([
    [a!.key, undefined],
    [b!.key, undefined],
  ]);
  expect(app.files.opened.value[1]!.content).not.toBe(b!.content);
  expect(ports.files.closedNames).toEqual(['b.jls']);
});

it('the end of a reader whose file was closed or replaced means nothing', async () => {
  const { app, ports } = fakeApp();
  await app.files.open([{ file: new File(['x'], 'a.jls') }]);
  app.files.close(app.files.opened.value[0]!);
  ports.files.killReader(new LabError('internal', 'late'));
  await Promise.resolve();
  expect(app.files.opened.value).toEqual([]);
  expect(app.toasts.list.value.filter(({ kind }) => kind === 'error')).toEqual([]);
});

it('a failed instrument is opened again with one command, or by connecting it again', async () => {
  const { app, ports } = fakeApp();
  const command = () => app.commands.get('instrument.reopen')!;
  expect(command().unavailable?.()).toContain('No instrument is connected');
  const instrument = await app.instruments.connect(SIM_CHOICE);
  expect(command().unavailable?.()).toBe('The instrument has not failed.');
  const [handle] = ports.instruments.opened;
  handle!.report({ state: 'failed', problem: 'The worker stopped.' });
  expect(command().unavailable?.()).toBeUndefined();
  await command().run();
  expect(instrument!.status.value).toMatchObject({ state: 'idle', problem: undefined });
  const { identity } = instrument!.status.value;
  // as after an attempt that found nothing
  handle!.report({ state: 'failed', problem: 'The worker stopped.', identity: undefined });
  expect(await app.instruments.connect(SIM_CHOICE)).toBe(instrument);
  expect(instrument!.status.value.state).toBe('idle');
  expect(handle!.calls).toEqual(['reopen', 'reopen']);
  expect(handle!.remembered).toEqual({ identity, values: {} });
});
