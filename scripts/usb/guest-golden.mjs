// In the virtual machine: plays the golden cases of a JS220 through the page and compares what its live channels hold
// with what the reference made of the same frames.

/** Statistics are doubles on both sides (as in tests/conformance/js220-statistics.test.ts). */
const RELATIVE_TOLERANCE = 1e-12;
/** Sample ids per second, nominal. */
const IDS_PER_S = 2_000_000;
/** UTC ticks per second. */
const TICKS_PER_S = 2 ** 30;

/** Sets the connected instrument up for a case and starts it; rejects with what the driver says. */
export function beginCase(page, step) {
  return page.evaluate(async ({ parameters }) => {
    const { handle } = document.querySelector('lab-app').app.instruments.connected.value[0];
    for (const [id, value] of Object.entries(parameters)) await handle.set(id, value);
    await handle.streams.start();
  }, step);
}

/** All that the live channels hold: samples with the time of the first, values of the instrument's own statistics. */
export function readChannels(page) {
  return page.evaluate(async () => {
    const { store } = document.querySelector('lab-app').app.instruments.connected.value[0].handle;
    const signals = [];
    for (const { id, timing, startSample, endSample, offsetS, sampleRateHz } of store.signals()) {
      if (endSample === startSample) continue;
      const { values } = await store.samples(id, startSample, endSample);
      const startS = timing === 'steady' ? offsetS + startSample / sampleRateHz : 0;
      signals.push({
        id,
        startS,
        sampleRateHz,
        values: Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
      });
    }
    return { originUtc: String(store.originUtc), signals };
  });
}

/** What is wrong, in words; empty when the page has what the reference has. */
export function differences(step, { originUtc, signals }) {
  const found = new Map(signals.map((signal) => [signal.id, signal]));
  const wrong = step.signals.flatMap((golden) => compareSamples(golden, found.get(golden.signalId), step, originUtc));
  const wanted = step.signals.map(({ signalId }) => signalId);
  // the reference has no signal of samples at a limit
  const isCompanion = (id) => wanted.some((signalId) => id === `${signalId}_saturated`);
  const streams = signals.map(({ id }) => id).filter((id) => !id.startsWith('totals.') && !isCompanion(id));
  if (streams.sort().join() !== wanted.sort().join()) wrong.push(`streams ${streams} instead of ${wanted}`);
  return [...wrong, ...compareStatistics(step.statistics, found)];
}

function compareSamples({ signalId, decimateFactor, values }, signal, step, originUtc) {
  if (!signal) return [`${signalId} has no samples`];
  const { utc, counter, rateHz } = step.timeMap;
  if (signal.sampleRateHz !== IDS_PER_S / decimateFactor) return [`${signalId} has ${signal.sampleRateHz} samples/s`];
  // From the time of the first sample to its id, by the reference's time map.
  const seconds = Number(BigInt(originUtc) - BigInt(utc)) / TICKS_PER_S + signal.startS;
  const [someId] = values[0];
  const steps = Math.round((Number(counter) + seconds * rateHz - someId) / decimateFactor);
  const firstId = someId + steps * decimateFactor;
  const golden = new Map(values);
  // The reference begins its computed power with NaN, which the filter of c04 draws out.
  const isArtefact = (id) =>
    signalId === 'power' && golden.get(id) === null && (id < firstId || step.name.startsWith('c04'));
  let comparedCount = 0;
  for (const [id, value] of golden) {
    if (isArtefact(id)) continue;
    const got = signal.values[(id - firstId) / decimateFactor];
    if (!Object.is(got, value)) return [`${signalId} has ${got} instead of ${value} at id ${id}`];
    comparedCount++;
  }
  return comparedCount > 0 ? [] : [`nothing of ${signalId} was compared`];
}

function compareStatistics(records, found) {
  if (records.length === 0) return [];
  return ['current', 'voltage', 'power'].flatMap((name, column) => {
    const got = found.get(`totals.${name}`)?.values ?? [];
    if (got.length !== records.length) return [`${got.length} records of ${name} instead of ${records.length}`];
    const index = records.findIndex(
      (record, row) => Math.abs(got[row] - record[column]) > RELATIVE_TOLERANCE * Math.abs(record[column]),
    );
    return index < 0 ? [] : [`mean ${name} of record ${index} is ${got[index]} instead of ${records[index][column]}`];
  });
}
