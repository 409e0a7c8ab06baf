// The long run of `npm run soak rings`: every scenario with more preemptions, the largest, then random schedules until
// the time is up.

import { buildThreads } from './build.ts';
import { CROWDS, LONG, PLAYS } from './scenarios.ts';
import { searchAll, searchRandom } from './search.ts';

const RANDOM_COUNT = 100;

/** Throws a `Violation` with its schedule; `say` gets a line for each scenario. Random schedules go on for `seconds`. */
export async function soakRings(seconds: number, say: (line: string) => void): Promise<void> {
  const module = await buildThreads();
  const since = (start: number) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const start = performance.now();
  for (const play of [...PLAYS.values(), LONG].flat()) {
    const begin = performance.now();
    const { stateCount, runCount } = searchAll(play.make(module), play.longPreemptions);
    const bound = Number.isFinite(play.longPreemptions) ? `up to ${play.longPreemptions}` : 'any number of';
    say(`${play.name}: ${bound} preemptions, ${stateCount} states, ${runCount} runs, ${since(begin)}`);
  }
  say(`every interleaving of ${[...PLAYS.values(), LONG].flat().length} scenarios in ${since(start)}`);
  const crowds = CROWDS.map(({ make }) => make(module));
  const end = performance.now() + seconds * 1000;
  let seed = 1;
  for (; performance.now() < end; seed++) {
    for (const crowd of crowds) searchRandom(crowd, seed, RANDOM_COUNT);
  }
  say(`${(seed - 1) * RANDOM_COUNT * crowds.length} random schedules of ${crowds.length} crowds`);
}
