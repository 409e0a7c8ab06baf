import { expect, test } from 'vitest';
import { fromColumns, toColumns } from '../../../src/model/annotation-columns.ts';
import type { Annotation } from '../../../src/model/signal-store.ts';

test('annotations come through their columns as they were', () => {
  const annotations: Annotation[] = [
    { signalId: '1', kind: 'text', timestamp: 2n ** 60n, storage: 'string', groupId: 0, y: Number.NaN, data: 'héllo' },
    {
      signalId: '2',
      kind: 'user',
      timestamp: -5n,
      storage: 'binary',
      groupId: 7,
      y: 1.5,
      data: new Uint8Array([1, 2]),
    },
    { signalId: '1', kind: 'vertical-marker', timestamp: 0n, storage: 'json', groupId: 1, y: 0, data: '{}' },
  ];
  expect(fromColumns(structuredClone(toColumns(annotations)))).toEqual(annotations);
  expect(fromColumns(toColumns([]))).toEqual([]);
});
