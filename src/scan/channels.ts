// Finding the data of a scan by the name that somebody types: full, short, of an axis, or a pattern.

import { LabError } from '../base/errors.ts';
import { shortName } from './counter.ts';

/**
 * The one full name that `key` means: itself, an axis, or a pattern with `*`, `?`, `[seq]` and `[!seq]` that must match the whole
 * of a name. A word without `*` and `:` is looked for as the last, a middle and the first part, in this order. Throws
 * `format/not-found` that lists the candidates when several match, and the short names when none does.
 */
export function findChannel(fullNames: readonly string[], key: string): string {
  if (fullNames.includes(key)) return key;
  if (fullNames.includes(`axis:${key}`)) return `axis:${key}`;
  const patterns = /[*:]/.test(key) ? [key] : [`*:${key}`, `*:${key}:*`, `${key}:*`];
  for (const pattern of patterns) {
    const whole = wholeName(pattern);
    const found = fullNames.filter((name) => whole.test(name));
    if (found.length === 1) return found[0]!;
    if (found.length > 1) {
      throw new LabError(
        'format/not-found',
        `"${key}" is ambiguous: it can be ${found.join(', ')}. Write one of these.`,
        {
          context: { reason: 'ambiguous', candidates: found.join('\n') },
        },
      );
    }
  }
  const names = fullNames.map(shortName);
  throw new LabError('format/not-found', `There is no channel "${key}". There are ${names.join(', ') || 'none'}.`, {
    context: { reason: 'not found', candidates: names.join('\n') },
  });
}

/** A pattern of the shell as a regular expression over the whole name. */
function wholeName(pattern: string): RegExp {
  const parts = pattern.match(/\[!?[^\]]+\]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length === 1) return part.replace(/[\\^$.|+()[\]{}]/, '\\$&');
    const isNegated = part.startsWith('[!');
    const letters = part.slice(isNegated ? 2 : 1, -1).replace(/[\\^]/g, '\\$&');
    return `[${isNegated ? '^' : ''}${letters}]`;
  });
  return new RegExp(`^${source.join('')}$`, 's');
}
