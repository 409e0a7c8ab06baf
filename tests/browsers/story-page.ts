// The page of a driven browser: finds things through shadow roots, waits for them, clicks them as a script would, types and
// turns the wheel as a hand would. Node only.

import { expect } from 'vitest';
import { parseSi } from '../../src/base/si.ts';
import { signalWords } from '../../src/model/signal-words.ts';
import type { DrivenBrowser } from './driven-browser.ts';

declare global {
  interface Window {
    /** What went wrong since the page was visited, and what was written in the last drawings on each canvas, oldest first. */
    seen: { readonly problems: string[]; readonly drawings: Map<object, string[]> };
    all(selector: string): HTMLElement[];
    /** Shadow roots included. */
    textOf(node: Node): string;
    named(selector: string, name: string): HTMLElement | undefined;
  }
}

/** Runs in the page. */
function prepare(): void {
  window.seen = { problems: [], drawings: new Map() };
  window.addEventListener('error', ({ message }) => window.seen.problems.push(message));
  window.addEventListener('unhandledrejection', ({ reason }) => window.seen.problems.push(String(reason)));
  const say = console.error.bind(console);
  console.error = (...parts: unknown[]) => {
    window.seen.problems.push(parts.join(' '));
    say(...parts);
  };
  let isDrawing = false;
  const drawing = (context: object): string[] => {
    const { drawings } = window.seen;
    // a drawing is one task: what comes later belongs to the next
    if (!isDrawing) {
      drawn.clear();
      isDrawing = true;
      queueMicrotask(() => {
        isDrawing = false;
      });
    }
    if (!drawn.has(context)) {
      drawn.add(context);
      drawings.delete(context);
      drawings.set(context, []);
    }
    return drawings.get(context)!;
  };
  const drawn = new Set<object>();
  for (const { prototype } of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
    const write = prototype.fillText;
    prototype.fillText = function (text, x, y) {
      write.call(this, text, x, y);
      drawing(this).push(text);
    };
  }
  // A thread that paints is told what to write. Layers that it keeps are not told again, so the last messages stay.
  const told: object[] = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...parameters: unknown[]) {
    Reflect.apply(post, this, parameters);
    const [message] = parameters as [{ readonly recording?: { readonly texts: readonly string[] } } | undefined];
    if (!message?.recording) return;
    window.seen.drawings.set(message, [...message.recording.texts]);
    told.push(message);
    if (told.length > 100) window.seen.drawings.delete(told.shift()!);
  };
  const below = (root: ParentNode, selector: string): HTMLElement[] => [
    ...root.querySelectorAll<HTMLElement>(selector),
    ...[root, ...root.querySelectorAll('*')].flatMap((element) =>
      'shadowRoot' in element && element.shadowRoot ? below(element.shadowRoot as ShadowRoot, selector) : [],
    ),
  ];
  // each part of the selector is looked for below the one before, through shadow roots
  window.all = (selector) => {
    let found: ParentNode[] = [document];
    for (const part of selector.split(' ')) found = [...new Set(found.flatMap((root) => below(root, part)))];
    return (found as HTMLElement[]).filter((element) => element.getClientRects().length > 0);
  };
  const nameOf = (element: HTMLElement): string =>
    element.getAttribute('aria-label') ?? (element.textContent || element.title).replace(/\s+/g, ' ').trim();
  window.textOf = (node) => {
    const root = node instanceof Element && node.shadowRoot ? node.shadowRoot : node;
    if (node instanceof HTMLStyleElement) return '';
    return node instanceof Text ? node.data : [...root.childNodes].map(window.textOf).join(' ');
  };
  window.named = (selector, name) => window.all(selector).find((element) => new RegExp(name).test(nameOf(element)));
}

export class StoryPage {
  readonly browser: DrivenBrowser;

  constructor(browser: DrivenBrowser) {
    this.browser = browser;
  }

  async visit(url: string): Promise<void> {
    await this.browser.visit(url);
    await this.#begin();
  }

