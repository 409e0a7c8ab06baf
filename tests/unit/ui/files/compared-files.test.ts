// Files that lie over another: what belongs to one never goes to the next of the same name.

import { expect, it } from 'vitest';
import type { OpenedFile } from '../../../../src/app/opened-file.ts';
import { differenceOf } from '../../../../src/formats/difference/difference.ts';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { Difference } from '../../../../src/model/difference.ts';
import { ComparedFiles } from '../../../../src/ui/views/files/compared-files.ts';
import { Comparison, type ComparisonParts } from '../../../../src/ui/views/waveform/comparison.ts';
import { valueStore } from '../../../support/value-store.ts';

function opened(key: string, name: string, lastModified: number): OpenedFile {
  const store = valueStore({ name: 'U', unit: 'V', values: [1, 2, 3, 4], rate: 1 });
  const source = Object.assign(new File([key], name, { lastModified }), { webkitRelativePath: '' });
  return { key, source, recordingId: undefined, choice: {}, content: { name, store } } as unknown as OpenedFile;
}

it('closing one of two files of the same name moves nothing to the other', () => {
  const compared = new ComparedFiles();
  const [meter, first, second] = [opened('0', 'meter.csv', 1), opened('1', 'run.csv', 2), opened('2', 'run.csv', 3)];
  compared.add('1');
  compared.add('2');
  const both = compared.stores([meter, first, second], TIME_AXIS);
  expect(compared.stores([meter, first, second], TIME_AXIS)).toBe(both);
  expect(both.map(({ label }) => label)).toEqual(['run.csv', 'run.csv (2)']);
  const left = compared.stores([meter, second], TIME_AXIS);
  expect(left.map(({ label, key, store }) => [label, key, store])).toEqual([['run.csv', both[1]!.key, both[1]!.store]]);
  expect(left[0]!.key).not.toBe(both[0]!.key);
});

it('copies of one file are told apart, too', () => {
  const compared = new ComparedFiles();
  compared.add('1');
  compared.add('2');
  const twins = [opened('1', 'run.csv', 2), opened('2', 'run.csv', 2)];
  const keys = compared.stores(twins, TIME_AXIS).map(({ key }) => key);
  expect(new Set(keys).size).toBe(2);
});

it('a difference is not shown while it is made anew', async () => {
  const [meter, run] = [opened('0', 'meter.csv', 1), opened('1', 'run.csv', 2)];
  const waiting: (() => void)[] = [];
  const comparison = new Comparison(() => undefined);
  const choice = { minuend: { label: '', signalId: 'U' }, subtrahend: { label: 'b', signalId: 'U' } };
  const compared = [{ store: run.content.store, label: 'run.csv', key: 'b' }];
  const renew = (shiftS: number) =>
    comparison.renew({
      label: 'meter.csv',
      store: meter.content.store,
      compared,
      state: { shifts: { b: shiftS }, raises: {}, differences: [choice] },
      differenceOf: async (...[a, b]: Parameters<typeof differenceOf>): Promise<Difference> => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return differenceOf(a, b);
      },
    } as unknown as ComparisonParts);
  const made = async () => {
    waiting.shift()!();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const signalId = meter.content.store.signals()[0]!.id;
  choice.minuend.signalId = choice.subtrahend.signalId = signalId;
  renew(0);
  expect(comparison.stores).toHaveLength(1);
  await made();
  renew(0);
  expect(comparison.stores).toHaveLength(2);
  const [before] = comparison.differences;
  expect(before).toMatchObject({ place: 2, label: 'U, A − B', isRefused: false });
  renew(1);
  expect(comparison.stores).toEqual(compared);
  expect(comparison.differences).toMatchObject([
    { place: undefined, label: 'U, A − B', words: 'It is being made.', isRefused: false },
  ]);
  await made();
  renew(1);
  expect(comparison.stores).toHaveLength(2);
});
