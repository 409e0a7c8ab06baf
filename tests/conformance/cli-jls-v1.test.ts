// The command line on JLS v1 recordings: every number that the reference software gives for the golden files, asked
// for as a user would (tests/golden/jls-v1/README.md).

import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenPath, pulsebench } from '../support/command-line.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));
const FIELDS = ['current', 'voltage', 'power', 'current_range', 'current_lsb', 'voltage_lsb'];
const RECORDINGS = readdirSync(goldenPath('jls-v1/recordings'))
  .filter((file) => file.endsWith('.jls'))
  .map((file) => file.slice(0, -4));

interface Golden {
  readonly full_samples?: { readonly count: number; readonly bin?: string; readonly sha256: Record<string, string> };
  /** Where the reference has a known defect. */
  readonly corrected_full_samples?: { readonly sha256: Record<string, string> };
}

const load = (name: string) => goldenJson<Golden>(`jls-v1/recordings/${name}.json`);

interface Line<T> {
  readonly ok: boolean;
  readonly result: T;
  readonly error?: { readonly message: string };
}

function ask<T>(file: string, requests: readonly object[]): Line<T>[] {
  const path = join(folder, 'requests.json');
  writeFileSync(path, JSON.stringify(requests));
  const { code, stdout, stderr } = pulsebench('query', file, '--requests', path);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line<T>);
}

/** The arrays of a samples.bin as JSON has them: NaN is null, zero has no sign. */
function readArrays(bin: string, count: number): (number | null)[][] {
  const bytes = goldenBytes(`jls-v1/recordings/${bin}`);
  const isRaw = bytes.byteLength === count * 15;
  return FIELDS.map((_, index) => {
    const at = (12 + index - 3) * count;
    const isByte = isRaw && index >= 3;
    const values = isByte
      ? bytes.subarray(at, at + count)
      : new Float32Array(bytes.slice(index * 4 * count).buffer, 0, count);
    return Array.from(values, (value) => (Number.isNaN(value) ? null : value === 0 ? 0 : value));
  });
}

test.each(RECORDINGS)('%s: every sample of every signal', (name) => {
  const { full_samples: full, corrected_full_samples: corrected } = load(name);
  if (!full) return;
  const file = goldenPath(`jls-v1/recordings/${name}.jls`);
  const digests = ask<{ sha256: string }>(
    file,
    FIELDS.map((signal) => ({ op: 'digest', signal })),
  );
  const hashes = { ...full.sha256, ...corrected?.sha256 };
  expect(digests.map(({ result }) => result.sha256)).toEqual(FIELDS.map((field) => hashes[field]));
  if (!full.bin) return;
  const arrays = readArrays(full.bin, full.count);
  const answers = ask<{ values: unknown[] }>(
    file,
    FIELDS.map((signal) => ({ op: 'samples', signal, start: 0, count: full.count })),
  );
  FIELDS.forEach((field, index) => {
    if (corrected?.sha256[field] === undefined) expect(answers[index]!.result.values).toEqual(arrays[index]);
  });
});

test.each(['jls', 'npy', 'h5', 'mimo'])('missing samples keep their code and NaN in .%s', (extension) => {
  const name = 'raw_missing_heavy';
  const { bin, count } = load(name).full_samples!;
  const wanted = readArrays(bin!, count);
  expect(wanted[0]).toContain(null);
  const output = join(folder, `${name}.${extension}`);
  const { code, stderr } = pulsebench('convert', goldenPath(`jls-v1/recordings/${name}.jls`), output);
  expect([code, stderr]).toEqual([0, '']);
  const answers = ask<{ values: unknown[] }>(
    output,
    FIELDS.map((signal) => ({ op: 'samples', signal, start: 0, count })),
  );
  FIELDS.forEach((field, index) => {
    expect([field, answers[index]!.result.values]).toEqual([field, wanted[index]]);
  });
});
