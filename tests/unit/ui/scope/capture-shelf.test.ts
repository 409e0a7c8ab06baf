// What is kept of a record, and what is saved of it.

import { expect, test, vi } from 'vitest';
import type { App } from '../../../../src/app/app.ts';
import type { ConnectedInstrument } from '../../../../src/app/instruments.ts';
import { LabError } from '../../../../src/base/errors.ts';
import { utcFromUnixMs } from '../../../../src/base/time.ts';
import { captureBytes } from '../../../../src/model/captures.ts';
import { download } from '../../../../src/ui/save-picture.ts';
import { Averager } from '../../../../src/ui/views/scope/averager.ts';
import { CaptureShelf } from '../../../../src/ui/views/scope/capture-shelf.ts';
import { saveRecords } from '../../../../src/ui/views/scope/record-export.ts';
import type { ShownRecord } from '../../../../src/ui/views/scope/screen.ts';
import { FakeCaptures } from '../../../support/fake-captures.ts';

vi.mock('../../../../src/ui/save-picture.ts', () => ({ download: vi.fn() }));

const signals = [{ id: 'CH1', name: 'CH1', unit: 'V' }];
const record: ShownRecord = {
  signals,
  triggerUtc: utcFromUnixMs(1_700_000_000_000),
  startS: 0,
  stepS: 1e-6,
  settings: '{}',
  samples: [Float32Array.of(1, 2, 3)],
};

/** The mean of two records. */
async function mean(): Promise<ShownRecord> {
  const averager = new Averager({ mean: async ([first]) => first! });
  return (await averager.mean({ start: 0, end: 2, record: () => record }))!;
}

test('a mean is kept as what it is', async () => {
  const captures = new FakeCaptures();
  const shelf = new CaptureShelf({ captures: async () => captures } as unknown as App);
  await shelf.pin(record, 'Scope');
  await shelf.pin(await mean(), 'Scope');
  expect(captures.rows.map(({ note }) => note)).toEqual(['Mean of 2 records', '']);
});

test('a mean is saved as what it is', async () => {
  const words: unknown[] = [];
  const exports = {
    open: (subject: { source: { records: { words: unknown } } }) => words.push(subject.source.records.words),
  };
  const app = { exports } as unknown as App;
  saveRecords(app, 'Scope', [record]);
  saveRecords(app, 'Scope', [await mean()], { name: 'before' });
  expect(words).toEqual([{}, { name: 'before', mean_of: '2' }]);
});

test('a picture whose record is not kept is a file', async () => {
  const captures = new FakeCaptures();
  captures.refusal = new LabError('storage/quota', 'There is no room.');
  const fail = vi.fn();
  const shelf = new CaptureShelf({ captures: async () => captures, toasts: { fail } } as unknown as App);
  const screen = { picture: async () => ({ mediaType: 'image/png', bytes: Uint8Array.of(1, 2) }) };
  const scope = { label: 'Scope', handle: { screen } } as unknown as ConnectedInstrument;
  await shelf.photograph(scope, record);
  expect(fail).toHaveBeenCalledWith('The record was not kept', expect.any(LabError));
  expect(download).toHaveBeenCalledExactlyOnceWith(expect.any(Blob), 'Scope.png');
  await shelf.photograph(scope, record);
  expect(captures.rows[0]!.picture!.size).toBe(2);
  expect(download).toHaveBeenCalledOnce();
});

test('a picture counts among what a capture takes', () => {
  const picture = new Blob([Uint8Array.of(1, 2)]);
  expect(captureBytes({ sampleCount: 3, signals, picture })).toBe(14);
});
