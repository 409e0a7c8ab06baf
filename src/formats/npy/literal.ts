// Python literals as they stand in .npy headers: dicts with text keys, lists, tuples, texts, whole numbers,
// True, False and None. Nothing is evaluated.

import { FormatError } from '../../base/errors.ts';

export type Literal = string | number | boolean | null | Literal[] | Map<string, Literal>;

const MAX_DEPTH = 32;

/** Reads the one literal in `text`; `offset` is where the text stands in the file, for messages. */
export function parseLiteral(text: string, offset: number): Literal {
  let position = 0;
  const fail = (): never => {
    throw new FormatError('format/damaged', 'The header of this NumPy array file is unreadable.', offset + position);
  };
  const skip = () => {
    while (position < text.length && /\s/.test(text[position]!)) position++;
  };
  const take = (letter: string): boolean => {
    skip();
    if (text[position] !== letter) return false;
    position++;
    return true;
  };
  const sequence = (close: string, depth: number): Literal[] => {
    const items: Literal[] = [];
    while (!take(close)) {
      items.push(value(depth + 1));
      if (!take(',')) {
        if (!take(close)) fail();
        break;
      }
    }
    return items;
  };
  const quoted = (): string => {
    const quote = text[position++]!;
    let result = '';
    for (; position < text.length; position++) {
      const letter = text[position]!;
      if (letter === quote) {
        position++;
        return result;
      }
      result += letter === '\\' ? (text[++position] ?? fail()) : letter;
    }
    return fail();
  };
  const value = (depth: number): Literal => {
    skip();
    if (depth > MAX_DEPTH) return fail();
    const letter = text[position];
    if (letter === "'" || letter === '"') return quoted();
    if (take('[')) return sequence(']', depth);
    if (take('(')) return sequence(')', depth);
    if (take('{')) {
      const dict = new Map<string, Literal>();
      while (!take('}')) {
        skip();
        const key = value(depth + 1);
        if (typeof key !== 'string' || !take(':')) return fail();
        dict.set(key, value(depth + 1));
        if (!take(',')) {
          if (!take('}')) fail();
          break;
        }
      }
      return dict;
    }
    const word = /^(?:True|False|None|-?\d+L?)/.exec(text.slice(position, position + 32))?.[0];
    if (word === undefined) return fail();
    position += word.length;
    if (word === 'None') return null;
    return word === 'True' || word === 'False' ? word === 'True' : Number.parseInt(word, 10);
  };
  return value(0);
}
