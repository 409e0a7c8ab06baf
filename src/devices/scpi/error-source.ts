// Where instruments tell what went wrong: the error queue of SCPI, Tektronix' events, LeCroy's registers.

export type ErrorSource =
  /** Asked until it says 0: `SYST:ERR?`. */
  | { readonly kind: 'queue'; readonly query: string }
  /** All at once, after `*ESR?` has made them known: Tektronix' `ALLEV?`, `EVENT?` where there is no other. */
  | { readonly kind: 'events'; readonly query: string }
  /** A number each, 0 for none: LeCroy's `CMR?` and `EXR?`. */
  | { readonly kind: 'registers'; readonly queries: readonly string[] };

export const SCPI_QUEUE: ErrorSource = { kind: 'queue', query: 'SYST:ERR?' };
export const TEKTRONIX_EVENTS: ErrorSource = { kind: 'events', query: 'ALLEV?' };
export const LECROY_REGISTERS: ErrorSource = { kind: 'registers', queries: ['CMR?', 'EXR?'] };

/** An instrument that never says 0 is not asked for ever. */
const MAX_QUEUED = 100;

/** What the instrument has to tell in its own words, such as `-113,"Undefined header"`, oldest first. */
export async function readErrors(
  source: ErrorSource,
  ask: (query: string) => Promise<string>,
): Promise<readonly string[]> {
  const reports: string[] = [];
  switch (source.kind) {
    case 'queue':
      for (let count = 0; count < MAX_QUEUED; count++) {
        const text = await ask(source.query);
        if (isNone(text)) break;
        reports.push(text);
      }
      break;
    case 'events': {
      await ask('*ESR?');
      const text = await ask(source.query);
      if (!isNone(text)) reports.push(text);
      break;
    }
    case 'registers':
      for (const query of source.queries) {
        const text = await ask(query);
        if (!isNone(text)) reports.push(`${query} ${text}`);
      }
  }
  return reports;
}

/** `0`, `+0,"No error"`, and LeCroy's `CMR 0`; Tektronix has 0 and 1 for no events (none, and none yet). */
function isNone(text: string): boolean {
  return /^\s*([A-Z]+\s+)?[+-]?0+\s*(,.*)?$/is.test(text) || /^\s*1\s*,\s*"no events/i.test(text);
}
