// The prebuilt functions against what mimoCoRB2 0.0.3 made of the same files (tests/golden/mimo/pipeline.json).

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { MimoEvents } from '../../src/formats/mimo/events.ts';
import { readMimoHeader } from '../../src/formats/mimo/header.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { runFunction, type TestBuffer } from '../support/pipeline.ts';

interface GoldenCase {
  readonly id: string;
  readonly function: string;
  readonly input: string;
  readonly source: TestBuffer;
  readonly config: unknown;
  readonly sinks: readonly TestBuffer[];
  readonly sinkEvents?: readonly { readonly sink: string; readonly n: number; readonly file: string }[];
  readonly outputs: readonly string[];
  readonly error?: { readonly message: string };
}

const cases = goldenJson<{ cases: GoldenCase[] }>('mimo/pipeline.json').cases.filter(
  (golden) => golden.function !== 'analyzers.pha',
);

function run({ function: functionName, input, source, config, sinks }: GoldenCase) {
  return runFunction({ functionName, config, source, sinks, input: goldenBytes(`mimo/pipeline/${input}`) });
}

async function recordsOf(path: string): Promise<Uint8Array> {
  const file = new MemoryFile(goldenBytes(path));
  const events = new MimoEvents(file, await readMimoHeader(file));
  return events.readRecords(0, events.eventCount);
}

test('the golden cases are the ones known', () => {
  expect(readdirSync(new URL('../golden/mimo/pipeline/', import.meta.url)).length).toBeGreaterThan(15);
  expect(cases.length).toBeGreaterThan(15);
});

test.each(cases.filter(({ error }) => !error).map((c) => [c.id, c] as const))('%s', async (_id, golden) => {
  const { files, sinks, failure } = await run(golden);
  expect(failure).toBeUndefined();
  for (const output of golden.outputs) {
    const path = output.slice(golden.id.length + 1);
    expect(Buffer.from(files.get(path) ?? []).equals(goldenBytes(`mimo/pipeline/${output}`)), path).toBe(true);
  }
  for (const [i, { file }] of (golden.sinkEvents ?? []).entries()) {
    expect(Buffer.from(sinks[i]!).equals(await recordsOf(`mimo/pipeline/${file}`)), file).toBe(true);
  }
});

test.each(cases.filter(({ error }) => error).map((c) => [c.id, c] as const))('%s fails', async (_id, golden) => {
  const { failure, sinks } = await run(golden);
  expect(failure).toBeDefined();
  for (const sink of sinks) expect(sink).toHaveLength(0);
  // The words differ; what they name does not.
  const named = /'(\w+)'|Channel (\w+)|Parameter (\w+)/.exec(golden.error!.message)?.slice(1).find(Boolean);
  if (named) expect(failure).toContain(named);
});
