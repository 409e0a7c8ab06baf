// Where the focus is when a key comes.

const INTERACTIVE = 'button, a[href], select, summary, [tabindex], [role=tab], [role=option], lab-splitter';

/** True where letters are text, or where the focused control uses this key itself. */
export function isTypingTarget(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (target instanceof HTMLInputElement)
    return !['button', 'checkbox', 'radio', 'range', 'file'].includes(target.type);
  const isNamedKey = event.key.length > 1 || event.key === ' ';
  return isNamedKey && !event.shiftKey && target.matches(INTERACTIVE) && target.localName !== 'main';
}
