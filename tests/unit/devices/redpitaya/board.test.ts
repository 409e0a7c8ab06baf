// The simulated board against what the original server did with its registers, and its own truth against counting.

import { expect, test } from 'vitest';
import { encodeMcphaCommand, joinWords, MCPHA } from '../../../../src/devices/redpitaya/protocol/command.ts';
import { skippedSample } from '../../../../src/devices/redpitaya/protocol/oscilloscope.ts';
import { decodeHistogram, decodeStatus } from '../../../../src/devices/redpitaya/protocol/replies.ts';
import { Generator } from '../../../../src/devices/redpitaya/sim/generator.ts';
import { Registers } from '../../../../src/devices/redpitaya/sim/registers.ts';
import type { SimMcphaServer } from '../../../../src/devices/redpitaya/sim/server.ts';
import { COMB_HEIGHTS } from '../../../../src/devices/redpitaya/sim/sources.ts';
import { goldenJson } from '../../../support/golden.ts';
import { makeBoard } from '../../../support/red-pitaya.ts';

interface GoldenEffects {
  readonly initial: Readonly<Record<string, number>>;
  readonly steps: readonly {
    readonly command: [number, number, number];
    readonly changed: Readonly<Record<string, [number, number]>>;
  }[];
}

/** By the names of the golden file. The filter's scale is not simulated. */
function contentOf(registers: Registers): Record<string, number> {
  const [in1, in2] = registers.inputs;
  return {
    reset0: registers.reset0,
    reset1: registers.reset1,
    decimation: registers.decimation,
    timer1: Number(in1.timer),
    delay1: in1.delay,
    min1: in1.min,
    max1: in1.max,
    timer2: Number(in2.timer),
    delay2: in2.delay,
    min2: in2.min,
    max2: in2.max,
    pre_minus_1: registers.beforeMinus1,
    tot_minus_1: registers.totalMinus1,
    level: registers.level,
    iir_fall: registers.filterFall,
    iir_rise: registers.filterRise,
    lower_limit: registers.lowerLimit,
    upper_limit: registers.upperLimit,
  };
}

test('each command changes the registers that it changed on the original server', () => {
  const { initial, steps } = goldenJson<GoldenEffects>('redpitaya/register_effects.json');
  const registers = new Registers();
  const { iir_scale: _, ...expected } = { ...initial };
  expect(contentOf(registers)).toEqual(expected);
  for (const { command, changed } of steps) {
    const [code, channel, value] = command;
    registers.apply({ code, channel, value: BigInt.asUintN(52, BigInt(value)) });
    for (const [name, [, after]] of Object.entries(changed)) expected[name] = after;
    expect(contentOf(registers), JSON.stringify(command)).toEqual(expected);
  }
});

interface GoldenFilter {
  readonly fall_us: number;
  readonly rise_ns: number;
  readonly fall: number;
  readonly rise: number;
}

test.each(goldenJson<{ cases: GoldenFilter[] }>('redpitaya/generator_iir.json').cases)(
  'filter words of $fall_us µs and $rise_ns ns',
  ({ fall_us, rise_ns, fall, rise }) => {
    const generator = new Generator();
    generator.apply({ code: MCPHA.fallTime, channel: 0, value: BigInt(fall_us) });
    generator.apply({ code: MCPHA.riseTime, channel: 0, value: BigInt(rise_ns) });
    expect(generator.filter).toEqual({ fall, rise });
  },
);

const word = (code: number, channel = 0, value = 0) => encodeMcphaCommand(code, channel, value);

/** A client that keeps what it is sent. */
function client(server: SimMcphaServer) {
  const port = server.connect();
  let received = new Uint8Array(0);
  const pieces: number[] = [];
  let isClosed = false;
  port.listen({
    onBytes: (bytes) => {
      received = Uint8Array.from([...received, ...bytes]);
      pieces.push(bytes.byteLength);
    },
    onClosed: () => {
      isClosed = true;
    },
  });
  return {
    port,
    pieces,
    send: (...words: Uint8Array[]) => port.write(joinWords(words)),
    take: () => {
      const bytes = received;
      received = new Uint8Array(0);
      return bytes;
    },
    isClosed: () => isClosed,
  };
}

test('a second client gets its answers when the first has left', async () => {
  const { server } = makeBoard();
  const [first, second] = [client(server), client(server)];
  await second.send(word(MCPHA.readStatus));
  await first.send(word(MCPHA.readStatus));
  expect([first.take().length, second.take().length]).toEqual([36, 0]);
  await first.port.close();
  expect(second.take().length).toBe(36);
});

test('half a word at the end of a connection is carried out with the rest of the word before', async () => {
  const { server, board } = makeBoard();
  const first = client(server);
  await first.send(word(MCPHA.minThreshold, 0, 0x1234));
  await first.port.write(Uint8Array.of(0x99));
  await first.port.close();
  expect(board.registers.inputs[0].min).toBe(0x1299);
});

