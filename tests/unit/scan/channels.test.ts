import { describe, expect, test } from 'vitest';
import { LabError } from '../../../src/base/errors.ts';
import { findChannel } from '../../../src/scan/channels.ts';
import { goldenJson } from '../../support/golden.ts';

interface GoldenQuery {
  readonly query: string;
  readonly expected:
    | { readonly match: string }
    | { readonly error: string; readonly candidates?: readonly string[]; readonly suggestions?: readonly string[] };
}

const { cases } = goldenJson<{ cases: readonly { keys: readonly string[]; queries: readonly GoldenQuery[] }[] }>(
  'scans/channel_names.json',
);

const queries = cases.flatMap(({ keys, queries: all }) => all.map((row) => [row.query, keys, row.expected] as const));

describe('golden look-ups', () => {
  test.each(queries)('%s', (query, keys, expected) => {
    if ('match' in expected) return expect(findChannel(keys, query)).toBe(expected.match);
    let thrown: unknown;
    try {
      findChannel(keys, query);
    } catch (error) {
      thrown = error;
    }
    const { context } = thrown as LabError;
    expect(thrown).toBeInstanceOf(LabError);
    expect(context['reason']).toBe(expected.error);
    expect(String(context['candidates']).split('\n')).toEqual(expected.candidates ?? expected.suggestions);
  });
});

test('letters of regular expressions mean themselves; a set can be negated', () => {
  expect(findChannel(['a:b.c', 'a:bxc'], 'b.c')).toBe('a:b.c');
  expect(findChannel(['a:b1', 'a:b2'], 'a:b[!1]')).toBe('a:b2');
});
