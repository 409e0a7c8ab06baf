// What may be typed to an instrument while its user has drawn limits: a line whose meaning is known. Questions change
// nothing that is limited, and the commands of the table are checked as if they came from the settings. Everything else,
// such as a preset or a long form, might pass a limit and stays here.

import { LabError } from '../../base/errors.ts';
import type { PanelSetting } from './dialect.ts';
import type { Panel } from './panel.ts';

/** Common commands that set nothing (IEEE 488.2). */
const HARMLESS = ['*CLS', '*OPC', '*WAI'];

/** Rejects with `setup/invalid` for a line that may pass a limit, and with what asking before switching on rejects with. */
export async function checkLine(panel: Panel, line: string): Promise<void> {
  if (!panel.hasLimits) return;
  const parts = partsOf(line);
  if (parts.every(isQuestion)) return;
  const [command] = parts;
  if (command !== undefined && parts.length === 1 && (await isKnown(panel, command))) return;
  throw new LabError(
    'setup/invalid',
    'Nothing was sent: this line might pass a limit that was drawn. While there are limits, questions go out, and one command of the table at a time with a plain number. Take the limits away in the settings to send anything else.',
  );
}

/** Whether a line sets nothing. */
export function asksOnly(line: string): boolean {
  return partsOf(line).every(isQuestion);
}

function partsOf(line: string): readonly string[] {
  return line
    .split(/[;\r\n]/)
    .map(normal)
    .filter((part) => part !== '');
}

function isQuestion(part: string): boolean {
  return /^[^ ?"']+\?( |$)/.test(part);
}

/** Rejects when it sets a limited number beyond its limits, or switches on what is beyond them. */
async function isKnown(panel: Panel, command: string): Promise<boolean> {
  if (HARMLESS.includes(command)) return true;
  for (const { id, settings, output } of panel.dialect.channels) {
    if (output && normal(output.off) === command) {
      panel.noteOff(id);
      return true;
    }
    if (output && normal(output.on) === command) {
      await panel.checkBeforeOn(output.on);
      return true;
    }
    for (const setting of settings) {
      const value = valueIn(setting, command);
      if (value === undefined) continue;
      panel.check(id, setting.id, value);
      return true;
    }
  }
  return false;
}

/** The value that the command sets, where it is that of the setting. */
function valueIn(setting: PanelSetting, command: string): number | string | undefined {
  const [before = '', after = ''] = normal(setting.command).split('%');
  if (!command.startsWith(before) || !command.endsWith(after)) return undefined;
  const text = command.slice(before.length, command.length - after.length).trim();
  if (setting.kind === 'choice') return setting.choices.find(({ word }) => word === text)?.word;
  return /^[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

/** Case, blanks and a leading colon mean nothing. */
function normal(text: string): string {
  return text.trim().replace(/^:/, '').replaceAll(/\s+/g, ' ').toUpperCase();
}