  /** Loads the page again; a page that loads itself again is waited for. */
  async #begin(): Promise<void> {
    await expect
      .poll(() => this.browser.run(() => document.querySelector('lab-app') !== null).catch(() => false), {
        timeout: 30_000,
      })
      .toBe(true);
    await this.browser.run(prepare);
    await this.untilNamed('lab-app nav', '.');
  }

  /** `name` is a regular expression for the accessible name or the text. */
  async click(selector: string, name: string): Promise<void> {
    await this.untilNamed(selector, name);
    await this.browser.run((css, text) => window.named(css, text)?.click(), selector, name);
  }

  async untilNamed(selector: string, name: string, timeout = 20_000): Promise<void> {
    await expect
      .poll(() => this.browser.run((css, text) => window.named(css, text) !== undefined, selector, name), {
        timeout,
        interval: 200,
        message: `${selector} named ${name}`,
      })
      .toBe(true);
  }

  /** What each element says. */
  texts(selector: string): Promise<readonly string[]> {
    return this.browser.run(
      (css) => window.all(css).map((element) => window.textOf(element).replace(/\s+/g, ' ').trim()),
      selector,
    );
  }

  async text(selector: string): Promise<string> {
    return (await this.texts(selector)).join(' ');
  }

  /** What the field of this label shows. */
  value(label: string): Promise<string> {
    return this.browser.run((name) => (window.named('input', `^${name}`) as HTMLInputElement).value, label);
  }

  show(view: string): Promise<void> {
    return this.browser.run((id) => {
      location.hash = `#/${id}`;
    }, view);
  }

  press(key: string): Promise<void> {
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: key }));
    return this.browser.act([{ type: 'key', id: 'keyboard', actions }]);
  }

  /** Turns the wheel towards the picture in the middle of the element. */
  async zoomIn(selector: string, steps: number): Promise<void> {
    const [x, y] = await this.browser.run((css) => {
      const { left, top, width, height } = window.all(css)[0]!.getBoundingClientRect();
      return [Math.round(left + width / 2), Math.round(top + height / 3)] as const;
    }, selector);
    const turn = { type: 'scroll', x, y, deltaX: 0, deltaY: -100, origin: 'viewport' };
    await this.browser.act([{ type: 'wheel', id: 'wheel', actions: Array(steps).fill(turn) }]);
  }

  /** Types into the field of this label. */
  async type(label: string, text: string): Promise<void> {
    await this.untilNamed('input', `^${label}`);
    await this.browser.run(
      (name, value) => {
        const field = window.named('input', `^${name}`) as HTMLInputElement;
        field.focus();
        field.value = value;
        for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
        field.blur();
      },
      label,
      text,
    );
  }

  async choose(label: string, option: string): Promise<void> {
    await this.untilNamed('select', `^${label}`);
    await this.browser.run(
      (name, text) => {
        const list = window.named('select', `^${name}`) as HTMLSelectElement;
        list.selectedIndex = [...list.options].findIndex(({ label: words }) => words === text);
        list.dispatchEvent(new Event('change', { bubbles: true }));
      },
      label,
      option,
    );
  }

  /** Drops files on the window, as from the file manager. */
  drop(files: Readonly<Record<string, Uint8Array>>): Promise<void> {
    return this.browser.run(
      (named) => {
        window.seen.drawings.clear();
        const transfer = new DataTransfer();
        for (const [name, base64] of named) {
          transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
        }
        window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
      },
      Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')] as const),
    );
  }

  /** The figures beside the trace of a signal, by their names, once they are exact; `undefined` until then. */
  async laneFigures(signal: string, unit: string): Promise<ReadonlyMap<string, number> | undefined> {
    // names of lanes and figures are written in the order in which they stand
    const drawings = await this.drawnTexts();
    const laneIn = (texts: readonly string[]) => texts.indexOf(signalWords(signal));
    const texts = drawings.findLast((written) => laneIn(written) >= 0 && written.includes('mean', laneIn(written)));
    if (!texts) return undefined;
    const start = texts.indexOf('mean', laneIn(texts));
    const figures = new Map<string, number>();
    for (
      let at = start;
      ['mean', 'std', 'max', 'min', 'p-p'].includes(texts[at]!) && !figures.has(texts[at]!);
      at += 2
    ) {
      const value = parseSi(texts[at + 1]!, unit);
      if (value === undefined) return undefined;
      figures.set(texts[at]!, value);
    }
    return figures;
  }

  /** The last drawing on each canvas, oldest first. */
  drawnTexts(): Promise<readonly (readonly string[])[]> {
    return this.browser.run(() => [...window.seen.drawings.values()]);
  }

  /** Pixels of the first picture that have a colour: traces do, axes and grid have none to speak of. */
  colouredPixels(): Promise<number> {
    return this.browser.run(() => {
      const canvas = window.all('lab-waveform-plot .base canvas').at(-1) as HTMLCanvasElement | undefined;
      if (!canvas) return 0;
      // a copy: the canvas itself may be another thread's
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!];
        if (Math.max(red, green, blue) - Math.min(red, green, blue) > 80) count++;
      }
      return count;
    });
  }

  problems(): Promise<readonly string[]> {
    return this.browser.run(() => window.seen.problems);
  }
}
