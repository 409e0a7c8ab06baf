// Recorded bulk packets of a JS110 through the shipped driver, recorded as the application records.

import { statSync } from 'node:fs';
import { LabError } from '../base/errors.ts';
import { StreamRing } from '../core/stream-ring.ts';
import { PACKET_BYTES, PACKET_SAMPLES, SAMPLE_RATE_HZ } from '../devices/joulescope/js110/constants.ts';
import { Js110Driver } from '../devices/joulescope/js110/driver.ts';
import { Js110Feed } from '../devices/joulescope/js110/feed.ts';
import { Js110Processor, js110Signals } from '../devices/joulescope/js110/processor.ts';
import { createReplayDevice } from '../devices/joulescope/js110/sim/replay.ts';
import { JlsWriter, jlsWriterWorkspaceBytes } from '../formats/jls/v2/writer.ts';
import { isSaturation } from '../model/saturation.ts';
import { SourceFollower } from '../workers/recorder/source-follower.ts';
import { writeWhole } from './convert.ts';
import { terminalProgress } from './progress.ts';
import { ReplayClock, settle, step } from './replay-clock.ts';
import { makeWorkspace, print, readInput } from './session.ts';
import { Arguments, UsageError } from './usage.ts';

/**
 * Samples that the ring holds: the longest gap that the 16-bit packet index can show (65 535 packets, 4.13 s) beside
 * what the driver takes before the recorder has its turn (16 reads, 0.13 s).
 */
const RING_SAMPLES = 4.5 * SAMPLE_RATE_HZ;

/**
 * Feeds the capture to the driver and records every signal that the vendor's host knows, because a replay is compared with
 * what that wrote, signal by signal. Which samples are saturated is ours, and stays away.
 */
export async function replayJs110(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, {
    words: ['js110', 'CAPTURE', 'OUT.jls'],
    values: ['calibration', 'suppress'],
    switches: ['json'],
  });
  const [, capturePath, output] = parsed.words as [string, string, string];
  const capture = readInput(capturePath);
  if (capture.length < PACKET_BYTES) {
    throw new LabError('format/damaged', `${capturePath} holds no whole packet of ${PACKET_BYTES} bytes.`);
  }
  const durationMs = (Math.floor(capture.length / PACKET_BYTES) * PACKET_SAMPLES * 1000) / SAMPLE_RATE_HZ;
  const clock = new ReplayClock(statSync(capturePath).mtimeMs - durationMs);
  const device = createReplayDevice(capture, readInput(parsed.required('calibration')), { clock });
  const { ring, feed } = createFeed(clock);
  const driver = new Js110Driver(device, { clock, system: 'other', feed });
  let failure: Error | undefined;
  driver.onFailed = (error) => {
    failure = error;
  };
  const progress = terminalProgress('replay');
  const figures = await writeWhole(output, async (sink) => {
    await settle(clock, driver.open());
    const mode = parsed.value('suppress');
    if (mode !== undefined) await suppress(driver, mode, clock);
    const signalIds = ring.signals.map(({ id }) => id).filter((id) => !isSaturation(id));
    const writer = new JlsWriter(makeWorkspace(jlsWriterWorkspaceBytes(signalIds.length)), sink);
    const follower = new SourceFollower({
      rings: [ring],
      identity: driver.identity!,
      signalIds,
      writer,
      sourceId: 1,
      firstJlsId: 1,
      reserve: () => undefined,
      nowMs: clock.nowMs(),
    });
    let isFinished = false;
    void device.finished.then(() => {
      isFinished = true;
    });
    await settle(clock, driver.start('new'));
    while (!isFinished) {
      if (failure) throw failure;
      await step(clock);
      clock.reach((ring.endSample * 1000) / SAMPLE_RATE_HZ);
      while (follower.advance(clock.nowMs()));
      progress.report(ring.endSample, (capture.length / PACKET_BYTES) * PACKET_SAMPLES);
    }
    // A short capture is over before it was looked at once, and the stream began with an emptied ring.
    while (follower.advance(clock.nowMs()));
    follower.endHere('sample');
    while (follower.advance(clock.nowMs()));
    follower.finish();
    writer.close();
    const { health } = ring;
    await settle(clock, driver.close());
    return { sampleCount: ring.endSample, ...health };
  });
  progress.end();
  print({ output, ...figures }, parsed.has('json'));
}

function createFeed(clock: ReplayClock): { ring: StreamRing; feed: Js110Feed } {
  const signals = js110Signals();
  const ringBytes = StreamRing.byteLength(signals, { capacitySamples: RING_SAMPLES });
  const { core, arena } = makeWorkspace(ringBytes + Js110Processor.byteLength + 4 * 2 ** 20);
  const ring = StreamRing.create(core, arena, { signals, capacitySamples: RING_SAMPLES });
  const processor = new Js110Processor(core, arena.reserve('js110', Js110Processor.byteLength), ring);
  return { ring, feed: new Js110Feed({ clock, ring, processor }) };
}

/** `off`, `normal`, or mode_pre_window_post as the reference spells it. */
async function suppress(driver: Js110Driver, name: string, clock: ReplayClock): Promise<void> {
  const full = name === 'normal' ? 'interp_1_n_1' : name;
  const [mode, pre, window, post] = full.split('_');
  if (full !== 'off' && post === undefined) throw new UsageError(`"${name}" is no suppression mode.`);
  await settle(clock, driver.set('suppression.mode', mode!));
  if (full === 'off') return;
  await settle(clock, driver.set('suppression.pre', Number(pre)));
  await settle(clock, driver.set('suppression.window', window!));
  await settle(clock, driver.set('suppression.post', Number(post)));
}
