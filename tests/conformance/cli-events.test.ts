// The command line on .mimo files: the contract's shapes, exit codes and the reference's values.

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenPath, pulsebench, pulsebenchJson } from '../support/command-line.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-'));

function requestsFile(name: string, requests: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(requests));
  return path;
}

interface GoldenFile {
  readonly file: string;
  readonly nEvents: number;
  readonly trailingBytes: number;
  readonly events: readonly { metadata: unknown; data: unknown }[];
}

const { files } = goldenJson<{ files: readonly GoldenFile[] }>('mimo/files.json');
const golden = (file: string): GoldenFile => files.find((candidate) => candidate.file === file)!;

test('events come out in the spelling of the golden data: texts for 64-bit integers, hex for bytes', () => {
  for (const file of ['mixed_types.mimo', 'subarray.mimo', 'datetime64.mimo', 'raw_void.mimo', 'plain_f8.mimo']) {
    const expected = golden(file);
    const answer = pulsebenchJson<{ eventCount: number; trailingBytes: number; events: unknown[] }>(
      'events',
      goldenPath(`mimo/files/${file}`),
    );
    expect(answer.eventCount).toBe(expected.nEvents);
    expect(answer.trailingBytes).toBe(expected.trailingBytes);
    expect(answer.events).toEqual(expected.events.map(({ metadata, data }) => ({ metadata, data })));
  }
});

test('NaN is null, infinities are texts', () => {
  const answer = pulsebenchJson<{ events: { metadata: Record<string, unknown[]>; data: Record<string, unknown[]> }[] }>(
    'events',
    goldenPath('mimo/files/extreme_metadata.mimo'),
  );
  const spelled = (value: unknown) => (value === 'NaN' ? null : value);
  const expected = golden('extreme_metadata.mimo').events.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata as Record<string, unknown[]>).map(([key, list]) => [key, list.map(spelled)]),
    ),
    data: Object.fromEntries(
      Object.entries(data as Record<string, unknown[]>).map(([key, list]) => [key, list.map(spelled)]),
    ),
  }));
  // JSON has no negative zero
  expect(answer.events).toEqual(JSON.parse(JSON.stringify(expected)));
});

test('a list of questions gives one line each, in order, and bad ones do not stop the others', () => {
  const path = goldenPath('mimo/files/redpitaya_2ch_i2.mimo');
  const requests = requestsFile('mixed.json', [
    { op: 'digest', signal: 'IN1' },
    { op: 'samples', signal: 'nowhere', start: 0, count: 1 },
    { op: 'samples', signal: 'IN2', start: 11_999, count: 2 },
    { op: 'dance' },
    { op: 'statistics', signal: 'metadata.counter' },
  ]);
  const { code, stdout } = pulsebench('query', path, '--requests', requests);
  expect(code).toBe(0);
  const [digest, missing, outside, unknown, counter] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  // the first channel of every record, cut out of the file by hand
  const bytes = goldenBytes('mimo/files/redpitaya_2ch_i2.mimo');
  const channel = new Uint8Array(24_000);
  for (let event = 0; event < 12; event++) {
    const record = bytes.length - (12 - event) * 4024;
    for (let item = 0; item < 1000; item++) {
      channel.set(bytes.subarray(record + 4 * item, record + 4 * item + 2), event * 2000 + 2 * item);
    }
  }
  const sha256 = createHash('sha256').update(channel).digest('hex');
  expect(digest).toEqual({ ok: true, result: { count: 12_000, bytes: 24_000, sha256 } });
  expect(missing).toMatchObject({ ok: false, error: { code: 'format/not-found' } });
  expect(outside).toMatchObject({ ok: false, error: { code: 'format/range' } });
  expect(unknown).toMatchObject({ ok: false, error: { code: 'request/invalid' } });
  expect(counter).toMatchObject({ ok: true, result: { count: 12, mean: 5.5, min: 0, max: 11, integral: 66 } });
});

test('exit code 2 is wrong usage, 1 an unusable file; both are one line on standard error', () => {
  const usage = pulsebench('samples');
  expect([usage.code, usage.stdout]).toEqual([2, '']);
  expect(pulsebench('info', goldenPath('mimo/files/plain_f8.mimo'), '--colour').code).toBe(2);
  const broken = pulsebench('info', goldenPath('mimo/refuse/exec_eval_extra_key.mimo'));
  expect([broken.code, broken.stdout]).toEqual([1, '']);
  for (const { stderr } of [usage, broken]) expect(stderr.trimEnd()).toMatch(/^pulsebench: [^\n]+$/);
  expect(pulsebench('info', join(folder, 'absent.mimo')).code).toBe(1);
});

test('events that a header claims and a sparse file pads are refused before they fill the memory', () => {
  const file = join(folder, 'huge.mimo');
  const head = readFileSync(goldenPath('mimo/files/simple_f4_1ch.mimo'));
  writeFileSync(file, head);
  truncateSync(file, 2 ** 32);
  const all = pulsebench('events', file);
  expect(all.code).toBe(1);
  expect(all.stderr).toMatch(/^pulsebench: \d+ events are too many for one answer[^\n]+\n$/);
  const { events } = pulsebenchJson<{ events: unknown[] }>('events', file, '--start', '10000000', '--count', '2');
  expect(events.length).toBe(2);
  rmSync(file);
});

test('without --json the same content is text', () => {
  const { code, stdout } = pulsebench('info', goldenPath('mimo/files/trunc_mid_metadata.mimo'));
  expect(code).toBe(0);
  expect(stdout).toContain('eventCount: 2');
  expect(stdout).toContain('mimo/trailing-bytes');
});

test.each([
  ['text.mimo', new TextEncoder().encode('t;a\n0;1\n1;2\n'), 'csv'],
  ['array.mimo', goldenBytes('mimo/pipeline/hist_spectrum/Histograms_In/peak_heights.npy'), 'npy'],
])('%s is opened as what it holds; it has no events', (name, content, format) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  expect(pulsebenchJson<{ format: string }>('info', path).format).toBe(format);
  const { code, stdout, stderr } = pulsebench('events', path);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/no events/);
});
