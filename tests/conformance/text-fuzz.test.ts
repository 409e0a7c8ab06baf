// What instruments and people write, damaged thousands of times: it is read or refused with an error for people, and soon.

import { expect, test } from 'vitest';
import { LabError } from '../../src/base/errors.ts';
import { FormatString } from '../../src/devices/oszitrace/format-string.ts';
import { parseInitTalk } from '../../src/devices/oszitrace/init-talk.ts';
import { parseLecroyTemplate } from '../../src/devices/scope/lecroy-template.ts';
import { readBlocks } from '../../src/devices/scpi/block.ts';
import { parseInstrumentError } from '../../src/devices/scpi/error-queue.ts';
import { parseIdentity } from '../../src/devices/scpi/identity.ts';
import { parseNumbers, parseStrings } from '../../src/devices/scpi/list.ts';
import { goldenBytes, goldenJson } from '../support/golden.ts';
import { templateText } from '../support/lecroy-template.ts';
import { seededRandom } from '../support/random.ts';

const MUTATIONS = 20_000;
/** For one text; a search that goes round in circles takes for ever. */
const MAX_MS = 2000;

/** Up to four changes: a byte, a piece left out, a piece repeated, a piece of another text, a digit or a bracket. */
function mutate(text: string, others: readonly string[], random: () => number): string {
  let result = text;
  const below = (count: number) => Math.floor(random() * count);
  for (let changes = 1 + below(4); changes > 0; changes--) {
    const at = below(result.length + 1);
    const end = Math.min(result.length, at + below(12));
    const head = result.slice(0, at);
    const other = others[below(others.length)]!;
    const from = below(other.length);
    const piece = [
      String.fromCharCode(below(256)),
      '',
      result.slice(at, end).repeat(1 + below(3)),
      other.slice(from, from + below(20)),
      '0123456789#(){}[]:,;"\'.<>=^%-+ \n'[below(32)]!,
    ][below(5)]!;
    result = head + piece + result.slice(end);
  }
  return result;
}

/** Uses every mutation; returns how many were read. */
function fuzz(originals: readonly string[], use: (text: string, random: () => number) => void): number {
  const random = seededRandom(0x73637069);
  let readCount = 0;
  for (const original of originals) use(original, random);
  for (let i = 0; i < MUTATIONS; i++) {
    const text = mutate(originals[i % originals.length]!, originals, random);
    const startMs = performance.now();
    try {
      use(text, random);
      readCount++;
    } catch (error) {
      if (!(error instanceof LabError)) throw new Error(`text ${i}: ${JSON.stringify(text)}`, { cause: error });
    }
    const tookMs = performance.now() - startMs;
    if (tookMs > MAX_MS) expect({ i, text, tookMs }).toEqual({ i, text, tookMs: 0 });
  }
  expect(readCount).toBeLessThanOrEqual(MUTATIONS);
  return readCount;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test('blocks', () => {
  const { cases } = goldenJson<{ cases: { reply_hex: string; expect: { error?: string } }[] }>('scpi/blocks.json');
  const replies = cases
    .filter(({ expect: { error } }) => error === undefined)
    .map(({ reply_hex }) => Buffer.from(reply_hex, 'hex').toString('latin1'));
  expect(fuzz(replies, (text) => void readBlocks(bytesOf(text)))).toBeGreaterThan(MUTATIONS / 4);
});

test('lists, errors and identities', () => {
  const texts = [
    '1.0,2.5E-3,#HFF,9.91E37,ON\n',
    '{0.1,0.2,100mV}\r\n',
    '-113,"Undefined header;A ""B"""',
    '"a",\'b\',c',
  ];
  const readCount = fuzz(texts, (text) => {
    const uses = [parseNumbers, parseStrings, parseInstrumentError, parseIdentity];
    const errors = uses.map((read) => {
      try {
        read(text);
        return undefined;
      } catch (error) {
        return error;
      }
    });
    const strange = errors.find((error) => error !== undefined && !(error instanceof LabError));
    if (strange) throw strange;
  });
  expect(readCount).toBe(MUTATIONS);
});

test('format strings, each on an answer that almost fits', () => {
  const { cases } = goldenJson<{ cases: { format: string; reply: string }[] }>('scpi/format-strings.json');
  const formats = cases.map(({ format }) => format).filter((format) => !format.includes(':Z'));
  const answers = [...cases.map(({ reply }) => reply), 'a,'.repeat(3000), '1'.repeat(3000), ' '.repeat(3000)];
  const readCount = fuzz([...formats, '{a}{b}{c}{d}{e}{f}!', '{:d}{a:>5}{:w},{b:.3}{:g}{c}'], (text, random) => {
    const answer = answers[Math.floor(random() * answers.length)]!;
    new FormatString(text).match(mutate(answer, answers, random));
  });
  expect(readCount).toBeGreaterThan(MUTATIONS / 2);
});

test('init-talk files', () => {
  const files = ['documented-example', 'idn-fields', 'later-wins', 'case-insensitive'].map((name) =>
    new TextDecoder().decode(goldenBytes(`scpi/init-talk/${name}.yaml`)),
  );
  expect(fuzz(files, (text) => void parseInitTalk(text))).toBeGreaterThan(MUTATIONS / 20);
});

test('templates', () => {
  const texts = [templateText('LECROY_2_3', 0), templateText('LECROY_9_9', 40)];
  expect(fuzz(texts, (text) => void parseLecroyTemplate(text))).toBeGreaterThan(MUTATIONS / 20);
});

test('formats that make a regular expression search for ever are given up or answered at once', () => {
  const answer = 'a'.repeat(64 * 1024);
  const formats = [
    `${'{}'.repeat(32)}!`,
    '{:w}!',
    '{}{:w}!',
    '{}{:g}{:g}!',
    '{a}a{b}a{c}a{d}a{e}!',
    '{:w}{:w}{:w}{:w}!',
    '{:S}{:S}{x}{x}!',
    '{a:>5}{b:<9}{c:^3}{d:x<4}!',
    '{a} {a} {b} {b}!',
  ];
  for (const [text, format] of formats.flatMap((each) => [
    [answer, each],
    ['1'.repeat(64 * 1024), each.replaceAll(':w', ':d')],
    ['1,'.repeat(32 * 1024), each.replaceAll('a{', ',{')],
  ])) {
    const startMs = performance.now();
    try {
      expect(new FormatString(format!).match(text!)).toBeUndefined();
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
    }
    expect([format, performance.now() - startMs > MAX_MS]).toEqual([format, false]);
  }
});
