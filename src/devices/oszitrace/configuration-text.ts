// OSZI_ names in a file of text, as shells and files of environments have them: `OSZI_NAME=value`, also behind `export` or
// `-e`, several on a line, in quotes or not. All else in the file is left alone.

import { invalid } from './configuration.ts';

/** A file that is longer is no configuration. */
export const MOST_CONFIGURATION_BYTES = 64 * 1024;

const ASSIGNMENT = /(?:^|\s)(?:export\s+|-e\s*)?["']?(OSZI_\w+)=/g;

/** By name, the last one where a name is there twice; `undefined` where no line has one. Throws `setup/invalid`. */
export function configurationOf(text: string): Readonly<Record<string, string>> | undefined {
  const settings: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n|\r/).entries()) {
    if (/^\s*#/.test(line)) continue;
    const found = [...line.matchAll(ASSIGNMENT)];
    // `docker run -e OSZI_A=1 image`: words of a command stand behind it
    const isCommand = line.slice(0, found[0]?.index).trim() !== '';
    for (const [at, match] of found.entries()) {
      const rest = line.slice(match.index + match[0].length, found[at + 1]?.index);
      settings[match[1]!] = textOf(rest, isCommand, index + 1);
    }
  }
  return Object.keys(settings).length > 0 ? settings : undefined;
}

/** In quotes what stands between them; a word of a command; otherwise up to a comment, or the end of a line that goes on. */
function textOf(rest: string, isCommand: boolean, lineNumber: number): string {
  const [quote] = /^["']/.exec(rest) ?? [];
  if (quote !== undefined) {
    const end = rest.indexOf(quote, 1);
    if (end < 0) throw invalid(`Line ${lineNumber} of the configuration has a quote that does not end.`);
    return rest.slice(1, end);
  }
  if (isCommand) return rest.split(/[\s"';]/, 1)[0]!;
  return rest
    .replace(/\s#.*$/, '')
    .replace(/[\\;]\s*$/, '')
    .trim()
    .replace(/["']$/, '');
}
