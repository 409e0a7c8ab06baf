// The engine on simulated axes and a clock that the test moves.

import { describe, expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import type { Counter } from '../../../src/scan/counter.ts';
import { parseFormula } from '../../../src/scan/formula.ts';
import { goTo } from '../../../src/scan/move.ts';
import { planScan } from '../../../src/scan/plan.ts';
import { Scan, type ScanPreset, type ScanRow, type ScanSetting } from '../../../src/scan/scan.ts';
import { SCAN_STATES, type ScanReport, type ScanState, type StopKind } from '../../../src/scan/scan-report.ts';
import { SimulatedAxis, type SimulatedAxisOptions, SimulatedCounter } from '../../../src/scan/simulated.ts';
import type { Suspender } from '../../../src/scan/suspender.ts';
import { goldenJson } from '../../support/golden.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { seededRandom } from '../../support/random.ts';

interface Bench {
  readonly clock: ManualClock;
  readonly axis: SimulatedAxis;
  readonly scan: Scan;
  readonly states: ScanState[];
  readonly ended: Promise<ScanReport | Error>;
  /** Starts the scan; `ended` is its end. */
  start(): void;
}

interface BenchOptions extends Partial<ScanSetting> {
  readonly axis?: Partial<SimulatedAxisOptions>;
  readonly onPrepare?: () => void;
  /** Called when a point is counted; may throw. */
  readonly onRead?: (bench: Bench, readIndex: number) => void;
  readonly onCounterStop?: () => void;
  /** The counter counts on when it is told to end. */
  readonly isDeaf?: boolean;
}

function makeBench(text: string, options: BenchOptions = {}): Bench {
  const clock = new ManualClock();
  const axis = new SimulatedAxis(clock, {
    name: 'th',
    unit: 'mm',
    position: 2,
    tolerance: 1e-4,
    speedPerS: 10,
    ...options.axis,
  });
  const axes = new Map([['th', axis]]);
  const states: ScanState[] = ['IDLE'];
  const diode = new SimulatedCounter(clock, 'sim:diode', axis);
  let readCount = 0;
  const counter: Counter = {
    fullName: 'sim:diode',
    unit: 'A',
    prepare: async () => options.onPrepare?.(),
    read: async (countTimeS, signal) => {
      const index = readCount++;
      const value = await diode.read(countTimeS, options.isDeaf ? new AbortController().signal : signal);
      options.onRead?.(bench, index);
      return value;
    },
    stop: async () => options.onCounterStop?.(),
  };
  const scan = new Scan(planScan(text, axes), {
    clock,
    axes,
    counters: [counter],
    record: {
      create: async () => '12.1',
      append: async () => {},
      close: async () => {},
    },
    onState: (state) => states.push(state),
    ...options,
  });
  let end: (result: ScanReport | Error) => void = () => {};
  const ended = new Promise<ScanReport | Error>((resolve) => {
    end = resolve;
  });
  const bench: Bench = {
    clock,
    axis,
    scan,
    states,
    ended,
    start: () => void scan.run().then(end, (error: Error) => end(error)),
  };
  return bench;
}

async function runToEnd(bench: Bench): Promise<ScanReport | Error> {
  bench.start();
  return bench.clock.settle(bench.ended, 3_600_000);
}

interface GoldenLife {
  readonly name: string;
  readonly given: { readonly scan: string; readonly npoints: number; readonly presets: number };
  readonly events: readonly string[];
  readonly expected: {
    readonly states: readonly ScanState[];
    readonly calls: readonly string[];
    readonly raised: string | null;
    readonly motors_restored: boolean;
    readonly points_available_from_get_data: number;
  };
}

const { cases } = goldenJson<{ cases: readonly GoldenLife[] }>('scans/lifecycle.json');

describe('golden lives', () => {
  test.each(cases.map((row) => [row.name, row] as const))('%s', async (_name, { given, events, expected }) => {
    const text =
      given.scan === 'loopscan' ? `loopscan ${given.npoints} 0.1` : `${given.scan} th 0 1 ${given.npoints - 1} 0.1`;
    const has = (event: string) => events.includes(event);
    const lastPoint = events.filter((event) => event.startsWith('point')).length - 1;
    const calls: string[] = [];
    const preset: ScanPreset = {
      prepare: async () => void calls.push('preset.prepare'),
      start: async () => void calls.push('preset.start'),
      stop: async () => void calls.push('preset.stop'),
    };
    const bench = makeBench(text, {
      presets: given.presets > 0 ? [preset] : [],
      onPrepare: () => {
        calls.push('devices.prepare');
        if (has('device prepare raises')) throw new LabError('device/lost', 'it is gone');
      },
      onCounterStop: () => calls.push('devices.stop'),
      onRead: (_, index) => {
        if (has('device raises') && index > lastPoint) throw new LabError('device/lost', 'it is gone');
      },
      onNew: () => calls.push('on_scan_new'),
      onPoint: ({ point }) => {
        calls.push(`point ${point}`);
        if (has('user interrupt') && point === lastPoint) bench.scan.requestStop('stop');
      },
      onEnd: () => calls.push('on_scan_end'),
      record: {
        create: async () => {
          if (has('creating the scan entry raises')) throw new LabError('storage/io', 'no room for an entry');
          return '12.1';
        },
        append: async () => {},
        close: async () => void calls.push('metadata.end'),
      },
    });
    const result = await runToEnd(bench);
    if (has('run again')) await expect(bench.scan.run()).rejects.toMatchObject({ code: 'run/state' });
    expect(bench.states).toEqual(expected.states);
    // the axis says itself where it is: going back is looked at there
    expect(calls).toEqual(expected.calls.filter((call) => call !== 'restore motors'));
    const isRestored = given.scan === 'dscan' ? bench.axis.position === 2 : false;
    expect(isRestored).toBe(expected.motors_restored);
    expect(bench.scan.takenCount).toBe(expected.points_available_from_get_data);
    expect(bench.scan.data('diode')).toHaveLength(expected.points_available_from_get_data);
    const raised =
      result instanceof LabError
        ? { cancelled: 'ScanAbort', 'device/lost': 'the device error', 'storage/io': 'the error' }[
            result.code as string
          ]
        : null;
    expect(raised).toBe(has('run again') ? null : expected.raised);
  });
});

describe('data', () => {
  test('the documentation’s scan gives the documentation’s numbers, one row a point', async () => {
    const rows: ScanRow[] = [];
    const bench = makeBench('ascan th 0 1 9 0.1', { axis: { position: 0 }, onPoint: (row) => rows.push(row) });
    await runToEnd(bench);
    expect(bench.scan.data('th').map((value) => Number(value.toFixed(6)))).toEqual([
      0, 0.1111, 0.2222, 0.3333, 0.4444, 0.5556, 0.6667, 0.7778, 0.8889, 1,
    ]);
    expect(bench.scan.data('diode').slice(0, 4)).toEqual([0.0526115, 0.0731554, 0.107844, 1.07414]);
    // each point: 1/9 at 10 per second, and 0.1 s of counting
    expect(bench.scan.data('elapsed_time')[9]).toBeCloseTo(9 * (1 / 90 + 0.1), 9);
    expect(bench.scan.data('epoch')[0]).toBe(Date.UTC(2026, 0, 2) / 1000);
    expect(rows[1]!.times.moveS).toBeCloseTo(1 / 90, 9);
    expect(rows[1]!.times.countS).toBeCloseTo(0.1, 9);
    expect(rows.map(({ point }) => point)).toEqual([...Array(10).keys()]);
    expect(() => bench.scan.data('di')).toThrow(/no channel "di"/);
  });

  test('counters are calculated from the others, with their unit', async () => {
    const derived = [{ name: 'slope', formula: parseFormula('2 * diode / th') }];
    const bench = makeBench('ascan th 0.1111 0.2222 1 0.1', { derived });
    await runToEnd(bench);
    const slopes = bench.scan.data('slope');
    expect([slopes[0], slopes[1]]).toEqual([
      expect.closeTo((2 * 0.0731554) / 0.1111, 12),
      expect.closeTo((2 * 0.107844) / 0.2222, 12),
    ]);
    expect(bench.scan.channels.at(-1)).toEqual({ fullName: 'formula:slope', unit: 'A/mm' });
    // before anything moves
    expect(() => makeBench('ct 1', { derived })).toThrow(/no channel "th"/);
  });

  test('backlash is taken up, and the axis settles', async () => {
    const rows: ScanRow[] = [];
    const axis = { position: 1, backlash: 0.5, settlingS: 0.2 };
    const bench = makeBench('ascan th 1 0 1 0.1', { axis, onPoint: (row) => rows.push(row) });
    await runToEnd(bench);
    // from 1 to -0.5 and back to 0, at 10 per second
    expect(rows[1]!.times.moveS).toBeCloseTo(0.2 + 0.2, 9);
    expect(bench.axis.position).toBe(0);
  });
});

describe('stopping says what happened', () => {
  const stopAtPoint = async (text: string, kind: StopKind, atMs: number) => {
    const bench = makeBench(text);
    bench.start();
    await bench.clock.advance(atMs);
    bench.scan.requestStop(kind);
    const error = (await bench.clock.settle(bench.ended)) as LabError;
    return { bench, message: error.message.replaceAll('\u00a0', ' '), code: error.code };
  };

  // every point counts for 1 s; the first is at 0.1 s to 1.1 s
  test('finish keeps the point under way', async () => {
    const { message, code, bench } = await stopAtPoint('dscan th -1 1 4 1', 'finish', 500);
    expect(code).toBe('cancelled');
    expect(message).toBe('Stopped after 1 of 5 points, th back at 2 mm, data saved as 12.1.');
    expect(bench.axis.position).toBe(2);
  });

  test('stop drops it', async () => {
    const { message } = await stopAtPoint('dscan th -1 1 4 1', 'stop', 500);
    expect(message).toBe('Stopped after 0 of 5 points, th back at 2 mm, data saved as 12.1.');
  });

  test('an absolute scan stays where it is', async () => {
    const { message } = await stopAtPoint('ascan th 0 1 4 1', 'finish', 500);
    expect(message).toBe('Stopped after 1 of 5 points, th stays at 0 mm, data saved as 12.1.');
  });

  test('an emergency moves nothing any more, also on the way back', async () => {
    const { message } = await stopAtPoint('dscan th -1 1 4 1', 'emergency', 500);
    expect(message).toBe('Stopped after 0 of 5 points, th stays at 1 mm, data saved as 12.1.');
    const bench = makeBench('dscan th -1 1 4 1');
    bench.start();
    await bench.clock.advance(500);
    bench.scan.requestStop('stop');
    await bench.clock.advance(50);
    bench.scan.requestStop('emergency');
    const error = (await bench.clock.settle(bench.ended)) as LabError;
    expect(error.message).toContain('th stays at 1.5');
    expect(bench.states.at(-1)).toBe('USER_ABORTED');
  });

  test('a stop between the points ends the wait', async () => {
    const bench = makeBench('loopscan 5 1 sleep_time=100');
    bench.start();
    await bench.clock.advance(2000);
    bench.scan.requestStop('finish');
    await bench.clock.advance(0);
    expect(bench.states.at(-1)).toBe('USER_ABORTED');
    expect(bench.scan.takenCount).toBe(1);
  });

  test('a device that fails is named, and the axis still goes back', async () => {
    const bench = makeBench('dscan th -1 1 4 1', {
      onRead: (_, index) => {
        if (index === 2) throw new LabError('device/lost', 'The diode is gone.');
      },
    });
    const error = (await runToEnd(bench)) as LabError;
    expect([error.code, error.message]).toEqual(['device/lost', 'The diode is gone.']);
    expect([bench.axis.position, bench.states.at(-1), bench.scan.takenCount]).toEqual([2, 'KILLED', 2]);
  });
});

describe('going on', () => {
  test('pause waits at a point and resume goes on', async () => {
    const bench = makeBench('loopscan 3 1');
    bench.start();
    await bench.clock.advance(500);
    bench.scan.pause();
    await bench.clock.advance(60_000);
    expect([bench.scan.takenCount, bench.scan.state, bench.scan.isPaused]).toEqual([1, 'STARTING', true]);
    bench.scan.resume();
    expect(await bench.clock.settle(bench.ended)).toMatchObject({ state: 'DONE', takenCount: 3 });
  });

  test('a failed point is repeated where somebody says so', async () => {
    const asked: number[] = [];
    const bench = makeBench('ascan th 0 1 2 0.1', {
      onRead: (_, index) => {
        if (index === 1 || index === 2) throw new LabError('device/timeout', 'no answer');
      },
      onFailure: async (_, point) => {
        asked.push(point);
        return 'repeat';
      },
    });
    expect(await runToEnd(bench)).toMatchObject({ state: 'DONE', takenCount: 3 });
    expect(asked).toEqual([1, 1]);
    expect(bench.scan.data('diode')).toHaveLength(3);
  });

  test('a running scan is extended in its own step, within the limits', async () => {
    const bench = makeBench('ascan th 0 1 2 1', { axis: { position: 0, limits: { low: 0, high: 2 } } });
    bench.start();
    await bench.clock.advance(500);
    expect(() => bench.scan.extend(3)).toThrow(/th 2.5, above its upper limit 2/);
    bench.scan.extend(2);
    expect(await bench.clock.settle(bench.ended)).toMatchObject({ state: 'DONE', takenCount: 5, pointCount: 5 });
    expect(bench.scan.data('th')).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(() => bench.scan.extend(1)).toThrow(/has ended/);
  });
});

class Gate implements Suspender {
  #reason: string | undefined;
  #onChange: (() => void) | undefined;

  reason(): string | undefined {
    return this.#reason;
  }

  watch(onChange: () => void): () => void {
    this.#onChange = onChange;
    return () => {
      this.#onChange = undefined;
    };
  }

  set(reason: string | undefined): void {
    this.#reason = reason;
    this.#onChange?.();
  }
}

describe('suspenders', () => {
  test('the point under way is given up and repeated, and the pause is noted', async () => {
    const gate = new Gate();
    const bench = makeBench('loopscan 3 1', { suspenders: [gate] });
    bench.start();
    await bench.clock.advance(1500);
    gate.set('no beam');
    await bench.clock.advance(10_000);
    expect(bench.scan.takenCount).toBe(1);
    gate.set(undefined);
    expect(await bench.clock.settle(bench.ended)).toMatchObject({ state: 'DONE', takenCount: 3 });
    expect(bench.scan.suspensions).toEqual([{ point: 1, reason: 'no beam', startS: 1.5, endS: 11.5 }]);
  });

  test('a stop ends a pause', async () => {
    const gate = new Gate();
    gate.set('door open');
    const bench = makeBench('loopscan 3 1', { suspenders: [gate] });
    bench.start();
    await bench.clock.advance(5000);
    bench.scan.requestStop('finish');
    await bench.clock.settle(bench.ended);
    expect([bench.scan.takenCount, bench.scan.state]).toEqual([0, 'USER_ABORTED']);
  });

  test('1000 seeded trips: no bad point is kept, none is lost', async () => {
    const random = seededRandom(14);
    let tripCount = 0;
    let suspensionCount = 0;
    while (tripCount < 1000) {
      const gate = new Gate();
      const pointCount = 1 + Math.floor(random() * 20);
      const bad: [startMs: number, endMs: number][] = [];
      const counted: [startMs: number, endMs: number][] = [];
      const bench = makeBench(`ascan th 0 ${1 + random()} ${pointCount} 0.1`, {
        suspenders: [gate],
        isDeaf: random() < 0.5,
        onPoint: ({ times }) => counted.push([bench.clock.nowMs() - times.countS * 1000, bench.clock.nowMs()]),
      });
      const { clock } = bench;
      const plan = (afterMs: number) => {
        clock.after(afterMs, () => {
          if (SCAN_STATES.indexOf(bench.scan.state) > SCAN_STATES.indexOf('STARTING')) return;
          tripCount++;
          const startMs = clock.nowMs();
          gate.set('no beam');
          // one in four is over in the same moment
          const lastsMs = random() < 0.25 ? 0 : random() * 300;
          const end = () => {
            bad.push([startMs, clock.nowMs()]);
            gate.set(undefined);
            plan(random() * 700);
          };
          if (lastsMs === 0) end();
          else clock.after(lastsMs, end);
        });
      };
      plan(random() * 300);
      const result = await runToEnd(bench);
      expect(result).toMatchObject({ state: 'DONE', takenCount: pointCount + 1 });
      const { positions } = bench.scan.plan.trajectory.columns[0]!;
      bench.scan.data('th').forEach((value, i) => {
        expect(value).toBeCloseTo(positions[i]!, 3);
      });
      for (const [from, to] of counted) {
        // open intervals: a trip in the moment in which a point ends or begins does not lie in it
        expect(bad.some(([startMs, endMs]) => startMs < to - 1e-6 && endMs > from + 1e-6)).toBe(false);
      }
      suspensionCount += bench.scan.suspensions.length;
    }
    expect(suspensionCount).toBeGreaterThan(500);
  });
});

const KINDS = [
  'ascan th 0 1 9 0.1',
  'dscan th -1 1 9 0.1',
  'loopscan 10 0.1',
  'pointscan th 3,1,4,1 0.1',
  'dmesh th -1 1 2 ty 0 1 2 0.1',
];

describe('1000 seeded stops, pauses, failures and trips per kind of scan', () => {
  test.each(KINDS)('%s', async (text) => {
    const random = seededRandom(text.length);
    const seen = new Set<string>();
    for (let run = 0; run < 1000; run++) {
      const clock = new ManualClock();
      const make = (name: string) =>
        new SimulatedAxis(clock, { name, unit: 'mm', position: 2, tolerance: 1e-4, speedPerS: 10 });
      const axes = new Map(['th', 'ty'].map((name) => [name, make(name)]));
      const gate = new Gate();
      const failsAt = random() < 0.3 ? Math.floor(random() * 10) : -1;
      let readCount = 0;
      let stopCount = 0;
      const states: ScanState[] = ['IDLE'];
      const diode = new SimulatedCounter(clock, 'sim:diode', axes.get('th')!);
      let report: ScanReport | undefined;
      const scan = new Scan(planScan(text, axes), {
        clock,
        axes,
        counters: [
          {
            fullName: 'sim:diode',
            unit: '',
            read: async (countTimeS, signal) => {
              if (readCount++ === failsAt) throw new LabError('device/lost', 'unplugged');
              return diode.read(countTimeS, signal);
            },
            stop: async () => void stopCount++,
          },
        ],
        suspenders: [gate],
        onState: (state) => states.push(state),
        onEnd: (ended) => {
          report = ended;
        },
        onFailure: async () => (random() < 0.5 ? 'repeat' : 'end'),
      });
      const act = () => {
        const dice = random();
        if (dice < 0.25) scan.requestStop((['finish', 'stop', 'emergency'] as const)[Math.floor(random() * 3)]!);
        else if (dice < 0.5) {
          scan.pause();
          clock.after(random() * 200, () => scan.resume());
        } else {
          gate.set('no beam');
          clock.after(random() * 200, () => gate.set(undefined));
        }
      };
      for (let i = 0; i < 3; i++) clock.after(random() * 2500, act);
      const ended = scan.run().then(
        () => undefined,
        (error: LabError) => error.code,
      );
      const code = await clock.settle(ended, 600_000);
      const order = states.map((state) => SCAN_STATES.indexOf(state));
      expect(order).toEqual([...order].sort((a, b) => a - b));
      expect(stopCount).toBe(1);
      expect(scan.data('diode')).toHaveLength(scan.takenCount);
      expect(code).toBe({ DONE: undefined, USER_ABORTED: 'cancelled', KILLED: 'device/lost' }[report!.state]);
      for (const { name } of scan.plan.axes) {
        const { position } = axes.get(name)!;
        const [, how, place] = new RegExp(`${name} (back|stays) at (\\S+)\u00a0mm`).exec(report!.message)!;
        expect(Math.abs(Number(place) - position)).toBeLessThanOrEqual(0.5e-4 + 1e-12);
        if (how === 'back') expect(position).toBe(2);
      }
      // nothing goes on after the end
      const where = [...axes.values()].map(({ position }) => position);
      await clock.advance(5000);
      expect([...axes.values()].map(({ position }) => position)).toEqual(where);
      seen.add(report!.state);
    }
    expect([...seen].sort()).toEqual(['DONE', 'KILLED', 'USER_ABORTED']);
  });
});

describe('going by hand', () => {
  const NEVER = new AbortController().signal;
  const axisAt2 = (clock: ManualClock) =>
    new SimulatedAxis(clock, { name: 'th', position: 2, tolerance: 1e-4, speedPerS: 1, limits: { low: -1, high: 3 } });

  test('targets that are no position or outside of the limits are refused', async () => {
    const clock = new ManualClock();
    const axis = axisAt2(clock);
    for (const target of [Number.NaN, Number.POSITIVE_INFINITY, 3.1]) {
      await expect(goTo(axis, target, clock, { stop: NEVER, emergency: NEVER })).rejects.toThrow(/Nothing was moved/);
    }
    expect(axis.position).toBe(2);
  });

  test('an interrupted move goes back', async () => {
    const clock = new ManualClock();
    const axis = axisAt2(clock);
    const controller = new AbortController();
    const move = goTo(axis, 0, clock, { stop: controller.signal, emergency: NEVER });
    const caught = move.catch((error: LabError) => error.message);
    await clock.advance(1000);
    controller.abort(new Error('enough'));
    expect(await clock.settle(caught)).toMatch(/th is back at 2/);
    expect(axis.position).toBe(2);
  });

  test('an emergency ends the way back, too', async () => {
    const clock = new ManualClock();
    const axis = axisAt2(clock);
    const [stop, emergency] = [new AbortController(), new AbortController()];
    const move = goTo(axis, 0, clock, { stop: stop.signal, emergency: emergency.signal });
    const caught = move.catch((error: LabError) => error.message);
    await clock.advance(1000);
    stop.abort();
    await clock.advance(250);
    emergency.abort();
    expect(await clock.settle(caught)).toMatch(/th stays at 1.25/);
    expect(axis.position).toBe(1.25);
  });
});

/** An axis that something holds: it goes no further than `end`, and takes what it was told for its position. */
class HeldAxis extends SimulatedAxis {
  end = Number.POSITIVE_INFINITY;

  override read(): number {
    return Math.min(super.read(), this.end);
  }
}

describe('where an axis is after a move', () => {
  const held = (clock: ManualClock, end: number) => {
    const axis = new HeldAxis(clock, { name: 'th', unit: 'mm', tolerance: 0.01, speedPerS: 10 });
    axis.end = end;
    return axis;
  };

  test('an axis that does not arrive fails the point, and the message says where it is', async () => {
    const clock = new ManualClock();
    const axis = held(clock, 0.7);
    const axes = new Map([['th', axis]]);
    let report: ScanReport | undefined;
    const scan = new Scan(planScan('ascan th 0 1 4 0.1', axes), {
      clock,
      axes,
      counters: [],
      onEnd: (ended) => {
        report = ended;
      },
    });
    const error = (await clock.settle(scan.run().catch((caught: unknown) => caught))) as LabError;
    expect([error.code, error.message]).toEqual([
      'device/position',
      expect.stringMatching(/^th was sent to 0\.75 and reads 0\.7, not within its tolerance of 0\.01\./),
    ]);
    expect(report!.message.replaceAll('\u00a0', ' ')).toMatch(/^Failed after 3 of 5 points, th stays at 0\.7 mm,/);
  });

  test('an axis that cannot go back is not said to be back', async () => {
    const clock = new ManualClock();
    const axis = held(clock, Number.POSITIVE_INFINITY);
    const axes = new Map([['th', axis]]);
    let report: ScanReport | undefined;
    const scan = new Scan(planScan('dscan th -1 1 1 0.1', axes), {
      clock,
      axes,
      counters: [],
      onPoint: ({ point }) => {
        if (point === 0) axis.end = 5;
        else axis.end = -0.5;
      },
      onEnd: (ended) => {
        report = ended;
      },
    });
    const error = (await clock.settle(scan.run().catch((caught: unknown) => caught))) as LabError;
    expect(error.code).toBe('device/position');
    expect(report!.message.replaceAll('\u00a0', ' ')).toMatch(/th stays at -0\.5 mm/);
  });

  test('a repeated point moves the axis anew, and is kept when it arrives', async () => {
    const clock = new ManualClock();
    const axis = held(clock, 0.7);
    const axes = new Map([['th', axis]]);
    const scan = new Scan(planScan('ascan th 0 1 4 0.1', axes), {
      clock,
      axes,
      counters: [],
      onFailure: async () => {
        axis.end = 2;
        return 'repeat';
      },
    });
    expect(await clock.settle(scan.run())).toMatchObject({ state: 'DONE', takenCount: 5 });
    expect(scan.data('th')[3]).toBeCloseTo(0.75, 9);
  });

  test('within the tolerance is there, a tolerance away is not', async () => {
    const clock = new ManualClock();
    const signal = new AbortController().signal;
    const stops = { stop: signal, emergency: signal };
    await clock.settle(goTo(held(clock, 0.995), 1, clock, stops));
    await expect(clock.settle(goTo(held(clock, 0.98), 1, clock, stops))).rejects.toThrow(/reads 0.98/);
    await expect(clock.settle(goTo(held(clock, Number.NaN), 1, clock, stops))).rejects.toThrow(/reads NaN/);
  });
});
