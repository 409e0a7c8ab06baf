// Recorded bulk frames of a JS220 through the shipped driver. Its signals have different rates, so each is recorded
// at its own, with the sample ids that the instrument counts.

import { statSync } from 'node:fs';
import { LabError } from '../base/errors.ts';
import { FIRST_STREAM_PORT, FRAME_BYTES, PORT } from '../devices/joulescope/js220/constants.ts';
import { Js220Driver } from '../devices/joulescope/js220/driver.ts';
import { decodeFrames } from '../devices/joulescope/js220/frames.ts';
import { Js220HostSettings } from '../devices/joulescope/js220/host-settings.ts';
import { Js220Processor } from '../devices/joulescope/js220/processor.ts';
import { createJs220Replay } from '../devices/joulescope/js220/sim/replay.ts';
import { JS220_STREAMS, STATISTICS_TOPIC } from '../devices/joulescope/js220/streams.ts';
import { isJs220Topic } from '../devices/joulescope/js220/topics.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../formats/jls/v2/writer.ts';
import { writeWhole } from './convert.ts';
import { Js220Recording } from './js220-recording.ts';
import { terminalProgress } from './progress.ts';
import { ReplayClock, settle, step } from './replay-clock.ts';
import { makeWorkspace, print, readInput } from './session.ts';
import { Arguments } from './usage.ts';

interface Publication {
  readonly topic: string;
  readonly value: null | boolean | number | string;
}

/** Publishes, feeds the capture to the driver and records every signal. */
export async function replayJs220(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, {
    words: ['js220', 'CAPTURE', 'OUT.jls'],
    values: ['publish'],
    switches: ['json'],
  });
  const [, capturePath, output] = parsed.words as [string, string, string];
  const list = parsed.value('publish');
  const capture = readInput(capturePath);
  if (capture.length === 0) throw new LabError('format/damaged', `${capturePath} is empty.`);
  const publications = list === undefined ? publicationsFor(capture) : readPublications(list);
  const clock = new ReplayClock(statSync(capturePath).mtimeMs);
  const device = createJs220Replay(capture, { clock });
  const packetCount = Math.ceil(capture.length / FRAME_BYTES);
  const progress = terminalProgress('replay');
  const figures = await writeWhole(output, async (sink) => {
    const { core, arena } = makeWorkspace(4 * 2 ** 20);
    const region = arena.reserve('js220', Js220Processor.byteLength);
    const writer = new JlsWriter(makeWorkspace(jlsWriterWorkspaceBytes(JS220_STREAMS.length)), sink);
    const recording = new Js220Recording(writer, { clock, room: { core, region } });
    const host = new Js220HostSettings([]);
    const driver = new Js220Driver(device, { clock, system: 'other', feed: recording, host });
    let failure: Error | undefined;
    driver.onFailed = (error) => {
      failure = error;
    };
    await settle(clock, driver.open());
    recording.begin(driver.identity!);
    for (const { topic, value } of publications) await settle(clock, driver.publish(topic, value));
    await settle(clock, driver.start('new'));
    let isFinished = false;
    void device.play().then(() => {
      isFinished = true;
    });
    while (!isFinished) {
      if (failure) throw failure;
      await step(clock);
      progress.report(device.playedPacketCount, packetCount);
    }
    if (failure) throw failure;
    recording.finish();
    writer.close();
    const { repeatedSampleCount, unplacedFrameCount } = recording.processor.counters;
    await settle(clock, driver.close());
    return {
      signals: recording.signals,
      ...driver.health,
      repeatedSampleCount,
      unplacedFrameCount,
      ...(driver.totals && { totals: driver.totals }),
    };
  });
  progress.end();
  print({ output, ...figures }, parsed.has('json'));
}

/** `list` is the JSON itself, or a file with it. */
function readPublications(list: string): readonly Publication[] {
  const isInline = /^\s*[[{]/.test(list);
  const text = isInline ? list : new TextDecoder().decode(readInput(list));
  const wrong = (what: string) =>
    new LabError(
      'setup/invalid',
      `${isInline ? 'The list to publish' : list} ${what}. Give one such as [{"topic": "s/i/ctrl", "value": 1}].`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong('is no JSON');
  }
  if (!Array.isArray(parsed) || !parsed.every(isPublication)) throw wrong('holds something else than publications');
  const unknown = parsed.find(({ topic }) => !isJs220Topic(topic));
  if (unknown) throw wrong(`names the topic "${unknown.topic}", which a JS220 does not have`);
  return parsed;
}

function isPublication(item: unknown): item is Publication {
  if (typeof item !== 'object' || item === null) return false;
  const { topic, value } = item as { topic?: unknown; value?: unknown };
  return typeof topic === 'string' && (value === null || ['boolean', 'number', 'string'].includes(typeof value));
}

/** Switches for all that the capture holds, with power when current and voltage are there to make it from. */
function publicationsFor(capture: Uint8Array<ArrayBuffer>): readonly Publication[] {
  const ports = new Set<number>();
  for (const frame of decodeFrames(capture)) {
    if (frame !== 'bad' && frame.port >= FIRST_STREAM_PORT) ports.add(frame.port);
  }
  if (ports.has(PORT.current) && ports.has(PORT.voltage)) ports.add(PORT.power);
  const topics = JS220_STREAMS.filter(({ port }) => ports.has(port)).map(({ controlTopic }) => controlTopic);
  if (ports.has(PORT.statistics)) topics.push(STATISTICS_TOPIC);
  if (topics.length === 0) throw new LabError('format/damaged', 'The capture holds no samples. Is it of a JS220?');
  return topics.map((topic) => ({ topic, value: 1 }));
}
