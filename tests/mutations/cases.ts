// What is changed, and what is done with it: every format as a program uses it, and setups. Node only.

import { readFileSync } from 'node:fs';
import { LabError } from '../../src/base/errors.ts';
import { createWorkspace } from '../../src/core/workspace.ts';
import { openFile } from '../../src/formats/detect.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { loadSetup } from '../../src/pipeline/setup/load.ts';
import { containerFiles } from '../support/container-files.ts';
import { FILE_KINDS } from '../support/file-kinds.ts';
import { goldenBytes } from '../support/golden.ts';
import { dho, ds1000b, ds1000e, ds1000z, ds2000 } from '../support/rigol-files.ts';
import { tektronixWfm, waveList } from '../support/scope-files.ts';
import { SPECTRUM_FILES } from '../support/spectrum-files.ts';

/** Memory of the core, as for a command. */
const WORKSPACE_BYTES = 64 * 2 ** 20;
/** Samples and events that are looked at one by one. */
const LOOK_COUNT = 1000;
const BIN_COUNT = 300;
const SETUP = 'public/examples/muon/muon_setup.yaml';

/** Files of kinds that have several forms of their own. */
const FORMS: Readonly<Record<string, string>> = {
  'Parquet with a clock': 'parquet/clock_snappy.parquet',
  'Parquet, split bytes': 'parquet/split.parquet',
  'HDF5, NeXus': 'hdf5/nexus.h5',
  'HDF5, types': 'hdf5/types.h5',
  'HDF5, scales': 'hdf5/scales.h5',
  'HDF5, MATLAB 7.3': 'hdf5/matlab.h5',
  'HDF5, running numbers and Unix times': 'arrays/groups.h5',
  'Parquet, Unix times': 'arrays/stamp.parquet',
  'MATLAB 5, workspace': 'mat/plain.mat',
  'MATLAB 5, packed': 'mat/packed.mat',
  'MATLAB 4': 'mat/level4.mat',
};

export interface MutationCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  use(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Smaller ones of the same kind: most changes of a large file change a sample. */
const SMALL: Readonly<Record<string, string>> = {
  'JLS v1, raw': 'jls-v1/recordings/raw_short.jls',
  'JLS v2': 'jls-v2/annotations_utc.jls',
};

const SEGMENTS = [1, 2, 3].map((segmentIndex) => ({
  label: '1',
  segmentIndex,
  timeTagS: segmentIndex,
  buffers: [{ type: 1, pointBytes: 4 as const, values: [1, 2, 3] }],
}));
/** Files of oscilloscopes, family by family. */
const SCOPE_FILES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['Rigol DS1000E', ds1000e({ hasLogic: true })],
  ['Rigol DS1000B', ds1000b()],
  ['Rigol DS1000Z', ds1000z()],
  ['Rigol DS2000', ds2000(2, { isInterwoven: true })],
  ['Rigol DS4000', ds2000(4)],
  ['Rigol DHO', dho()],
  ['Keysight .bin', waveList('AG10', SEGMENTS)],
  [
    'Tektronix .wfm',
    tektronixWfm({
      version: 3,
      isLittle: true,
      frames: [
        [1, 2],
        [3, 4],
      ],
    }),
  ],
];

export async function mutationCases(module: WebAssembly.Module): Promise<readonly MutationCase[]> {
  const cases: MutationCase[] = [];
  for (const { name, bytes, raw } of FILE_KINDS) {
    if (raw) continue;
    const small = SMALL[name];
    cases.push({ name, bytes: small ? goldenBytes(small) : await bytes(), use: (changed) => readAll(changed, module) });
  }
  const others: readonly (readonly [string, Uint8Array])[] = [
    ...(await containerFiles()),
    ...SCOPE_FILES,
    ...Object.entries(FORMS).map(([name, path]) => [name, goldenBytes(path)] as const),
    ...SPECTRUM_FILES.map(({ name, bytes }) => [`spectrum: ${name}`, bytes] as const),
  ];
  for (const [name, bytes] of others) {
    cases.push({ name, bytes, use: (changed) => readAll(changed, module) });
  }
  const text = readFileSync(SETUP);
  cases.push({
    name: 'setup',
    bytes: text,
    use: async (changed) => {
      await loadSetup(new TextDecoder().decode(changed), { readText: () => Promise.resolve('') });
    },
  });
  return cases;
}

async function readAll(bytes: Uint8Array<ArrayBuffer>, module: WebAssembly.Module): Promise<void> {
  const reader = await openFile(new MemoryFile(bytes), createWorkspace(module, WORKSPACE_BYTES));
  try {
    const { store, events } = reader;
    await store.annotations();
    await reader.userData();
    for (const signal of store.signals()) {
      const { id, startSample, endSample } = signal;
      if (endSample <= startSample) continue;
      const length = endSample - startSample;
      const increment = Math.ceil(length / BIN_COUNT);
      await store.summary({ signalId: id, start: startSample, increment, count: Math.floor(length / increment) });
      await store.samples(id, startSample, Math.min(endSample, startSample + LOOK_COUNT));
      await store.statistics(id, startSample, endSample);
      await reader.utcEntries(id);
      if (signal.timing === 'stamped') await store.stamped?.samplesIn(id, signal.startS, signal.endS);
    }
    if (events) await events.read(0, Math.min(events.eventCount, LOOK_COUNT));
  } finally {
    reader.close();
  }
}

/** What is wrong with an answer; `undefined` when it is an error in words. */
export function rawError(thrown: unknown): string | undefined {
  return thrown instanceof LabError ? undefined : String((thrown as Error | undefined)?.stack ?? thrown);
}
