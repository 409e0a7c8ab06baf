// Stand-ins for everything outside the application, put together. Runs in Node and in a browser.

import { differenceOf } from '../../src/formats/difference/difference.ts';
import { spectrumFileText } from '../../src/formats/spectrum/write.ts';
import type { Platform, Ports } from '../../src/model/ports.ts';
import { DirectAnalysis } from '../../src/model/trace-analysis.ts';
import { FakeCaptures } from './fake-captures.ts';
import { FakeExports } from './fake-exports.ts';
import { FakeFiles, FakeRecentFiles } from './fake-files.ts';
import { FakeInstruments } from './fake-instruments.ts';
import { FakePipelines } from './fake-pipelines.ts';
import { FakeRecordings } from './fake-recordings.ts';

export const FULL_PLATFORM: Platform = {
  isSecureContext: true,
  isCrossOriginIsolated: true,
  hasSharedMemory: true,
  hasWebUsb: true,
  hasWebSerial: true,
  hasPrivateFileSystem: true,
  hasFilePickers: true,
};

export interface FakePorts extends Ports {
  readonly instruments: FakeInstruments;
  readonly recordings: FakeRecordings;
  readonly files: FakeFiles;
  readonly recentFiles: FakeRecentFiles;
  readonly exports: FakeExports;
  readonly pipelines: FakePipelines;
  readonly kept: FakeCaptures;
}

export function fakePorts(platform: Platform = FULL_PLATFORM): FakePorts {
  const kept = new FakeCaptures();
  return {
    kept,
    captures: async () => kept,
    traceAnalysis: new DirectAnalysis(),
    bridge: { access: async () => 'granted', ask: async () => 'granted' },
    discovery: async () => ({ browse: () => () => undefined }),
    instruments: new FakeInstruments(),
    recordings: new FakeRecordings(),
    files: new FakeFiles(),
    recentFiles: new FakeRecentFiles(),
    exports: new FakeExports(),
    differenceOf,
    spectrumText: async (kind, info, counts) => spectrumFileText(kind, { info, counts }),
    pipelines: new FakePipelines(),
    platform,
  };
}
