// What the registry loads for oscilloscopes that are read as OsziTrace reads them.

import { assert } from '../../base/assert.ts';
import { LabError } from '../../base/errors.ts';
import type { InstrumentModule } from '../api/instrument.ts';
import { parseConfiguration } from './configuration.ts';
import { parseInitTalk } from './init-talk.ts';
import { OsziInstrument } from './instrument.ts';

export const oszitraceModule: InstrumentModule = {
  create: (bench, configuration) => {
    assert(configuration, 'an oscilloscope of OsziTrace comes with its configuration');
    const talk = configuration.initTalk === undefined ? [] : parseInitTalk(configuration.initTalk);
    return new OsziInstrument(bench, parseConfiguration(configuration.settings), talk);
  },
  /** The simulated dialogue asks for no link. */
  simulate: () => {
    const open = () => Promise.reject(new LabError('device/unsupported', 'The simulated oscilloscope has no link.'));
    return {
      place: {
        find: async () => ({ kind: 'messages', open }),
        discard: () => undefined,
        onBack: () => () => undefined,
      },
      extras: { parameters: [], values: () => ({}), set: () => undefined },
    };
  },
};
