// What our files say of themselves beyond Parquet's own schema: one JSON text among the file's key-value metadata.

/** The key, in our files. */
export const METADATA_KEY = 'pulsebench';

/** Where rows lie in time. */
export interface ParquetTime {
  /** The column that holds the times. */
  readonly column: string;
  /** Ticks of that column per second; 1 for seconds as doubles. */
  readonly ticksPerSecond: number;
  /** Of evenly sampled rows, exact. */
  readonly sampleRateHz?: number;
  /** Time of the first row in seconds. */
  readonly startS?: number;
}

export interface ParquetMetadata {
  /** Unit symbols by column. */
  readonly units: Readonly<Record<string, string>>;
  readonly time?: ParquetTime;
}

/** What the text says, as far as it makes sense; empty for any other text. */
export function parseMetadata(text: string | undefined): ParquetMetadata {
  const nothing: ParquetMetadata = { units: {} };
  if (text === undefined) return nothing;
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    // another program's text under our key
    return nothing;
  }
  if (typeof found !== 'object' || found === null) return nothing;
  const { units, time } = found as { units?: unknown; time?: unknown };
  const pairs = Object.entries(units ?? {}).filter(([, unit]) => typeof unit === 'string');
  return {
    units: Object.fromEntries(pairs) as Record<string, string>,
    ...(isTime(time) && { time }),
  };
}

function isTime(found: unknown): found is ParquetTime {
  if (typeof found !== 'object' || found === null) return false;
  const { column, ticksPerSecond, sampleRateHz, startS } = found as Partial<ParquetTime>;
  const isPositive = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0;
  return (
    typeof column === 'string' &&
    isPositive(ticksPerSecond) &&
    (sampleRateHz === undefined || isPositive(sampleRateHz)) &&
    (startS === undefined || Number.isFinite(startS))
  );
}
