// The prebuilt functions around .mimo files: export, and the two importers that play a file back
// (mimocorb2/functions/data.py).

import { LabError } from '../../base/errors.ts';
import { MimoEvents } from '../../formats/mimo/events.ts';
import { type MimoHeader, readMimoHeader } from '../../formats/mimo/header.ts';
import { encodeMimoHeader, STANDARD_METADATA } from '../../formats/mimo/write-header.ts';
import { type Dtype, dtypeText, isSameDtype } from '../../formats/numpy/dtype.ts';
import { eventBytes, METADATA_BYTES } from '../event-view.ts';
import { RATE_DISTRIBUTIONS } from './declared.ts';
import { exponentialWait } from './random.ts';
import type { BufferInfo, Exporter, Importer, WorkerContext } from './template.ts';

/** Records are gathered to about this much before they go to the file. */
const BATCH_BYTES = 1 << 20;
/** Seconds after which even a small batch is written and flushed. */
const FLUSH_INTERVAL_S = 1;

/** Writes every event to `<source>.mimo` in the run directory. */
export async function exportMimo(context: WorkerContext): Promise<Exporter> {
  const source = context.sources[0]!;
  const file = await context.files.create(`${source.name}.mimo`);
  file.append(
    encodeMimoHeader({
      dataDtype: source.dtype,
      dataLength: source.dataLength,
      metadataDtype: STANDARD_METADATA,
      metadataLength: 1,
    }),
  );
  const dataBytes = eventBytes(source);
  const recordBytes = dataBytes + METADATA_BYTES;
  const batch = new Uint8Array(recordBytes * Math.max(1, Math.floor(BATCH_BYTES / recordBytes)));
  let used = 0;
  let lastFlush = context.now();
  const write = (): void => {
    if (used > 0) file.append(batch.subarray(0, used));
    used = 0;
  };
  return {
    template: 'Exporter',
    consume: (event) => {
      batch.set(event.dataBytes, used);
      batch.set(event.metadataBytes, used + dataBytes);
      used += recordBytes;
      if (used === batch.length) write();
    },
    tick: () => {
      if (context.now() - lastFlush < FLUSH_INTERVAL_S) return;
      lastFlush = context.now();
      write();
      file.flush();
    },
    finish: () => {
      write();
      file.flush();
    },
  };
}

/** Plays a file back with the recorded differences of its timestamps. */
export async function simulateImporter(context: WorkerContext): Promise<Importer> {
  const player = await openPlayer(context);
  if (player.eventCount === 0) throw new LabError('setup/invalid', 'The file to play back holds no event.');
  let previous: number | undefined;
  return player.importer((timestamp) => {
    const wait = previous === undefined ? 0 : timestamp - previous;
    previous = timestamp;
    return wait;
  });
}

/** Plays a file back at `rate` Hz, evenly (`uniform`) or as a Poisson process (`poisson`). */
export async function clockedImporter(context: WorkerContext): Promise<Importer> {
  const rateHz = context.config.number('rate');
  if (!(rateHz > 0)) throw new LabError('setup/invalid', `'rate' must be greater than 0 Hz, not ${rateHz}.`);
  const distribution = context.config.text('distribution', 'uniform');
  if (!RATE_DISTRIBUTIONS.includes(distribution)) {
    throw new LabError(
      'setup/invalid',
      `'distribution' must be ${RATE_DISTRIBUTIONS.join(' or ')}, not ${distribution}.`,
    );
  }
  const player = await openPlayer(context);
  const wait = distribution === 'uniform' ? () => 1 / rateHz : () => exponentialWait(context.random, 1 / rateHz);
  return player.importer(wait);
}

interface Player {
  readonly eventCount: number;
  /** `waitS` gets the recorded timestamp of the event that comes next. */
  importer(waitS: (timestamp: number) => number): Importer;
}

async function openPlayer(context: WorkerContext): Promise<Player> {
  const fileName = context.config.text('filename');
  const sink = context.sinks[0]!;
  const source = await context.files.open(fileName);
  const header = await readMimoHeader(source);
  const problem = shapeProblem(sink, header, fileName);
  if (problem !== undefined) throw new LabError('setup/invalid', problem);
  const events = new MimoEvents(source, header);
  const dataBytes = eventBytes(sink);
  const perBlock = Math.max(1, Math.floor(BATCH_BYTES / events.recordBytes));
  const timestampOffset = dataBytes + timestampField(header.metadataDtype, fileName);
  return {
    eventCount: events.eventCount,
    importer: (waitS) => {
      let block = new Uint8Array(0);
      let blockStart = 0;
      let index = -1;
      return {
        template: 'Importer',
        isSimulated: true,
        next: async (sleep) => {
          index++;
          if (index >= events.eventCount) return false;
          if ((index - blockStart) * events.recordBytes >= block.length) {
            blockStart = index;
            block = new Uint8Array(await events.readRecords(index, Math.min(perBlock, events.eventCount - index)));
          }
          const at = (index - blockStart) * events.recordBytes;
          sleep(Math.max(0, waitS(new DataView(block.buffer).getFloat64(at + timestampOffset, true))));
          return true;
        },
        write: (event) => {
          const at = (index - blockStart) * events.recordBytes;
          event.dataBytes.set(block.subarray(at, at + dataBytes));
        },
      };
    },
  };
}

function timestampField(metadata: Dtype, fileName: string): number {
  const field = metadata.type === 'struct' ? metadata.fields.find(({ name }) => name === 'timestamp') : undefined;
  if (field && dtypeText(field.dtype) === '<f8') return field.offsetBytes;
  throw new LabError('setup/invalid', `${fileName} has no timestamps to play back.`);
}

/** Why a recording cannot be played back into a buffer. */
export function shapeProblem(
  sink: Pick<BufferInfo, 'name' | 'dtype' | 'dataLength'>,
  { dataDtype, dataLength }: MimoHeader,
  fileName: string,
): string | undefined {
  if (!isSameDtype(sink.dtype, dataDtype)) {
    return `Data type mismatch: ${fileName} does not hold what ${sink.name} expects.`;
  }
  if (sink.dataLength === dataLength) return undefined;
  return `Data length mismatch: ${fileName} has ${dataLength}, ${sink.name} ${sink.dataLength}.`;
}
