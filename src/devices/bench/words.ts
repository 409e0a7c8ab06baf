// What the console offers while somebody types: the common commands of IEEE 488.2, and what the instrument's table knows.

import type { PanelDialect } from '../panel/dialect.ts';
import type { ScopeDialect } from '../scope/dialect.ts';

const COMMON = ['*IDN?', '*RST', '*CLS', '*OPC?', '*ESR?', '*STB?', '*TRG', '*TST?', '*WAI', 'SYST:ERR?'];

export function panelWords({ channels }: PanelDialect): readonly string[] {
  const own = channels.flatMap(({ settings, readings, output }) => [
    ...settings.flatMap(({ question, command }) => [question, command.replace('%', '')]),
    ...readings.map(({ question }) => question),
    ...(output ? [output.question, output.on, output.off] : []),
  ]);
  return [...new Set([...COMMON, ...own])];
}

export function scopeWords({ settings }: ScopeDialect, channelCount: number): readonly string[] {
  const numbers = Array.from({ length: channelCount }, (_, index) => String(index + 1));
  const asked = Object.values(settings).filter(({ isHeld }) => !isHeld);
  const own = asked.flatMap(({ header }) =>
    header.includes('#') ? numbers.map((number) => `${header.replace('#', number)}?`) : [`${header}?`],
  );
  return [...new Set([...COMMON, ...own])];
}
