// Names and texts of strangers' files on a terminal.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { terminalText } from '../../../src/cli/terminal-text.ts';
import { pulsebench } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'pulsebench-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['\u001b[2Jgone', '\\u001b[2Jgone'],
  ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['\u009b31m', '\\u009b31m'],
  ['over\rwritten\b', 'over\\u000dwritten\\u0008'],
  ['\u202egpj.exe', '\\u202egpj.exe'],
  ['two\tcells\nand a line', 'two\tcells\nand a line'],
  ['Größe (µV) 電圧 🙂', 'Größe (µV) 電圧 🙂'],
])('%j is printed as %j', (text, printed) => {
  expect(terminalText(text)).toBe(printed);
});

test('no control character of a file, a name or a setup reaches the terminal', () => {
  const evil = '\u001b]0;owned\u0007\u009b2J';
  // NumPy's format 1.0: magic, version, length of the description, description, two items of 8 bytes.
  const description = `{'descr': [('${evil}', '<f8')], 'fortran_order': False, 'shape': (2,), }`.padEnd(117);
  const table = join(folder, 'table.npy');
  writeFileSync(table, Buffer.from(`\x93NUMPY\x01\x00\x76\x00${description}\n${'\0'.repeat(16)}`, 'latin1'));
  const setup = join(folder, 'setup.yaml');
  writeFileSync(setup, `Buffers: {}\nWorkers: {"\\e]0;owned": {function: "\\e[2J.x"}}\n`);
  const results = [
    pulsebench('info', table),
    pulsebench('info', table, '--json'),
    pulsebench('info', join(folder, `${evil}.csv`)),
    pulsebench('setup', setup),
    pulsebench('setup', setup, '--json'),
    pulsebench(`${evil}`),
  ];
  for (const { stdout, stderr } of results) {
    expect(stdout + stderr).not.toMatch(/(?![\t\n])[\p{Cc}\u202e]/u);
    expect(stdout + stderr).toMatch(/u001b|u009b/);
  }
  expect(JSON.stringify(JSON.parse(results[1]!.stdout))).toContain(JSON.stringify(evil).slice(1, -1));
});
