// How BLISS of 2019 prints a scan: right-aligned columns, axes and counters sorted by name.

import { minuteText, type PrintedScan, printedChannels, type ScanFacts, spanText } from './printed.ts';
import { countLines } from './printed-count.ts';
import { tableLine } from './table.ts';

export function printed2019(facts: ScanFacts): PrintedScan {
  const { number, plan, file, session, user, startUnixMs } = facts;
  const channels = printedChannels(facts.channels);
  const sorted = (['time', 'axis', 'counter'] as const).flatMap((wanted) =>
    channels.filter(({ kind }) => kind === wanted).sort((a, b) => (a.label < b.label ? -1 : 1)),
  );
  const labels = ['#', ...sorted.map(({ label }) => label)];
  const isCount = plan.command.type === 'ct';
  const head = [`Scan ${number} ${minuteText(startUnixMs)} ${file} ${session} user = ${user}`, plan.title, ''];
  return {
    begin: isCount ? head : [...head, tableLine(labels, labels)],
    point: ({ point, values }) =>
      isCount
        ? countLines(channels, values, plan.command.countTimeS)
        : tableLine(labels, [point, ...sorted.map(({ index }) => values[index]!)]),
    end: (tookS) => ['', `Took ${spanText(tookS)}`],
  };
}
