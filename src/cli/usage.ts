// Wrong usage, and the reading of arguments: words, flags with values, switches.

/** The caller asked for something that does not exist: exit code 2, or an error line of a query. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

/** A process that did the command's work ended so, and has said why. */
export class EndedWith extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit code ${code}`);
    this.name = 'EndedWith';
    this.code = code;
  }
}

/** What one command accepts. */
export interface Shape {
  /** Names of the words, for messages. */
  readonly words: readonly string[];
  /** Flags with a value. */
  readonly values?: readonly string[];
  /** Flags whose value may be given several times, also several at once. */
  readonly lists?: readonly string[];
  /** Flags with a value that may be given several times. */
  readonly repeats?: readonly string[];
  /** Flags without a value. */
  readonly switches?: readonly string[];
}

export class Arguments {
  readonly words: readonly string[];
  readonly #values: ReadonlyMap<string, string>;
  readonly #lists: ReadonlyMap<string, readonly string[]>;
  readonly #switches: ReadonlySet<string>;

  /** Throws UsageError for anything that `shape` does not name. */
  constructor(args: readonly string[], shape: Shape) {
    const words: string[] = [];
    const values = new Map<string, string>();
    const lists = new Map<string, string[]>();
    const switches = new Set<string>();
    for (let index = 0; index < args.length; index++) {
      const arg = args[index]!;
      if (!arg.startsWith('--')) {
        words.push(arg);
        continue;
      }
      const [name, attached] = splitFlag(arg);
      if (shape.switches?.includes(name)) {
        switches.add(name);
        continue;
      }
      const isGreedy = shape.lists?.includes(name) ?? false;
      const isList = isGreedy || (shape.repeats?.includes(name) ?? false);
      if (!isList && !shape.values?.includes(name)) throw new UsageError(`Unknown option --${name}.`);
      const value = attached ?? args[++index];
      if (value === undefined) throw new UsageError(`--${name} needs a value.`);
      if (!isList) values.set(name, value);
      else {
        const list = lists.get(name) ?? [];
        list.push(value);
        while (isGreedy && attached === undefined && index + 1 < args.length && !args[index + 1]!.startsWith('--')) {
          list.push(args[++index]!);
        }
        lists.set(name, list);
      }
    }
    if (words.length !== shape.words.length) {
      throw new UsageError(
        words.length < shape.words.length
          ? `${shape.words[words.length]} is missing.`
          : `"${words[shape.words.length]}" is one word too many.`,
      );
    }
    this.words = words;
    this.#values = values;
    this.#lists = lists;
    this.#switches = switches;
  }

  value(name: string): string | undefined {
    return this.#values.get(name);
  }

  required(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined) throw new UsageError(`--${name} is missing.`);
    return value;
  }

  list(name: string): readonly string[] {
    return this.#lists.get(name) ?? [];
  }

  has(name: string): boolean {
    return this.#switches.has(name);
  }

  /** A whole number ≥ 0, if given. */
  count(name: string): number | undefined {
    const text = this.#values.get(name);
    if (text === undefined) return undefined;
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
      throw new UsageError(`--${name} needs a whole number of at least 0, not "${text}".`);
    }
    return Number(text);
  }
}

function splitFlag(arg: string): [string, string | undefined] {
  const equals = arg.indexOf('=');
  return equals < 0 ? [arg.slice(2), undefined] : [arg.slice(2, equals), arg.slice(equals + 1)];
}
