// Settings of a scope by our names, said and understood in its own words. What it has after a change is read back: it may
// have chosen a step of its own, or refused.

import { LabError } from '../../base/errors.ts';
import type { ScopeDialect, ScopePort, ScopeSettingId, SettingWords } from './dialect.ts';
import { isYes } from './dialects/words.ts';

/** A number in the SI unit (V, V per division, s, s per division), one of our words such as `dc`, `rise`, `2`, or yes or no. */
export type ScopeSettingValue = number | string | boolean;

export async function isChannelOn(port: ScopePort, dialect: ScopeDialect, channelNumber: number): Promise<boolean> {
  return (await readSetting(port, dialect, 'on', channelNumber)) === true;
}

/**
 * What it is from the beginning where the instrument does not keep it. Rejects with `device/protocol` for an answer that is
 * neither a number nor one of the dialect's words.
 */
export async function readSetting(
  port: ScopePort,
  dialect: ScopeDialect,
  id: ScopeSettingId,
  channelNumber = 1,
): Promise<ScopeSettingValue> {
  const words = wordsOf(dialect, id);
  if (words.isHeld) return words.isSwitch ? true : Object.keys(words.words!)[0]!;
  const question = `${await headerOf(port, dialect, words, channelNumber)}?`;
  return understood(words, question, await port.query(question));
}

/** Resolves with what the scope has now. Rejects with `setup/invalid` for a word that the dialect does not have. */
export async function writeSetting(
  port: ScopePort,
  dialect: ScopeDialect,
  id: ScopeSettingId,
  value: ScopeSettingValue,
  channelNumber = 1,
): Promise<ScopeSettingValue> {
  const words = wordsOf(dialect, id);
  const text = said(words, id, value);
  if (words.isHeld) return value;
  const header = await headerOf(port, dialect, words, channelNumber);
  await port.command(`${header} ${text}`);
  return understood(words, `${header}?`, await port.query(`${header}?`));
}

/** The instrument's word for one of ours. Throws `setup/invalid` where the dialect has none. */
export function wordOf(dialect: ScopeDialect, id: ScopeSettingId, value: ScopeSettingValue): string {
  return said(wordsOf(dialect, id), id, value);
}

function wordsOf(dialect: ScopeDialect, id: ScopeSettingId): SettingWords {
  const words = dialect.settings[id];
  if (words) return words;
  throw new LabError('device/unsupported', `${dialect.label}: ${id} is set at the instrument itself.`);
}

async function headerOf(
  port: ScopePort,
  dialect: ScopeDialect,
  { header, isOfTriggerSource }: SettingWords,
  channelNumber: number,
): Promise<string> {
  if (!isOfTriggerSource) return header.replace('#', String(channelNumber));
  const source = dialect.settings.triggerSource ? await readSetting(port, dialect, 'triggerSource') : channelNumber;
  return header.replace('#', String(source));
}

function said(
  { words, isSwitch, before = '', unit = '', counted }: SettingWords,
  id: ScopeSettingId,
  value: ScopeSettingValue,
): string {
  if (isSwitch) return value === true ? 'ON' : 'OFF';
  if (!words) return `${before}${counted ? counted.said(Number(value)) : value}${unit}`;
  const word = words[String(value)];
  if (word !== undefined) return word;
  throw new LabError('setup/invalid', `${id} cannot be "${value}". Choose one of ${Object.keys(words).join(', ')}.`);
}

/** A long form stands for its short one: `POSITIVE` for `POS`. Units and echoed headers are taken off numbers. */
function understood({ words, isSwitch, counted }: SettingWords, question: string, answer: string): ScopeSettingValue {
  const last = answer.trim().split(/\s+/).at(-1) ?? '';
  if (isSwitch) return isYes(last);
  if (!words) {
    const value = Number.parseFloat(last);
    if (Number.isFinite(value)) return counted ? counted.understood(value) : value;
  } else {
    const found = Object.entries(words).find(([, word]) => last.toUpperCase().startsWith(word));
    if (found) return found[0];
  }
  throw new LabError(
    'device/protocol',
    `The scope answered "${answer.trim().slice(0, 40)}" to ${question}. Its setting stays unknown; set it at the instrument.`,
  );
}