test('a histogram of no input, an unknown code and a record of no samples are answered with nothing', async () => {
  const { server } = makeBoard();
  const { send, take } = client(server);
  await send(word(MCPHA.readHistogram, 2), word(200), word(MCPHA.totalSamples), word(MCPHA.readOscilloscope));
  expect(take()).toHaveLength(0);
});

test('what is counted is in the channels of the comb, and stops at the preset to the tick', async () => {
  const { server, board, clock } = makeBoard({ wiring: 'comb', rateHz: 5000 });
  const { send, take } = client(server);
  await send(word(MCPHA.minThreshold), word(MCPHA.maxThreshold, 0, 4090), word(MCPHA.timer, 0, 1.25e8));
  await send(word(MCPHA.runTimer, 0, 1));
  await clock.advance(3000);
  await send(word(MCPHA.readStatus), word(MCPHA.readHistogram));
  const bytes = take();
  expect(decodeStatus(bytes)!.timerTicks).toEqual([125_000_000n, 0n]);
  const counts = decodeHistogram(bytes.subarray(36));
  const hit = [...counts].flatMap((count, bin) => (count > 0 ? [bin] : []));
  expect(hit).toEqual(COMB_HEIGHTS);
  const total = counts.reduce((sum, count) => sum + count, 0);
  expect(total).toBe(board.truth(0).countedCount);
  expect(Math.abs(total - 5000)).toBeLessThan(5 * Math.sqrt(5000));
});

test('a record is armed, waits for its trigger, and has it at its place; normal mode waits for ever', async () => {
  const { server, clock } = makeBoard({ rateHz: 100 });
  const { send, take } = client(server);
  const arm = (level: number) =>
    send(
      word(MCPHA.triggerLevel, 0, level),
      word(MCPHA.samplesBeforeTrigger, 0, 100),
      word(MCPHA.totalSamples, 0, 1000),
      word(MCPHA.resetOscilloscope),
      word(MCPHA.startOscilloscope),
    );
  const status = async () => {
    await send(word(MCPHA.readStatus));
    return decodeStatus(take())!;
  };
  await arm(200);
  expect((await status()).isRecording).toBe(true);
  await clock.advance(1000);
  expect((await status()).isRecording).toBe(false);
  await send(word(MCPHA.readOscilloscope));
  const view = new DataView(take().buffer);
  expect(view.getInt16(4 * 99, true)).toBeLessThan(200);
  expect(view.getInt16(4 * 100, true)).toBeGreaterThanOrEqual(200);
  await arm(8000);
  await clock.advance(60_000);
  expect((await status()).isRecording).toBe(true);
});

test('a record over the end of the ring lacks the sample there', async () => {
  const { server, clock } = makeBoard({ rateHz: 0.5 });
  const { send, take } = client(server);
  // pulses are rare, so the ring has gone round many times; of many triggers some lie close to its end
  const layout = { before: 1_000_000, total: 4_000_000 };
  let skipped: number | undefined;
  for (let turn = 0; turn < 20 && skipped === undefined; turn++) {
    await send(
      word(MCPHA.triggerLevel, 0, 100),
      word(MCPHA.samplesBeforeTrigger, 0, layout.before),
      word(MCPHA.totalSamples, 0, layout.total),
      word(MCPHA.resetOscilloscope),
      word(MCPHA.startOscilloscope),
    );
    await clock.advance(60_000);
    await send(word(MCPHA.readStatus));
    const { triggerAddress, isRecording } = decodeStatus(take())!;
    expect(isRecording).toBe(false);
    const at = skippedSample({ ...layout, triggerAddress });
    if (at !== undefined && at < layout.before) skipped = at;
  }
  expect(skipped).toBeDefined();
});

test('the fork sends as many records as it was asked for, and nothing else', async () => {
  const { server, clock } = makeBoard({ isFork: true });
  const { send, take } = client(server);
  await send(
    word(MCPHA.triggerLevel, 0, 100),
    word(MCPHA.samplesBeforeTrigger, 0, 100),
    word(MCPHA.totalSamples, 0, 1100),
    word(MCPHA.resetOscilloscope),
    word(MCPHA.startOscilloscope),
    word(MCPHA.startDaq, 0, 3),
  );
  await clock.advance(1000);
  expect(take()).toHaveLength(3 * 1100 * 4);
});

test('the generator sends what it was set to, until the client leaves', async () => {
  const { server, board, clock } = makeBoard({ wiring: 'generator' });
  const { send, take, port } = client(server);
  await send(
    word(MCPHA.pulseRate, 0, 1000),
    encodeMcphaCommand(MCPHA.spectrumBin, 0, (2047n << 32n) | 1n),
    word(MCPHA.startGenerator),
    word(MCPHA.maxThreshold, 0, 4090),
    word(MCPHA.timer, 0, 2 ** 40),
    word(MCPHA.runTimer, 0, 1),
  );
  await clock.advance(1000);
  await send(word(MCPHA.readHistogram));
  const counts = decodeHistogram(take());
  expect(counts[2047]).toBe(counts.reduce((sum, count) => sum + count, 0));
  expect(Math.abs(counts[2047]! - 1000)).toBeLessThanOrEqual(1);
  await port.close();
  expect(board.generator.isRunning).toBe(false);
});
