// The clipboard, with words where there is none: a browser withholds it from a page over plain http. Page only.

import { LabError } from '../base/errors.ts';

export function copyText(text: string): Promise<void> {
  return clipboard().writeText(text);
}

/** The browser asks the user first. */
export async function readText(): Promise<string> {
  try {
    return await clipboard().readText();
  } catch (thrown) {
    if (thrown instanceof LabError) throw thrown;
    throw new LabError(
      'platform/unsupported',
      'The browser did not hand over the clipboard. Click into the table and press Ctrl+V instead.',
      { cause: thrown },
    );
  }
}

/** Call it in the click itself; the picture may come later. */
export function copyPng(png: Promise<Blob> | Blob): Promise<void> {
  return clipboard().write([new ClipboardItem({ 'image/png': png })]);
}

function clipboard(): Clipboard {
  if ('clipboard' in navigator) return navigator.clipboard;
  throw new LabError(
    'platform/unsupported',
    'A page over plain http:// may not use the clipboard. Nothing was copied or pasted; open the page over https:// or at http://localhost.',
  );
}
