// Readers put together and added to: the files that were chosen of an archive as one file.

import { type Utc, utcSecondsBetween } from '../base/time.ts';
import { JoinedStore } from '../model/joined-store.ts';
import type { Reading, ReadPart } from '../model/reading.ts';
import type { Annotation, Diagnostic, SignalInfo } from '../model/signal-store.ts';
import { hasSameFields, JoinedEvents } from './joined-events.ts';
import type { FormatReader } from './reader.ts';

export interface NamedReader {
  readonly name: string;
  readonly reader: FormatReader;
}

/** Between the name of a file and that of a signal in it. */
const BETWEEN = '/';

/**
 * All signals of all readers, ids and names with the name of their file in front, `maxSignals` of them at most. On the
 * axis the earliest start that is known is 0; files without a date begin there, too. Events of files with the same fields
 * are one after the other.
 */
export function joinReaders(parts: readonly NamedReader[], maxSignals: number): FormatReader {
  const origins = parts.flatMap(({ reader }) => reader.store.originUtc ?? []);
  const originUtc = origins.reduce<Utc | undefined>(
    (first, utc) => (first === undefined || utc < first ? utc : first),
    undefined,
  );
  const prefixOf = (name: string): string => `${name}${BETWEEN}`;
  const store = new JoinedStore(
    parts.map(({ name, reader }) => ({
      prefix: prefixOf(name),
      source: name,
      store: reader.store,
      offsetS: () => offsetOf(reader, originUtc),
    })),
    () => originUtc,
  );
  const signals = namedSignals(
    store.signals(),
    parts.map(({ name }) => prefixOf(name)),
  ).slice(0, maxSignals);
  const omitted = store.signals().length - signals.length;
  const at = (signalId: string): { readonly reader: FormatReader; readonly id: string } => {
    const part = parts.find(({ name }) => signalId.startsWith(prefixOf(name))) ?? parts[0]!;
    return { reader: part.reader, id: signalId.slice(prefixOf(part.name).length) };
  };
  const [first] = parts;
  const { events, notes: eventNotes } = eventsOf(parts, originUtc);
  const notes = [...joinNotes(parts, origins.length, omitted), ...eventNotes];
  const shown = new Set(signals.map(({ id }) => id));
  const spectra = parts
    .flatMap(({ name, reader }) =>
      (reader.spectra ?? []).map((it) => ({ ...it, signalId: `${prefixOf(name)}${it.signalId}` })),
    )
    .filter(({ signalId }) => shown.has(signalId));
  return {
    format: first!.reader.format,
    label: first!.reader.label,
    version: first!.reader.version,
    sources: parts.flatMap(({ reader }) => reader.sources),
    store: {
      get originUtc() {
        return store.originUtc;
      },
      ...(signals.some(({ timing }) => timing === 'stamped') && { stamped: store.stamped }),
      signals: () => signals,
      summary: (request) => store.summary(request),
      samples: (id, start, end) => store.samples(id, start, end),
      statistics: (id, start, end, abort) => store.statistics(id, start, end, abort),
      annotations: async () => {
        const all = parts.map(async ({ name, reader }) => prefixed(await reader.store.annotations(), prefixOf(name)));
        return (await Promise.all(all)).flat();
      },
    },
    metadata: Object.fromEntries(parts.map(({ name, reader }) => [name, reader.metadata ?? {}])),
    get diagnostics() {
      return [...notes, ...parts.flatMap(({ name, reader }) => reader.diagnostics.map((note) => ofFile(note, name)))];
    },
    isRecovered: parts.some(({ reader }) => reader.isRecovered),
    ...(events && { events }),
    ...(spectra.length > 0 && { spectra }),
    userData: async () => (await Promise.all(parts.map(({ reader }) => reader.userData()))).flat(),
    utcEntries: (signalId) => at(signalId).reader.utcEntries(at(signalId).id),
    timeMap: (signalId) => at(signalId).reader.timeMap(at(signalId).id),
    storedSamples: (signalId, start, end) => at(signalId).reader.storedSamples(at(signalId).id, start, end),
    missingSamples: async (signalId, start, end) =>
      (await at(signalId).reader.missingSamples?.(at(signalId).id, start, end)) ?? [],
    lostSamples: (signalId, start, end) => at(signalId).reader.lostSamples?.(at(signalId).id, start, end) ?? 0,
    close: () => {
      for (const { reader } of parts) reader.close();
    },
  };
}

