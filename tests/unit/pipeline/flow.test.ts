import { expect, it } from 'vitest';
import { loadSetup } from '../../../src/pipeline/setup/load.ts';

async function diagnose(workers: string) {
  const buffers = ['A', 'B', 'C'].map((name) => `  ${name}: {slot_count: 2, data_length: 1, data_dtype: {x: f4}}`);
  const { setup, diagnostics } = await loadSetup(`Buffers:\n${buffers.join('\n')}\nWorkers:\n${workers}`, {
    readText: async () => undefined,
  });
  return {
    isUsable: setup !== undefined,
    found: diagnostics.map(({ severity, path, message }) => `${severity} ${path}: ${message}`),
  };
}

const SOURCE = '  s: {function: data.simulate_importer, config: {filename: a.mimo}, sinks: [A]}\n';

it('has nothing to say about a stream that is read to its end, nor about unused buffers', async () => {
  const { found } = await diagnose(`${SOURCE}  f: {function: misc.copy, sources: [A], sinks: [B]}
  d: {function: exporters.drain, sources: [B]}\n`);
  expect(found).toEqual([]);
});

it('says what nobody reads and what nobody writes', async () => {
  const { isUsable, found } = await diagnose(`${SOURCE}  d: {function: exporters.drain, sources: [B]}
  o: {function: observers.oscilloscope, observes: [A]}\n`);
  expect(isUsable).toBe(true);
  expect(found).toEqual([
    'warning Buffers.A: Nothing reads A: when its slots are full, what writes it waits.',
    'warning Buffers.B: Nothing writes B: what reads it ends at once.',
  ]);
});

it('counts a worker without threads as none', async () => {
  const { found } = await diagnose(`${SOURCE}  d: {function: exporters.drain, sources: [A], number_of_processes: 0}\n`);
  expect(found).toHaveLength(1);
});

it('refuses loops, once each', async () => {
  const own = await diagnose(`${SOURCE}  f: {function: misc.copy, sources: [A], sinks: [A]}\n`);
  expect(own.isUsable).toBe(false);
  expect(own.found).toEqual([
    'error Buffers.A: A → A is a loop: each waits for the other to end, so the run never would.',
  ]);
  const wide = await diagnose(`${SOURCE}  f: {function: misc.copy, sources: [A], sinks: [B]}
  g: {function: misc.copy, sources: [B], sinks: [C]}
  h: {function: misc.copy, sources: [C], sinks: [A]}\n`);
  expect(wide.isUsable).toBe(false);
  expect(wide.found).toEqual([
    'error Buffers.A: A → B → C → A is a loop: each waits for the other to end, so the run never would.',
  ]);
});
