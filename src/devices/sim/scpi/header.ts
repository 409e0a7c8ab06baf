// Headers of commands as the manuals print them: `:CHANnel<n>:SCALe?`, `:MEASure[:SCALar]:VOLTage[:DC]?`,
// `C<n>:VDIV|VOLT_DIV`. Capitals and digits are the short form; only the exact short or long form is legal (SCPI-99
// volume 1, 6.2.1); `[…]` may be left out, `<n>` is a number that may be left out, `A|B` are two names.

const TOKEN = /<n>|\[|\]|:|\?|[*A-Za-z\d_|]+/g;

const shortForm = (name: string): string => name.replace(/[a-z]+/g, '');

/** Short and long form of a documented word, in capitals: `POSitive` → `POS`, `POSITIVE`. */
export function formsOf(word: string): readonly [string, string] {
  return [shortForm(word), word.toUpperCase()];
}

/** A header in capitals, without leading colon, that matches gives its numbers as groups; one left out is undefined. */
export function headerPattern(spelling: string): RegExp {
  // a first node that may be left out takes the colon behind it along
  const rooted = spelling.replace(/^\[:([^\]]*)\]:/, '[$1:]').replace(/^:/, '');
  const source = rooted.replace(TOKEN, (token) => {
    switch (token) {
      case '<n>':
        return '(\\d+)?';
      case '[':
        return '(?:';
      case ']':
        return ')?';
      case '?':
        return '\\?';
      case ':':
        return ':';
      default: {
        const forms = token
          .split('|')
          .flatMap(formsOf)
          .map((name) => name.replace('*', '\\*'));
        return `(?:${[...new Set(forms)].join('|')})`;
      }
    }
  });
  return new RegExp(`^${source}$`);
}
