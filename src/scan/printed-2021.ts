// How BLISS of 2021 prints a scan: centred columns between bars, controllers above the names, digits that end at the same
// place.

import { type PrintedScan, printedChannels, type ScanFacts, secondText, spanText } from './printed.ts';
import { countLines } from './printed-count.ts';
import { MIN_WIDTH, numberText } from './table.ts';

const MARGIN = '   ';

export function printed2021(facts: ScanFacts): PrintedScan {
  const { number, plan, file, startUnixMs } = facts;
  const { type, countTimeS } = plan.command;
  const channels = printedChannels(facts.channels);
  const controllers = ['', ...channels.map(({ controller }) => controller)];
  const labels = ['#', ...channels.map(({ label }) => label)];
  const widths = labels.map((label, i) => Math.max(MIN_WIDTH, label.length, controllers[i]!.length));
  const line = (cells: readonly string[]) => MARGIN + cells.map((cell, i) => centred(cell, widths[i]!)).join('|');
  const isCount = type === 'ct';
  const head = [`${MARGIN}${secondText(startUnixMs)}: Scan(number=${number}, name=${type}, path=${file})`, ''];
  return {
    begin: isCount ? head : [...head, line(controllers), line(labels), line(widths.map((width) => '-'.repeat(width)))],
    point: ({ point, values }) =>
      isCount
        ? countLines(channels, values, countTimeS)
        : line([String(point), ...channels.map(({ index }) => numberText(values[index]!, true))]),
    end: (tookS) => ['', `${MARGIN}Took ${spanText(tookS)}[s]`],
  };
}

/** The odd space goes behind. */
function centred(text: string, width: number): string {
  const before = Math.floor(Math.max(0, width - text.length) / 2);
  return (' '.repeat(before) + text).padEnd(width);
}
