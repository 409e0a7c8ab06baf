// Cuts a message into its commands (IEEE 488.2, 7.3): `;` between commands and `,` between arguments count only outside
// strings, blocks and channel lists `(@1,2)`.

export interface CommandUnit {
  /** In capitals, with `?` when it is a query, as it was written: with or without a leading colon. */
  readonly header: string;
  /** Without spaces around them; strings keep their quotes. */
  readonly args: readonly string[];
}

/** `text` holds a byte per character. */
export function parseMessage(text: string): CommandUnit[] {
  return split(text, ';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [header] = /^\S+/.exec(part) as RegExpExecArray;
      const rest = part.slice(header.length).trim();
      return { header: header.toUpperCase(), args: rest === '' ? [] : split(rest, ',').map((arg) => arg.trim()) };
    });
}

/** The text of a string argument; anything else as it is. */
export function unquoted(arg: string): string {
  const [, quote, content] = /^(["'])(.*)\1$/s.exec(arg) ?? [];
  return quote === undefined ? arg : content!.replaceAll(quote + quote, quote);
}

function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quote = '';
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '#') i += blockLength(text, i);
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === separator && depth <= 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** Characters behind the `#` at `index` that belong to a block of definite length; 0 when none begins there. */
function blockLength(text: string, index: number): number {
  const digitCount = Number(/^#([1-9])/.exec(text.slice(index, index + 2))?.[1] ?? 0);
  const count = text.slice(index + 2, index + 2 + digitCount);
  return digitCount > 0 && /^\d+$/.test(count) && count.length === digitCount ? 1 + digitCount + Number(count) : 0;
}
