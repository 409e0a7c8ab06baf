// Key strokes as text: `Ctrl+Shift+P`, `?`, `Space`, or two strokes after one another: `G L`.
// `Ctrl` means the Command key on Apple computers.

/** The part of a KeyboardEvent that matters. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = { ' ': 'Space', '+': 'Plus' };

/** The stroke's text; `undefined` for a modifier alone or a key that is part of typing a character. */
export function strokeOf(press: KeyPress): string | undefined {
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead', 'Process', 'Unidentified'].includes(press.key)) {
    return undefined;
  }
  const isCharacter = press.key.length === 1 && press.key !== ' ';
  const name = NAMED[press.key] ?? (isCharacter ? press.key.toUpperCase() : press.key);
  // Shift is part of the character for `?`, but not for letters.
  const hasShift = press.shiftKey && (!isCharacter || /^[A-Z]$/.test(name));
  return [press.ctrlKey || press.metaKey ? 'Ctrl' : '', press.altKey ? 'Alt' : '', hasShift ? 'Shift' : '', name]
    .filter(Boolean)
    .join('+');
}

/** True for strokes without Ctrl or Alt: those are text while somebody types. */
export function isSingleKey(stroke: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(stroke) && !/^F\d+$/.test(stroke);
}

const SHOWN: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Plus: '+',
  '-': '\u2212',
};

const APPLE: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' };

/** For tooltips and help: `Ctrl+Shift+P`, on Apple computers `⌘⇧P`. */
export function showKeys(keys: string, isApple: boolean): string {
  const show = (part: string) => (isApple ? APPLE[part] : undefined) ?? SHOWN[part] ?? part;
  return keys
    .split(' ')
    .map((stroke) =>
      stroke
        .split('+')
        .map(show)
        .join(isApple ? '' : '+'),
    )
    .join(' then ');
}
