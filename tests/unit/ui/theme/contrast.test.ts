import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

// Contrast ratio after WCAG 2.2, "relative luminance" and "contrast ratio".
function luminance(hex: string): number {
  const channel = (i: number) => {
    const value = Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2);
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const css = readFileSync(new URL('../../../../src/ui/theme/tokens.css', import.meta.url), 'utf8');

function tokens(selector: string): (name: string) => string {
  const block = css.slice(css.indexOf(`${selector} {`)).split('\n}')[0] ?? '';
  return (name) => {
    const value = new RegExp(`--lab-${name}: (#[0-9a-f]{6});`).exec(block)?.[1];
    if (!value) throw new Error(`no colour ${name} in ${selector}`);
    return value;
  };
}

const GROUNDS = ['ground-plot', 'ground-0', 'ground-1', 'ground-2', 'ground-3'];

describe.each([
  ['dark', ':root'],
  ['light', ':root[data-theme="light"]'],
  ['high contrast', ':root[data-theme="high-contrast"]'],
])('the %s theme', (_name, selector) => {
  const token = tokens(selector);

  it('keeps the eight traces at 3:1 or more on the plot and on panels', () => {
    for (let i = 1; i <= 8; i++) {
      for (const ground of ['ground-plot', 'ground-1']) {
        expect(contrast(token(`trace-${i}`), token(ground)), `trace ${i} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it('keeps words at 4.5:1 or more on every ground', () => {
    for (const text of ['text', 'text-dim', 'text-faint', 'ok', 'warn', 'danger', 'accent']) {
      for (const ground of GROUNDS) {
        expect(contrast(token(text), token(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(token('on-accent'), token('accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('danger'), token('danger-ground'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('warn'), token('warn-ground'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('text'), token('accent-ground'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('text'), token('ground-hover'))).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps control outlines and the focus ring at 3:1 or more', () => {
    for (const ground of GROUNDS) {
      expect(contrast(token('line-strong'), token(ground))).toBeGreaterThanOrEqual(3);
      expect(contrast(token('focus'), token(ground))).toBeGreaterThanOrEqual(3);
    }
  });
});
