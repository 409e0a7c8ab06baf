// The notices that go with the build.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { thirdPartyNotices } from '../../../scripts/third-party-notices.ts';

test('every package that the page needs is there with its licence', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
  const notices = thirdPartyNotices('.');
  for (const [name, version] of Object.entries(dependencies)) expect(notices).toContain(`\n\n${name} ${version}: `);
  for (const name of ['lit-html', 'lucide-static', 'assemblyscript'])
    expect(notices).toMatch(new RegExp(`\n\n${name} \\d`));
  expect(notices).toContain('Permission is hereby granted, free of charge');
  expect(notices).toContain('Redistribution and use in source and binary forms');
});
