// List mode of a Red Pitaya with the mcpha image (port 1002): every pulse of both inputs as an event with its height and its
// time. In a browser the bytes come through the bridge.

import { LabError } from '../../base/errors.ts';
import {
  encodeListCommand,
  joinWords,
  LIST_MODE,
  LIST_MODE_PORT,
  TICKS_PER_S,
} from '../../devices/redpitaya/protocol/command.ts';
import { LIST_EVENT_BYTES, type ListEvent, ListModeDecoder } from '../../devices/redpitaya/protocol/list-mode.ts';
import type { WorkerConfig } from '../config.ts';
import type { Importer, WorkerContext } from './template.ts';

/** No preset: 56 bits of ticks are 18 years. */
const NO_PRESET_TICKS = 2n ** 56n - 1n;
/** Those of the original client (pha-start). */
const DECIMATION = 4;
const DELAY_SAMPLES = 100;
const MIN = 20;
const MAX = 4090;

/**
 * Sink: one item, with the fields `time` (seconds since the start), `IN1` and `IN2` (height; 0 where that input had no
 * pulse). Config: `ip` (with `:port` where list mode has another port); optional `sample_rate` (decimation), `delay`,
 * `min_threshold`, `max_threshold`, `negator_IN1`, `negator_IN2`.
 */
export async function redPitayaListMode(context: WorkerContext): Promise<Importer> {
  const [sink] = context.sinks;
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink');
  const commands = listStartCommands(context.config);
  const [host = '', port] = context.config.text('ip').split(':');
  const stream = await context.connect(host, port === undefined ? LIST_MODE_PORT : Number(port));
  const startS = context.now();
  stream.write(joinWords(commands));
  const decoder = new ListModeDecoder();
  let waiting: readonly ListEvent[] = [];
  let event: ListEvent | undefined;
  let eventCount = 0;
  const tellLosses = () => {
    const { resyncCount, skippedWordCount, backwardCount } = decoder;
    if (resyncCount > 0) {
      context.print(
        `The board lost events ${resyncCount} times: its memory for 2048 of them was full. ${skippedWordCount} words that belong to no whole event were left out.`,
      );
    }
    if (backwardCount > 0) {
      context.print(`The clock of the board went back ${backwardCount} times: times before and after do not compare.`);
    }
  };
  return {
    template: 'Importer',
    eventTimeS: () => startS + timeOf(event),
    next: async () => {
      while (waiting.length === 0) {
        const bytes = await stream.read(LIST_EVENT_BYTES);
        if (!bytes) {
          waiting = decoder.finish();
          if (waiting.length > 0) break;
          context.print(
            `The server at ${host} closed the connection after ${eventCount} events: the source has ended.`,
          );
          return false;
        }
        waiting = decoder.push(bytes);
      }
      [event, ...waiting] = waiting;
      eventCount++;
      return true;
    },
    write: (view) => {
      view.set('time', timeOf(event));
      view.set('IN1', event?.in1 ?? 0);
      view.set('IN2', event?.in2 ?? 0);
    },
    finish: () => {
      tellLosses();
      stream.close();
    },
  };
}

function timeOf(event: ListEvent | undefined): number {
  return event ? Number(event.ticks) / TICKS_PER_S : 0;
}

/** What is sent before the events, in the order of pha-start. */
export function listStartCommands(config: WorkerConfig): readonly Uint8Array<ArrayBuffer>[] {
  const both = (code: number, value: number | bigint) => [
    encodeListCommand(code, 0, value),
    encodeListCommand(code, 1, value),
  ];
  const negator = (key: string) => (config.boolean(key, false) ? 1 : 0);
  return [
    encodeListCommand(LIST_MODE.resetAnalysers, 0, 0),
    encodeListCommand(LIST_MODE.resetTimers, 0, 0),
    encodeListCommand(LIST_MODE.sampleRate, 0, config.number('sample_rate', DECIMATION)),
    encodeListCommand(LIST_MODE.negator, 0, negator('negator_IN1')),
    encodeListCommand(LIST_MODE.negator, 1, negator('negator_IN2')),
    ...both(LIST_MODE.delay, config.number('delay', DELAY_SAMPLES)),
    ...both(LIST_MODE.minThreshold, config.number('min_threshold', MIN)),
    ...both(LIST_MODE.maxThreshold, config.number('max_threshold', MAX)),
    ...both(LIST_MODE.timer, NO_PRESET_TICKS),
    encodeListCommand(LIST_MODE.start, 0, 0),
  ];
}