/** The events of all files that have those of the first, and which others have some. */
function eventsOf(parts: readonly NamedReader[], originUtc: Utc | undefined) {
  const all = parts.flatMap(({ name, reader }) =>
    reader.events ? [{ name, events: reader.events, offsetS: offsetOf(reader, originUtc) }] : [],
  );
  const [first] = all;
  if (!first) return { events: undefined, notes: [] };
  const same = all.filter(({ events }) => hasSameFields(first.events, events));
  const others = all.filter((it) => !same.includes(it)).map(({ name }) => `"${name}"`);
  const message = `The events of ${others.join(', ')} have other fields than those of "${first.name}": open them alone to see them as events.`;
  const notes: Diagnostic[] = others.length > 0 ? [{ severity: 'warning', code: 'zip/events', message }] : [];
  return { events: same.length > 1 ? new JoinedEvents(same) : first.events, notes };
}

function offsetOf(reader: FormatReader, originUtc: Utc | undefined): number {
  const own = reader.store.originUtc;
  return own === undefined || originUtc === undefined ? 0 : utcSecondsBetween(originUtc, own);
}

function namedSignals(signals: readonly SignalInfo[], prefixes: readonly string[]): readonly SignalInfo[] {
  return signals.map((signal) => {
    const prefix = prefixes.find((one) => signal.id.startsWith(one)) ?? '';
    return { ...signal, name: `${prefix}${signal.name}` };
  });
}

function prefixed(annotations: readonly Annotation[], prefix: string): readonly Annotation[] {
  return annotations.map((annotation) => ({ ...annotation, signalId: `${prefix}${annotation.signalId}` }));
}

function ofFile(note: Diagnostic, name: string): Diagnostic {
  return { ...note, message: `${name}: ${note.message}` };
}

function joinNotes(parts: readonly NamedReader[], datedCount: number, omitted: number): readonly Diagnostic[] {
  const notes: Diagnostic[] = [];
  if (datedCount > 0 && datedCount < parts.length) {
    const message = 'Some of these files say when they begin and some do not: those are shown from the earliest start.';
    notes.push({ severity: 'warning', code: 'zip/undated', message });
  }
  if (omitted > 0) {
    const message = `${omitted} signals are left out: there are too many. Choose fewer files.`;
    notes.push({ severity: 'warning', code: 'zip/too-many', message });
  }
  return notes;
}

/** The parts of a reading that an archive adds. */
export interface PartsReading {
  readonly form: string;
  readonly parts: readonly ReadPart[];
}

/** What is said of a reader beside what it says itself. */
export interface AddedNotes {
  /** In front of its own. */
  readonly notes?: readonly Diagnostic[];
  readonly reading?: PartsReading | undefined;
  /** Ids of the parts that are open. */
  readonly openParts?: readonly string[];
  readonly isRecovered?: boolean;
}

/** The reader with what was noticed, and could be chosen, before it was opened. */
export function withNotes(reader: FormatReader, added: AddedNotes): FormatReader {
  const { notes = [], reading: parts, openParts = [], isRecovered = reader.isRecovered } = added;
  const reading: Reading | undefined = parts && {
    guesses: [],
    ...reader.reading,
    form: `${parts.form}:${reader.reading?.form ?? reader.format}`,
    parts: parts.parts,
    choice: { ...reader.reading?.choice, parts: openParts },
  };
  return new Proxy(reader, {
    get: (target, key) => {
      if (key === 'diagnostics') return [...notes, ...target.diagnostics];
      if (key === 'reading' && reading) return reading;
      if (key === 'isRecovered') return isRecovered;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
