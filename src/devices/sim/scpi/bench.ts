// The bench that the simulated instruments stand on, and what is wired to what:
//   generator-rigol, output 1 ── channel 1 of every scope
//   generator-rigol, output 2 ── 10:1 probe ── channel 2 of every scope
//   generator-keysight, output 1 ── channel 3 of every scope: it is set for 50 Ω after *RST, and the inputs are open
//   supply-rigol, channel 1 ── 100 Ω, meter-keysight across it and in its line, probe point
//   supply-keysight, channel 1 ── 50 Ω

import type { Clock } from '../../../base/clock.ts';
import { type TalkerFaults, withFaults } from './faults.ts';
import { outputWire } from './generator.ts';
import { generatorTalker, KEYSIGHT_33500, RIGOL_DG1000Z } from './generator-talker.ts';
import { keysightMeter } from './meter.ts';
import { keysightScope } from './scope/keysight.ts';
import { lecroyScope } from './scope/lecroy.ts';
import { redPitayaScope } from './scope/red-pitaya.ts';
import { rigolScope } from './scope/rigol.ts';
import { DHO804, DS1054Z } from './scope/rigol-models.ts';
import { rohdeSchwarzScope } from './scope/rohde-schwarz.ts';
import { siglentScope } from './scope/siglent.ts';
import { siglentLegacyScope } from './scope/siglent-legacy.ts';
import { MSO2024, TDS2024C, tektronixScope } from './scope/tektronix.ts';
import { SupplyChannel } from './supply.ts';
import { E36312A_RATINGS, keysightSupply } from './supply-keysight.ts';
import { DP832_RATINGS, rigolSupply } from './supply-rigol.ts';
import type { Talker } from './talker.ts';
import { OPEN_WIRE, type ProbePoint, probed, type Wire } from './wiring.ts';

const RIGOL_LOAD_OHM = 100;
const KEYSIGHT_LOAD_OHM = 50;
const PROBE_FACTOR = 10;

export interface Bench {
  /** By the names under which they are served. */
  readonly talkers: Readonly<Record<string, Talker>>;
  /** At the load of supply-rigol. */
  readonly probePoint: ProbePoint;
}

export interface BenchOptions {
  readonly clock: Clock;
  /** Of the generators' noise. */
  readonly seed: number;
  /** By the names of the talkers. */
  readonly faults?: Readonly<Record<string, TalkerFaults>> | undefined;
}

export function makeBench({ clock, seed, faults = {} }: BenchOptions): Bench {
  const time = since(clock);
  const generator = generatorTalker(RIGOL_DG1000Z, time);
  const keysightGenerator = generatorTalker(KEYSIGHT_33500, time);
  const [first, second, third] = [...generator.channels, ...keysightGenerator.channels].map((channel, index) =>
    outputWire(channel, seed + index),
  );
  const scopeWires: readonly Wire[] = [first!, probed(second!, PROBE_FACTOR), third!, OPEN_WIRE];
  const withLoad = (ratings: typeof DP832_RATINGS, loadOhm: number) =>
    ratings.map((rating, index) => new SupplyChannel(rating, index === 0 ? loadOhm : Number.POSITIVE_INFINITY));
  const rigolChannels = withLoad(DP832_RATINGS, RIGOL_LOAD_OHM);
  const loaded = rigolChannels[0]!;
  const steady = (read: () => number): Wire => ({ voltageV: read, meanV: read });
  const talkers: Readonly<Record<string, Talker>> = {
    'meter-keysight': keysightMeter(
      {
        voltage: steady(() => loaded.point.voltageV),
        current: steady(() => loaded.point.currentA),
        resistanceOhm: RIGOL_LOAD_OHM,
      },
      time,
      '34465A',
    ),
    'supply-rigol': rigolSupply(rigolChannels, time),
    'supply-keysight': keysightSupply(withLoad(E36312A_RATINGS, KEYSIGHT_LOAD_OHM), time),
    'generator-rigol': generator.talker,
    'generator-keysight': keysightGenerator.talker,
    'scope-rigol': rigolScope(DS1054Z, scopeWires, time),
    'scope-rigol-dho': rigolScope(DHO804, scopeWires, time),
    'scope-keysight': keysightScope(scopeWires, time),
    'scope-siglent': siglentScope(scopeWires, time),
    'scope-siglent-legacy': siglentLegacyScope(scopeWires, time),
    'scope-tektronix': tektronixScope(MSO2024, scopeWires, time),
    'scope-tektronix-tds': tektronixScope(TDS2024C, scopeWires, time),
    'scope-lecroy': lecroyScope(scopeWires, time),
    'scope-rohde-schwarz': rohdeSchwarzScope(scopeWires, time),
    'scope-red-pitaya': redPitayaScope(scopeWires, time),
  };
  return {
    talkers: Object.fromEntries(
      Object.entries(talkers).map(([name, talker]) => {
        const bad = faults[name];
        return [name, bad === undefined ? talker : withFaults(talker, bad, time)];
      }),
    ),
    probePoint: { voltageV: () => loaded.point.voltageV, currentA: () => loaded.point.currentA },
  };
}

/** The bench's time begins with it, so that it stays exact to parts of a picosecond for hours. */
function since(clock: Clock): Clock {
  const startMs = clock.nowMs();
  return {
    nowMs: () => clock.nowMs() - startMs,
    unixMs: () => clock.unixMs(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  };
}
