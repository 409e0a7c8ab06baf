// JSON as Python writes it: bare NaN, Infinity and -Infinity, which JSON.parse refuses, become null.

/** Parses; `undefined` for what is not JSON even then. */
export function parseLooseJson(text: string): unknown {
  const strict = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
    token[0] === '"' ? token : 'null',
  );
  try {
    return JSON.parse(strict);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The member of an object, or `undefined`. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
