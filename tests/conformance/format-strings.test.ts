// Format strings against what Python's package `parse` answers.

import { expect, test } from 'vitest';
import { LabError } from '../../src/base/errors.ts';
import { FormatString } from '../../src/devices/oszitrace/format-string.ts';
import { goldenJson } from '../support/golden.ts';

interface Case {
  readonly format: string;
  readonly reply: string;
  readonly expect: {
    readonly match?: boolean;
    readonly fixed?: readonly unknown[];
    readonly named?: Readonly<Record<string, unknown>>;
    readonly error?: string;
  };
}

const { cases } = goldenJson<{ cases: readonly Case[] }>('scpi/format-strings.json');

test.each(cases)('"$format" on "$reply"', ({ format, reply, expect: expected }) => {
  if (expected.error !== undefined) {
    expect(() => new FormatString(format)).toThrow(LabError);
    return;
  }
  const match = new FormatString(format).match(reply);
  expect(match !== undefined).toBe(expected.match);
  if (match) expect(match).toEqual({ fixed: expected.fixed, named: expected.named });
});
