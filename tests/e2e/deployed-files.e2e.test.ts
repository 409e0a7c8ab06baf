// What a host is given: no source maps, and the notices of others.

import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

test('the build holds the notices of third parties and no source map', () => {
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' });
  expect(files).toContain('third-party-notices.txt');
  expect(files.filter((path) => path.endsWith('.map'))).toEqual([]);
});
