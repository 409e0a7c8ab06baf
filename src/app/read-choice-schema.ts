// The form in which the browser keeps what the user said of a file.

import * as v from 'valibot';
import type { ReadChoice } from '../model/read-choice.ts';

const column = v.object({
  role: v.exactOptional(v.picklist(['time', 'signal', 'bits', 'text', 'left-out'])),
  name: v.exactOptional(v.string()),
  unit: v.exactOptional(v.string()),
  scale: v.exactOptional(v.number()),
});

const table = v.object({
  separator: v.exactOptional(v.picklist([',', ';', '\t', '|', ' '])),
  decimal: v.exactOptional(v.picklist(['.', ','])),
  headLineCount: v.exactOptional(v.number()),
  isDayFirst: v.exactOptional(v.boolean()),
  columns: v.exactOptional(v.record(v.pipe(v.string(), v.regex(/^\d+$/)), column)),
});

export const readChoiceSchema: v.GenericSchema<unknown, ReadChoice> = v.object({
  raw: v.exactOptional(
    v.object({ dtypeName: v.string(), channelCount: v.number(), sampleRateHz: v.number(), skipBytes: v.number() }),
  ),
  time: v.exactOptional(v.nullable(v.string())),
  timeUnit: v.exactOptional(v.string()),
  rateHz: v.exactOptional(v.number()),
  startS: v.exactOptional(v.number()),
  table: v.exactOptional(table),
  parts: v.exactOptional(v.array(v.string())),
});
