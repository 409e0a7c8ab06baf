// What is printed may hold names and texts of strangers' files. A terminal obeys control characters and hides behind
// marks of direction, so both are shown as escapes instead, in the way of JSON.

/** Controls but tab and line feed, C1 among them, and what turns the direction of text (Unicode TR 36, 3.4). */
const UNSAFE = /(?![\t\n])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with everything in it that a terminal would obey written out, such as `\u001b`. JSON stays the same JSON. */
export function terminalText(text: string): string {
  return text.replace(UNSAFE, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A line, or several, on standard output. */
export function printLine(text: string): void {
  process.stdout.write(`${terminalText(text)}\n`);
}
