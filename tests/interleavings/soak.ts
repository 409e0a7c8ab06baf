// The long run of `npm run soak rings`: every scenario with more preemptions, the largest, then random schedules until
// the time is up.

import { buildThreads } from './build.ts';
import { Violation } from './machine.ts';
import { CROWDS, LONG, PLAYS } from './scenarios.ts';
import { searchAll, searchRandom } from './search.ts';

const RANDOM_COUNT = 100;

/**
 * Number of scenarios in which a rule was broken. `say` gets a line for each scenario, with the schedule where one was.
 * Random schedules go on for `seconds`.
 */
export async function soakRings(seconds: number, say: (line: string) => void): Promise<number> {
  const module = await buildThreads();
  const broken = new Set<string>();
  const attempt = (name: string, play: () => void): void => {
    try {
      play();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      broken.add(name);
      say(error.message);
    }
  };
  const start = coreSeconds();
  const plays = [...PLAYS.values(), LONG].flat();
  for (const { name, make, longPreemptions } of plays) {
    attempt(name, () => {
      const begin = coreSeconds();
      const { stateCount, runCount } = searchAll(make(module), longPreemptions);
      const took = coreSeconds() - begin;
      const bound = Number.isFinite(longPreemptions) ? `up to ${longPreemptions}` : 'any number of';
      const speed = `${((took / runCount) * 1e6).toFixed(1)} µs a run`;
      say(`${name}: ${bound} preemptions, ${stateCount} states, ${runCount} runs, ${took.toFixed(1)} s, ${speed}`);
    });
  }
  say(`${plays.length} scenarios in ${(coreSeconds() - start).toFixed(0)} s of one core`);
  const crowds = CROWDS.map(({ name, make }) => ({ name, scenario: make(module) }));
  const end = performance.now() + seconds * 1000;
  let seed = 1;
  for (; performance.now() < end; seed++) {
    for (const { name, scenario } of crowds) {
      if (!broken.has(name)) attempt(name, () => void searchRandom(scenario, seed, RANDOM_COUNT));
    }
  }
  say(`${(seed - 1) * RANDOM_COUNT * crowds.length} random schedules of ${crowds.length} crowds in ${seconds} s`);
  return broken.size;
}

/** What this process has taken of a core: the same whatever else the machine does. */
function coreSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
