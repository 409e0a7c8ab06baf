// The `metadata` of a sigrok session: sections of lines `key=value` (sigrok.org/wiki/File_format:Sigrok/v2).

/** Keys and values of a section. */
export type Section = ReadonlyMap<string, string>;

/** Logic channels of a session, at most: as many as libsigrok's widest devices have, and some. */
const MAX_PROBES = 1024;

/** Sections by name, in order. */
export function parseSections(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/[\r\n]+/)) {
    const [, title] = /^\s*\[(.*)\]\s*$/.exec(line) ?? [];
    const [, key, value] = /^\s*([^=#][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (title !== undefined) {
      current = sections.get(title) ?? new Map<string, string>();
      sections.set(title, current);
    } else if (key !== undefined && value !== undefined) current?.set(key, value);
  }
  return sections;
}

export interface Device {
  /** Name of the files of logic samples without their number; empty without logic. */
  readonly captureFile: string;
  /** Bytes of a logic sample. */
  readonly unitBytes: number;
  /** Samples per second; undefined when the session does not know it. */
  readonly sampleRateHz: number | undefined;
  /** Bit and name of the logic channels that were on. */
  readonly probes: readonly { readonly bit: number; readonly name: string }[];
  /** Number in the files' names, and name, of the analogue channels. */
  readonly analogs: readonly { readonly index: number; readonly name: string }[];
}

/** What a section `device N` says. */
export function deviceOf(section: Section): Device {
  const numbered = (pattern: RegExp): { readonly number: number; readonly name: string }[] =>
    [...section]
      .flatMap(([key, name]) => {
        const number = Number(pattern.exec(key)?.[1] ?? Number.NaN);
        return number >= 1 && number <= MAX_PROBES ? [{ number, name }] : [];
      })
      .sort((a, b) => a.number - b.number);
  const total = Number(/^\d{1,4}$/.exec(section.get('total probes') ?? '')?.[0] ?? 0);
  const listed = numbered(/^probe(\d{1,4})$/);
  const all = Array.from({ length: Math.min(total, MAX_PROBES) }, (_, bit) => ({ number: bit + 1, name: `${bit}` }));
  const probes = listed.length > 0 ? listed : all;
  const widest = Math.max(total, ...probes.map(({ number }) => number));
  const unitBytes = Number(section.get('unitsize') ?? Math.ceil(widest / 8));
  return {
    captureFile: section.get('capturefile') ?? '',
    unitBytes: Number.isInteger(unitBytes) && unitBytes >= 1 && unitBytes <= MAX_PROBES / 8 ? unitBytes : 0,
    sampleRateHz: rateOf(section.get('samplerate') ?? ''),
    probes: probes.map(({ number, name }) => ({ bit: number - 1, name })),
    analogs: numbered(/^analog(\d{1,4})$/).map(({ number, name }) => ({ index: number, name })),
  };
}

/** Such as `2.0 MHz` or `200k`; 0 says that nobody knows. */
function rateOf(text: string): number | undefined {
  const [, digits, prefix = ''] = /^(\d+(?:\.\d+)?)\s*([kKMG]?)(?:Hz)?$/i.exec(text.trim()) ?? [];
  const factor = { '': 1, k: 1e3, m: 1e6, g: 1e9 }[prefix.toLowerCase()];
  const rate = digits === undefined || factor === undefined ? 0 : Number((Number(digits) * factor).toPrecision(15));
  return rate > 0 && Number.isFinite(rate) ? rate : undefined;
}
