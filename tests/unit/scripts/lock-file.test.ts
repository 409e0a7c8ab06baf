// What npm installs is what was looked at: every package in the lock file has its checksum.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('every package of the lock file has its integrity', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { readonly integrity?: string; readonly link?: boolean }>;
  };
  const bare = Object.entries(packages).filter(
    ([path, { integrity, link }]) => path !== '' && !link && !integrity?.startsWith('sha512-'),
  );
  expect(bare.map(([path]) => path)).toEqual([]);
});
