// The dialogues by name. A new instrument is a class that fulfils OsziDialogue, or words for ScopeDialogue, and its entry.

import type { Clock } from '../../base/clock.ts';
import type { ScpiSession } from '../scpi/session.ts';
import { AgilentWords } from './agilent.ts';
import { invalid, type OsziConfiguration } from './configuration.ts';
import type { OsziDialogue } from './dialogue.ts';
import { LecroyWords } from './lecroy.ts';
import { ScopeDialogue } from './scope-dialogue.ts';
import { SimDialogue } from './sim.ts';

/** `connect` is called by a dialogue with an instrument only. */
type Make = (
  configuration: OsziConfiguration,
  clock: Clock,
  connect: () => Promise<ScpiSession>,
) => OsziDialogue | Promise<OsziDialogue>;

/** By the name that OSZI_DIALOGUE has. */
const DIALOGUES: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['sim', ({ sim }, clock) => new SimDialogue(sim, clock)],
  [
    'lecroy',
    async ({ channels }, clock, connect) => new ScopeDialogue(new LecroyWords(), channels, await connect(), clock),
  ],
  [
    'agilent',
    async ({ channels }, clock, connect) => new ScopeDialogue(new AgilentWords(), channels, await connect(), clock),
  ],
]);

/** The dialogue that the configuration names. Rejects with `setup/invalid` for one that is not known, and as `connect` does. */
export async function makeDialogue(...[configuration, clock, connect]: Parameters<Make>): Promise<OsziDialogue> {
  const make = DIALOGUES.get(configuration.dialogue);
  if (make) return make(configuration, clock, connect);
  const known = [...DIALOGUES.keys()].join(', ');
  throw invalid(`There is no dialogue "${configuration.dialogue}". OSZI_DIALOGUE is one of ${known}.`);
}
