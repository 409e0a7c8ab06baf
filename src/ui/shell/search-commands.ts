// Finds commands by what was typed.

import type { Command } from '../../app/commands.ts';

/** Commands whose title or group has every word typed; those whose title starts with the text come first. */
export function searchCommands(commands: readonly Command[], text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = ({ title, group }: Command): number => {
    const lower = title.toLowerCase();
    if (!words.every((word) => lower.includes(word) || group.toLowerCase().includes(word))) return -1;
    if (lower.startsWith(words.join(' '))) return 2;
    return words.some((word) => lower.split(/\s+/).some((part) => part.startsWith(word))) ? 1 : 0;
  };
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((row) => row.rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map((row) => row.command);
}
