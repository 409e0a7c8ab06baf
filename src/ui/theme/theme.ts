// The page's theme: applies the user's choice and gives canvases the resolved colours, since a canvas cannot
// read CSS variables by itself.

import './tokens.css';
import { Emitter } from '../../base/emitter.ts';

export type ThemeName = 'dark' | 'light' | 'high-contrast';
/** What the user chose; `system` follows the operating system. */
export type ThemeChoice = ThemeName | 'system';

/** Number of trace colours; a ninth trace starts again with the first. */
export const TRACE_COLOR_COUNT = 8;

/** Resolved values of the tokens that canvases draw with. A fresh object on each change of theme. */
export interface ThemeColors {
  readonly name: ThemeName;
  /** The operating system imposes its own colours; bands and fills should give way to lines. */
  readonly isForced: boolean;
  readonly hasReducedMotion: boolean;
  readonly ground: string;
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  readonly text: string;
  readonly textDim: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly warn: string;
  readonly danger: string;
  readonly focus: string;
  readonly grid: string;
  readonly axisLine: string;
  readonly axisText: string;
  readonly cursor: string;
  readonly selection: string;
  readonly gap: string;
  /** First and second marker of a pair. */
  readonly markers: readonly [string, string];
  /** `TRACE_COLOR_COUNT` colours. */
  readonly traces: readonly string[];
  readonly fontUi: string;
  readonly fontMono: string;
}

/** One per page. Listens to the operating system as long as the page lives. */
export class Theme {
  readonly #root: HTMLElement;
  readonly #light = matchMedia('(prefers-color-scheme: light)');
  readonly #contrast = matchMedia('(prefers-contrast: more)');
  readonly #forced = matchMedia('(forced-colors: active)');
  readonly #motion = matchMedia('(prefers-reduced-motion: reduce)');
  readonly #changed = new Emitter<ThemeColors>();
  #choice: ThemeChoice = 'system';
  #colors: ThemeColors | undefined;

  constructor(root: HTMLElement = document.documentElement) {
    this.#root = root;
    for (const query of [this.#light, this.#contrast, this.#forced, this.#motion]) {
      query.addEventListener('change', () => this.#apply());
    }
    this.#apply();
  }

  /** The resolved colours now. Cheap: computed once per change. */
  get colors(): ThemeColors {
    this.#colors ??= this.#resolve();
    return this.#colors;
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    if (choice === this.#choice) return;
    this.#choice = choice;
    this.#apply();
  }

  /** Called after each change of colours, forced colours or reduced motion; the result unsubscribes. */
  onChange(listener: (colors: ThemeColors) => void): () => void {
    return this.#changed.on(listener);
  }

  #apply(): void {
    this.#root.dataset['theme'] = this.#name();
    this.#colors = undefined;
    this.#changed.emit(this.colors);
  }

  #name(): ThemeName {
    if (this.#choice !== 'system') return this.#choice;
    if (this.#contrast.matches) return 'high-contrast';
    return this.#light.matches ? 'light' : 'dark';
  }

  #resolve(): ThemeColors {
    const style = getComputedStyle(this.#root);
    const token = (name: string) => style.getPropertyValue(`--lab-${name}`).trim();
    return {
      name: this.#name(),
      isForced: this.#forced.matches,
      hasReducedMotion: this.#motion.matches,
      ground: token('ground-plot'),
      panel: token('ground-1'),
      raised: token('ground-3'),
      line: token('line'),
      text: token('text'),
      textDim: token('text-dim'),
      accent: token('accent'),
      onAccent: token('on-accent'),
      warn: token('warn'),
      danger: token('danger'),
      focus: token('focus'),
      grid: token('grid'),
      axisLine: token('axis-line'),
      axisText: token('axis-text'),
      cursor: token('cursor'),
      selection: token('selection'),
      gap: token('gap'),
      markers: [token('marker-1'), token('marker-2')],
      traces: Array.from({ length: TRACE_COLOR_COUNT }, (_, i) => token(`trace-${i + 1}`)),
      fontUi: token('font-ui'),
      fontMono: token('font-mono'),
    };
  }
}

let page: Theme | undefined;

/** The page's theme; made on first use. */
export function pageTheme(): Theme {
  page ??= new Theme();
  return page;
}
