import { afterEach, expect, test } from 'vitest';
import { localIsoText } from '../../../src/base/local-time.ts';

const ZONE = process.env['TZ'];
afterEach(() => {
  if (ZONE === undefined) delete process.env['TZ'];
  else process.env['TZ'] = ZONE;
});

// from datetime.fromtimestamp(1714550464.5, ZoneInfo(zone)).isoformat(timespec="milliseconds") of Python
test.each([
  ['Europe/Paris', '2024-05-01T10:01:04.500+02:00'],
  ['UTC', '2024-05-01T08:01:04.500+00:00'],
  ['America/St_Johns', '2024-05-01T05:31:04.500-02:30'],
  ['Asia/Kathmandu', '2024-05-01T13:46:04.500+05:45'],
])('in %s', (zone, text) => {
  process.env['TZ'] = zone;
  expect(localIsoText(1_714_550_464_500)).toBe(text);
});
