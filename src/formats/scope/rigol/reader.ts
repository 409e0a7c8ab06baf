// Opens the .wfm files of Rigol's oscilloscopes: each family has a head of its own, and codes of 8 or 16 bits.

import { FormatError } from '../../../base/errors.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { FormatReader } from '../../reader.ts';
import { HEAD_BYTES } from '../../row.ts';
import type { RandomAccess } from '../../source.ts';
import { openCapture } from '../capture.ts';
import { readDho } from './dho.ts';
import { readDs1000b } from './ds1000b.ts';
import { readDs1000 } from './ds1000e.ts';
import { readDs1000z } from './ds1000z.ts';
import { readDs2000 } from './ds2000.ts';
import type { RigolFile } from './file.ts';
import { isDho } from './row.ts';

/** Rejects with a FormatError. */
export async function openRigolWfm(source: RandomAccess): Promise<FormatReader> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.sizeBytes));
  const file = await readHead(source, head);
  const { model, serialNumber, firmware } = file;
  const diagnostics = file.notes.map(
    (message): Diagnostic => ({ severity: 'warning', code: 'rigol/uncertain', message }),
  );
  return openCapture(source, {
    format: 'rigol-wfm',
    label: file.label,
    version: '',
    instrument: { vendor: 'Rigol', model, serialNumber, version: firmware },
    traces: file.traces,
    metadata: {
      ...(model && { instrument: model }),
      ...(serialNumber && { serialNumber }),
      ...(firmware && { firmware }),
      ...file.metadata,
    },
    diagnostics,
  });
}

function readHead(source: RandomAccess, head: Uint8Array): RigolFile | Promise<RigolFile> {
  if (isDho(head)) return readDho(source);
  if (head.length < 64) {
    throw new FormatError('format/damaged', 'The file ends within its head. Copy it again.', head.length);
  }
  if (head[0] === 0x01) return readDs1000z(head);
  if (head[2] === 0xa4) return readDs1000b(head);
  if (head[2] === 0x38) return readDs2000(head);
  return readDs1000(head, source.sizeBytes);
}
