// Opens a file of bare numbers: the user says what they are.

import { FormatError } from '../../base/errors.ts';
import type { Workspace } from '../../core/workspace.ts';
import type { RawChoice, ReadChoice } from '../../model/read-choice.ts';
import { sampleColumns } from '../numpy/columns.ts';
import { itemSignals } from '../numpy/item-signals.ts';
import { dtypeFromName } from '../numpy/type-names.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';

/**
 * Throws `setup/invalid` for an unknown type, `format/range` for a choice that does not fit the file. `more` is what the
 * user says beside `choice`.
 */
export function openRaw(
  source: RandomAccess,
  choice: RawChoice,
  workspace: Workspace,
  more: ReadChoice = {},
): FormatReader {
  const dtype = dtypeFromName(choice.dtypeName);
  const { columns } = sampleColumns(dtype, 'value');
  const { channelCount, skipBytes } = choice;
  const sampleRateHz = more.rateHz ?? choice.sampleRateHz;
  const isUsable = Number.isSafeInteger(channelCount) && channelCount >= 1 && channelCount <= 1024 && sampleRateHz > 0;
  if (!isUsable || skipBytes < 0 || skipBytes > source.sizeBytes || columns.length !== 1) {
    throw new FormatError(
      'format/range',
      'Choose a plain number type, 1 to 1024 channels, a sample rate above 0 and a start inside the file.',
    );
  }
  const strideBytes = dtype.itemBytes * channelCount;
  const sampleCount = Math.floor((source.sizeBytes - skipBytes) / strideBytes);
  const rest = source.sizeBytes - skipBytes - sampleCount * strideBytes;
  const channels = Array.from({ length: channelCount }, (_, channel) => ({
    ...columns[0]!,
    name: channelCount > 1 ? `channel[${channel}]` : 'value',
    offsetBytes: channel * dtype.itemBytes,
  }));
  const grid = {
    offsetBytes: skipBytes,
    itemBytes: strideBytes,
    itemsPerRecord: 1,
    recordBytes: strideBytes,
    itemCount: sampleCount,
  };
  const offsetS = more.startS ?? 0;
  const signals = itemSignals(source, grid, channels, workspace, ({ name }) => ({ name, sampleRateHz, offsetS }));
  return createPlainReader({
    format: 'raw',
    label: 'Raw numbers',
    version: '',
    signals,
    reading: {
      form: `raw:${choice.dtypeName}×${channelCount}`,
      guesses: [],
      choice: { ...more, raw: choice },
      columns: channels.map(({ name }) => ({ id: name, name, unit: '', role: 'signal' })),
    },
    diagnostics:
      rest === 0
        ? []
        : [
            {
              severity: 'warning',
              code: 'raw/trailing-bytes',
              message: `The last ${rest} bytes are no whole row of ${channelCount} numbers and are left out.`,
              offsetBytes: source.sizeBytes - rest,
            },
          ],
  });
}
