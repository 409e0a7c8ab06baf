// The page of a driven browser: finds things through shadow roots, waits for them, clicks them as a script would, types and
// turns the wheel as a hand would. Node only.

import { expect } from 'vitest';
import type { DrivenBrowser } from './driven-browser.ts';

declare global {
  interface Window {
    /** What the page said or drew since it was visited. */
    seen: { readonly problems: string[]; texts: string[] };
    all(selector: string): HTMLElement[];
    /** Shadow roots included. */
    textOf(node: Node): string;
    named(selector: string, name: string): HTMLElement | undefined;
  }
}

/** Runs in the page. */
function prepare(): void {
  window.seen = { problems: [], texts: [] };
  window.addEventListener('error', ({ message }) => window.seen.problems.push(message));
  window.addEventListener('unhandledrejection', ({ reason }) => window.seen.problems.push(String(reason)));
  const say = console.error.bind(console);
  console.error = (...parts: unknown[]) => {
    window.seen.problems.push(parts.join(' '));
    say(...parts);
  };
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    window.seen.texts.push(text);
    draw.call(this, text, x, y);
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

  text(selector: string): Promise<string> {
    return this.browser.run((css) => window.all(css).map(window.textOf).join(' ').replace(/\s+/g, ' '), selector);
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

  /** Drops a file on the window, as from the file manager. */
  drop(fileName: string, bytes: Uint8Array): Promise<void> {
    return this.browser.run(
      (name, base64) => {
        window.seen.texts = [];
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
        window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
      },
      fileName,
      Buffer.from(bytes).toString('base64'),
    );
  }

  /** What the plots have written on their canvases since the last drop. */
  drawnTexts(): Promise<readonly string[]> {
    return this.browser.run(() => [...new Set(window.seen.texts)]);
  }

  problems(): Promise<readonly string[]> {
    return this.browser.run(() => window.seen.problems);
  }
}
