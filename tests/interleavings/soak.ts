// The long run of `npm run soak rings`: every scenario with more preemptions, then random schedules until the time is up.

import { buildThreads } from './build.ts';
import { CONTROL, CROWDS, DEATHS, EARLY_RECOVERIES, STREAMS, SUSPENSIONS, WORK } from './scenarios.ts';
import { searchAll, searchRandom } from './search.ts';

const RANDOM_COUNT = 2000;

/** Throws a `Violation` with its schedule; `say` gets a line for each scenario. Random schedules go on for `seconds`. */
export async function soakRings(seconds: number, say: (line: string) => void): Promise<void> {
  const module = await buildThreads();
  for (const play of [WORK, CONTROL, DEATHS, SUSPENSIONS, EARLY_RECOVERIES, STREAMS].flat()) {
    const { stateCount, stepCount } = searchAll(play.make(module), play.longPreemptions);
    say(`${play.name}: at most ${play.longPreemptions} preemptions, ${stateCount} states, ${stepCount} steps`);
  }
  const crowds = CROWDS.map(({ make }) => make(module));
  const end = performance.now() + seconds * 1000;
  let seed = 1;
  for (; performance.now() < end; seed++) {
    for (const crowd of crowds) searchRandom(crowd, seed, RANDOM_COUNT);
  }
  say(`${(seed - 1) * RANDOM_COUNT * crowds.length} random schedules of ${crowds.length} crowds`);
}
