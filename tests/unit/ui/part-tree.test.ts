import { expect, test } from 'vitest';
import { type PartFolder, partsIn, partTree } from '../../../src/ui/views/files/part-tree.ts';

const part = (id: string, detail = 'CSV table') => ({ id, detail, isOpen: false });
const PARTS = [part('notes.csv'), part('entry/data/a'), part('entry/data/b', 'NumPy array'), part('entry/log/run/t')];

const outline = ({ name, folders, parts }: PartFolder): unknown => ({
  [name]: [...folders.map(outline), ...parts.map((each) => each.name)],
});

test('paths become folders; those with one folder in them are joined with it', () => {
  expect(outline(partTree(PARTS))).toEqual({
    '': [{ entry: [{ data: ['a', 'b'] }, { 'log/run': ['t'] }] }, 'notes.csv'],
  });
  expect(outline(partTree([part('/entry/data/a')]))).toEqual({ '': [{ 'entry/data': ['a'] }] });
});

test('a search finds words of the path and of the detail', () => {
  const ids = (search: string) => partsIn(partTree(PARTS, search)).map(({ id }) => id);
  expect(ids('entry numpy')).toEqual(['entry/data/b']);
  expect(ids('LOG')).toEqual(['entry/log/run/t']);
  expect(ids('nothing')).toEqual([]);
  expect(ids('')).toHaveLength(4);
});
