// The error queue of SCPI instruments (SCPI-99, volume 2, 21.8): `SYST:ERR?` answers `code,"text;detail"`, oldest first,
// and 0 when there are no more.

import { AnswerError, excerpt } from './text-error.ts';

/** By hundreds of the code; positive codes are the device's own. */
export type InstrumentErrorClass = 'command' | 'execution' | 'device' | 'query' | 'event';

export interface InstrumentError {
  /** 0 is no error. */
  readonly code: number;
  readonly message: string;
  readonly detail?: string;
  readonly class?: InstrumentErrorClass;
}

/** One answer to `SYST:ERR?`. Throws AnswerError with `bad-reply`. */
export function parseInstrumentError(text: string): InstrumentError {
  const [, digits, rest] = /^\s*(?:[:A-Za-z]+\s+)?([-+]?\d{1,9})\s*(?:,(.*))?$/s.exec(text) ?? [];
  if (digits === undefined) {
    const problem = `"${excerpt(text)}" is no answer about errors. Ask the instrument again.`;
    throw new AnswerError<'bad-reply'>('bad-reply', problem);
  }
  const code = Number(digits);
  const said = unquoted((rest ?? '').trim());
  const semicolon = said.indexOf(';');
  const errorClass = classOf(code);
  return {
    code: code === 0 ? 0 : code,
    message: semicolon < 0 ? said : said.slice(0, semicolon),
    ...(semicolon >= 0 && { detail: said.slice(semicolon + 1) }),
    ...(errorClass && { class: errorClass }),
  };
}

function unquoted(text: string): string {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  const inside = text.endsWith(quote) && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  return inside.replaceAll(quote + quote, quote);
}

function classOf(code: number): InstrumentErrorClass | undefined {
  if (code === 0) return undefined;
  if (code <= -100 && code > -200) return 'command';
  if (code <= -200 && code > -300) return 'execution';
  if (code <= -400 && code > -500) return 'query';
  // power on, user request, request control, operation complete
  return code <= -500 && code > -900 ? 'event' : 'device';
}
