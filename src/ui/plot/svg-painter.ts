import type { Columns, Fonts, ImagePainter, PaintedImage, Points, Rect, StrokeStyle, TextStyle } from './painter.ts';

/** Average advance of a glyph over its font size: a measure without a canvas, good enough to place flags. */
const GLYPH_ADVANCE = 0.58;

const BASELINE_SHIFT = { top: 0.8, middle: 0.35, bottom: -0.2 } as const;
const ANCHORS = { left: 'start', center: 'middle', right: 'end' } as const;

const round = (value: number): string => String(Math.round(value * 100) / 100);
const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Writes the scene as SVG text. Pure but for images: any thread. */
export class SvgPainter implements ImagePainter {
  readonly #parts: string[] = [];
  readonly #fonts: Fonts;
  #clipCount = 0;

  constructor(fonts: Fonts) {
    this.#fonts = fonts;
  }

  /** The finished document. */
  toSvg(widthPx: number, heightPx: number): string {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" ` +
      `viewBox="0 0 ${widthPx} ${heightPx}">${this.#parts.join('')}</svg>\n`
    );
  }

  fillRect({ x, y, width, height }: Rect, color: string): void {
    this.#parts.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${color}"/>`,
    );
  }

  strokeRect({ x, y, width, height }: Rect, style: StrokeStyle): void {
    const inset = style.widthPx / 2;
    this.#parts.push(
      `<rect x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - 2 * inset)}" ` +
        `height="${round(height - 2 * inset)}" fill="none"${stroke(style)}/>`,
    );
  }

  horizontalLine(y: number, x1: number, x2: number, style: StrokeStyle): void {
    this.#parts.push(`<path d="M${round(x1)} ${round(y)}H${round(x2)}"${stroke(style)}/>`);
  }

  verticalLine(x: number, y1: number, y2: number, style: StrokeStyle): void {
    this.#parts.push(`<path d="M${round(x)} ${round(y1)}V${round(y2)}"${stroke(style)}/>`);
  }

  polyline({ xs, ys, count }: Points, style: StrokeStyle): void {
    let path = '';
    let isDown = false;
    for (let i = 0; i < count; i++) {
      if (Number.isNaN(ys[i]!)) {
        isDown = false;
        continue;
      }
      path += `${isDown ? 'L' : 'M'}${round(xs[i]!)} ${round(ys[i]!)}`;
      if (!isDown && (i + 1 >= count || Number.isNaN(ys[i + 1]!))) path += 'h1';
      isDown = true;
    }
    if (path !== '') this.#parts.push(`<path d="${path}" fill="none" stroke-linejoin="round"${stroke(style)}/>`);
  }

  columns({ xs, tops, bottoms, count }: Columns, color: string, alpha: number): void {
    let path = '';
    for (let start = 0; start < count; ) {
      if (Number.isNaN(tops[start]!)) {
        start++;
        continue;
      }
      let end = start;
      while (end < count && !Number.isNaN(tops[end]!)) end++;
      path += `M${round(xs[start]!)} ${round(bottoms[start]!)}`;
      for (let i = start; i < end; i++) path += `V${round(tops[i]!)}H${round(xs[i + 1]!)}`;
      for (let i = end - 1; i >= start; i--) path += `V${round(bottoms[i]!)}H${round(xs[i]!)}`;
      path += 'Z';
      start = end;
    }
    if (path !== '') this.#parts.push(`<path d="${path}" fill="${color}" fill-opacity="${alpha}"/>`);
  }

  dots({ xs, ys, count }: Points, radiusPx: number, color: string): void {
    let circles = '';
    for (let i = 0; i < count; i++) {
      if (!Number.isNaN(ys[i]!))
        circles += `<circle cx="${round(xs[i]!)}" cy="${round(ys[i]!)}" r="${round(radiusPx)}"/>`;
    }
    if (circles !== '') this.#parts.push(`<g fill="${color}">${circles}</g>`);
  }

  polygon(corners: readonly number[], color: string): void {
    this.#parts.push(`<polygon points="${corners.map(round).join(' ')}" fill="${color}"/>`);
  }

  image(image: PaintedImage, { x, y, width, height }: Rect): void {
    this.#parts.push(
      `<image x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ` +
        `preserveAspectRatio="none" href="${image.toDataURL()}"/>`,
    );
  }

  text(text: string, x: number, y: number, style: TextStyle): void {
    const shifted = y + style.sizePx * BASELINE_SHIFT[style.baseline ?? 'middle'];
    const family = escapeXml((style.isMono ? this.#fonts.mono : this.#fonts.ui).replaceAll('"', "'"));
    this.#parts.push(
      `<text x="${round(x)}" y="${round(shifted)}" fill="${style.color}" font-size="${style.sizePx}" ` +
        `font-family="${family}" text-anchor="${ANCHORS[style.align ?? 'left']}"` +
        `${style.isBold ? ' font-weight="600"' : ''}>${escapeXml(text)}</text>`,
    );
  }

  measure(text: string, style: TextStyle): number {
    return text.length * style.sizePx * GLYPH_ADVANCE;
  }

  clip({ x, y, width, height }: Rect, draw: () => void): void {
    const id = `clip-${++this.#clipCount}`;
    this.#parts.push(
      `<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" ` +
        `height="${round(height)}"/></clipPath><g clip-path="url(#${id})">`,
    );
    draw();
    this.#parts.push('</g>');
  }
}

function stroke(style: StrokeStyle): string {
  const dash = style.dash ? ` stroke-dasharray="${style.dash.join(' ')}"` : '';
  return ` stroke="${style.color}" stroke-width="${round(style.widthPx)}"${dash}`;
}
