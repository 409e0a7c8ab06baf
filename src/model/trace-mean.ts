import { sharedFloats } from './shared-floats.ts';

/**
 * The mean of records, sample by sample, computed in doubles from all of them: nothing is left of one that is no longer among
 * them. A hole takes no part; of holes alone it is one. All have as many signals and samples as the first. Pure.
 */
export function meanOfTraces(records: readonly (readonly Float32Array[])[]): readonly Float32Array[] {
  return (records[0] ?? []).map((first, signal) => {
    const sums = new Float64Array(first.length);
    const counts = new Uint32Array(first.length);
    for (const record of records) {
      const samples = record[signal]!;
      for (let i = 0; i < samples.length; i++) {
        const value = samples[i]!;
        if (Number.isNaN(value)) continue;
        sums[i]! += value;
        counts[i]!++;
      }
    }
    const means = sharedFloats(first.length);
    for (let i = 0; i < means.length; i++) means[i] = sums[i]! / counts[i]!;
    return means;
  });
}
