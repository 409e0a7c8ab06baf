// How a scan's data come into its file: with each point, later where saving takes long, and never without a word.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NexusRecord } from '../../../src/cli/scan-record.ts';
import { simulatedSession } from '../../../src/cli/simulated-session.ts';
import { planScan } from '../../../src/scan/plan.ts';
import { Scan } from '../../../src/scan/scan.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { scanEntries } from '../../support/scan-entries.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-record-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every look at it is 10 ms later, so that a save takes 10 ms. */
class SlowClock extends ManualClock {
  #lookCount = 0;

  override nowMs(): number {
    return super.nowMs() + 10 * this.#lookCount++;
  }
}

function begin(name: string, clock: ManualClock) {
  const { axes, counters } = simulatedSession(clock);
  const path = join(folder, name, 'data.h5');
  return {
    path,
    record: new NexusRecord(path, clock, axes),
    scan: new Scan(planScan('loopscan 10 0.1', axes), { clock, axes, counters }),
    row: (point: number) => ({ point, times: { moveS: 0, countS: 0.1 }, values: [point / 10, 1e9, 100 + point] }),
  };
}

async function savedPoints(path: string): Promise<unknown> {
  return (await scanEntries(readFileSync(path)))['1.1']!.columns['diode'];
}

test('a point is in the file when the scan goes on', async () => {
  const { path, record, scan, row } = begin('quick', new ManualClock());
  expect([await record.create(scan), record.number]).toEqual(['1.1', 1]);
  expect(await savedPoints(path)).toEqual([]);
  await record.append(row(0));
  expect(await savedPoints(path)).toEqual([100]);
  await record.append(row(1));
  expect(await savedPoints(path)).toEqual([100, 101]);
  await record.close();
});

test('where a save takes 10 ms the next one is 30 ms away, with all points till then', async () => {
  const clock = new SlowClock();
  const { path, record, scan, row } = begin('slow', clock);
  await record.create(scan);
  await record.append(row(0));
  expect(await savedPoints(path)).toEqual([100]);
  await record.append(row(1));
  await record.append(row(2));
  expect(await savedPoints(path)).toEqual([100]);
  await clock.advance(10);
  expect(await savedPoints(path)).toEqual([100]);
  await clock.advance(20);
  expect(await savedPoints(path)).toEqual([100, 101, 102]);
  await record.append(row(3));
  await record.close();
  expect(await savedPoints(path)).toEqual([100, 101, 102, 103]);
});

test('a save that fails in between is told at the next point, and the file is free', async () => {
  const clock = new SlowClock();
  const { path, record, scan, row } = begin('gone', clock);
  await record.create(scan);
  await record.append(row(0));
  await record.append(row(1));
  rmSync(join(folder, 'gone'), { recursive: true });
  await clock.advance(100);
  await clock.freeze(1000);
  await expect(record.append(row(2))).rejects.toMatchObject({
    code: 'storage/io',
    message: expect.stringContaining(path),
  });
  await expect(record.close()).rejects.toMatchObject({ code: 'storage/io' });
});
