// The notices that go with the build: of what it is made of, and of nothing else.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { thirdPartyNotices } from '../../../scripts/third-party-notices.ts';

/** Names in the first column of a table of docs/dependencies.md; one with a star stands for several. */
function packagesOf(heading: string): string[] {
  const [, section = ''] = readFileSync('docs/dependencies.md', 'utf8').split(`## ${heading}\n`);
  const rows = [...section.split('\n## ')[0]!.matchAll(/^\| ([^|]+) \|/gm)].map(([, names]) => names!);
  return rows.slice(1).flatMap((names) => names.split(', ').filter((name) => !/\*|^---/.test(name)));
}

const notices = thirdPartyNotices('.');
const isNoticed = (name: string) => new RegExp(`\n\n${name} \\d`).test(notices);

test('every package of the page and the bridge is there with its licence, and what those need', () => {
  const names = [...packagesOf('In the page'), ...packagesOf('In the bridge')];
  expect(names).toEqual(expect.arrayContaining(['lit', 'h5wasm', 'ws']));
  for (const name of [...names, 'lit-html', '@codemirror/view', 'lucide-static', 'assemblyscript']) {
    expect([name, isNoticed(name)]).toEqual([name, true]);
  }
  expect(notices).toContain('Permission is hereby granted, free of charge');
  expect(notices).toContain('Redistribution and use in source and binary forms');
});

test.each(['vite', 'typescript', 'vitest', 'binaryen', 'playwright-core'])('%s stays behind', (name) => {
  expect(isNoticed(name)).toBe(false);
});
