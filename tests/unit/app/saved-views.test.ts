import { expect, test } from 'vitest';
import { joinViewKeys, recordingViewKey, SavedViews } from '../../../src/app/saved-views.ts';
import { MemoryStore } from '../../support/fake-app.ts';

test('a view comes back by its key, in another visit too', () => {
  const store = new MemoryStore();
  new SavedViews(store).set('a.jls 100', { startS: 1 });
  new SavedViews(store).set('b.jls 200', { startS: 2 });
  new SavedViews(store).set('a.jls 100', { startS: 3 });
  expect(new SavedViews(store).get('a.jls 100')).toEqual({ startS: 3 });
  expect(new SavedViews(store).get('b.jls 200')).toEqual({ startS: 2 });
  expect(new SavedViews(store).get('c.jls 300')).toBeUndefined();
});

test('of data that were shown alone and with others, the newest view', () => {
  const views = new SavedViews(new MemoryStore());
  const key = recordingViewKey('r1');
  views.set(recordingViewKey('r10'), 10);
  expect(views.newest(key)).toBeUndefined();
  views.set(key, 1);
  views.set(joinViewKeys([key, 'notes.anno.jls 7']), 2);
  expect(views.newest(key)).toBe(2);
  views.set(key, 3);
  expect(views.newest(key)).toBe(3);
});

test('only the newest forty are kept', () => {
  const views = new SavedViews(new MemoryStore());
  for (let i = 0; i < 41; i++) views.set(`file ${i}`, i);
  expect(views.get('file 0')).toBeUndefined();
  expect(views.get('file 1')).toBe(1);
  expect(views.get('file 40')).toBe(40);
});

test('a damaged document counts as none', () => {
  const store = new MemoryStore();
  store.setItem('pulsebench.views', '{"version":1,"views":3}');
  expect(new SavedViews(store).get('a')).toBeUndefined();
});
