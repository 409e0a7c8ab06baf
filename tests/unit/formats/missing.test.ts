// What a file states of missing integers, against a plain list of which samples are.

import { expect, test } from 'vitest';
import { isMissingEntry, MissingLog, missingEntries, missingRuns } from '../../../src/formats/jls/missing.ts';
import type { UserDataEntry } from '../../../src/formats/reader.ts';
import type { SampleRange } from '../../../src/model/signal-store.ts';
import { seededRandom } from '../../support/random.ts';

/** The runs of true values, the first of which has the id `first`. */
function runsOf(isMissing: readonly boolean[], first: number): SampleRange[] {
  const edges = isMissing.flatMap((value, i) => (value === (isMissing[i - 1] ?? false) ? [] : [first + i]));
  return edges.flatMap((start, i) => (i % 2 === 0 ? { start, end: edges[i + 1] ?? first + isMissing.length } : []));
}

const cutAt = (runs: readonly SampleRange[], end: number): SampleRange[] =>
  runs.map((run) => ({ start: run.start, end: Math.min(run.end, end) })).filter((run) => run.start < run.end);

test('whatever was told is stated, also if the file ends after any block', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 200; round++) {
    const first = 1_000_000_007;
    const entries: UserDataEntry[] = [];
    const log = new MissingLog({ userData: (entry) => entries.push(entry) }, [4, 9]);
    const all: boolean[] = [];
    let value = random() < 0.5;
    for (let block = 0; block < 12; block++) {
      // what is left out between blocks is missing
      if (block > 0 && random() < 0.3) for (let n = Math.floor(random() * 9); n > 0; n--) all.push(true);
      const start = all.length;
      for (let n = 1 + Math.floor(random() * 20); n > 0; n--) {
        if (random() < 0.15) value = !value;
        all.push(value);
      }
      log.tell(first + start, first + all.length, runsOf(all.slice(start), first + start));
      const found = missingRuns(entries);
      const wanted = runsOf(all, first);
      expect(cutAt(found.get(4) ?? [], first + all.length)).toEqual(wanted);
      expect(found.get(9) ?? []).toEqual(found.get(4) ?? []);
    }
    log.close();
    expect(missingRuns(entries).get(4) ?? []).toEqual(runsOf(all, first));
  }
});

test('a block without a change states nothing', () => {
  const entries: UserDataEntry[] = [];
  const log = new MissingLog({ userData: (entry) => entries.push(entry) }, [1]);
  log.tell(0, 100, []);
  expect(entries).toHaveLength(0);
  log.tell(100, 200, [{ start: 150, end: 200 }]);
  expect(entries).toHaveLength(1);
  for (let start = 200; start < 1000; start += 100) log.tell(start, start + 100, [{ start, end: start + 100 }]);
  expect(entries).toHaveLength(1);
  log.tell(1000, 1100, []);
  expect(entries).toHaveLength(2);
  expect(missingRuns(entries).get(1)).toEqual([{ start: 150, end: 1000 }]);
});

test('a statement that was lost costs no more than its own run', () => {
  const [open] = missingEntriesOf('[[10]]');
  const [next] = missingEntriesOf('[[50, 60]]');
  expect(missingRuns([open!, next!]).get(2)).toEqual([{ start: 10, end: 60 }]);
  expect(missingRuns([next!]).get(2)).toEqual([{ start: 50, end: 60 }]);
});

test('what others keep beside the samples is not taken for a statement', () => {
  const [entry] = missingEntries([3], [{ start: 1, end: 2 }]);
  expect(isMissingEntry(entry!)).toBe(true);
  for (const other of [
    { ...entry!, meta: 0 },
    { ...entry!, storage: 'string' as const },
    { ...entry!, data: '{"note": "missing"}' },
  ]) {
    expect(isMissingEntry(other)).toBe(false);
    expect(missingRuns([other]).size).toBe(0);
  }
  for (const text of ['{"missing":', '{"missing":7}', '{"missing":{"signals":[1],"samples":[["a"],[1,null],7]}}']) {
    expect([...(missingRuns([{ ...entry!, data: text }]).get(1) ?? [])]).toEqual([]);
  }
});

function missingEntriesOf(samples: string): readonly UserDataEntry[] {
  const [entry] = missingEntries([2], [{ start: 0, end: 1 }]);
  return [{ ...entry!, data: `{"missing":{"signals":[2],"samples":${samples}}}` }];
}
