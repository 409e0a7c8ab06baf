// A list of marks in a panel. A short one is shown whole. A long one has a box that scrolls, renders the rows in sight
// only, and can be searched.

import { html, nothing, type ReactiveController, type ReactiveElement, type TemplateResult } from 'lit';
import { formatCount } from '../../../base/si.ts';

/** Longer lists get a box and a search field. */
export const SHORT_LIST = 30;
/** Rows are rendered this far beyond the box. */
const BEYOND_PX = 400;
/** Rows at fractions of a pixel differ by less than this from draw to draw. */
const ROUNDING_PX = 1;

export interface LongListOptions<T> {
  /** Such as `notes`. */
  readonly name: string;
  /** Height of a row that was not rendered yet. */
  readonly rowPx: number;
  /** What is searched. */
  textOf(item: T): string;
}

/**
 * The host renders `search()`, then an element `.box` that scrolls, in it `.rows` with the style `padding`, and in that one
 * element for each of `rows(items)`.
 */
export class LongList<T extends { readonly id: number }> implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #options: LongListOptions<T>;
  readonly #heights = new Map<number, number>();
  #all: readonly T[] = [];
  #found: readonly T[] = [];
  #query = '';
  /** Upper edges of the rows found, and the lower edge of the last. */
  #edges = new Float64Array(1);
  #first = 0;
  #shown: readonly T[] = [];

  constructor(host: ReactiveElement, options: LongListOptions<T>) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** The items to render now. */
  rows(items: readonly T[]): readonly T[] {
    if (items !== this.#all) {
      this.#all = items;
      this.#find();
    }
    if (!this.isLong) {
      this.#first = 0;
      this.#shown = this.#found;
      return this.#shown;
    }
    const box = this.#box;
    const top = box?.scrollTop ?? 0;
    const bottom = top + (box?.clientHeight || innerHeight);
    this.#first = this.#rowAt(top - BEYOND_PX);
    this.#shown = this.#found.slice(this.#first, this.#rowAt(bottom + BEYOND_PX) + 1);
    return this.#shown;
  }

  /** The search field of a long list. */
  search(items: readonly T[]): TemplateResult | typeof nothing {
    if (items.length <= SHORT_LIST) return nothing;
    const { name } = this.#options;
    const all = `${formatCount(items.length)} ${name}`;
    const count = this.#query === '' ? all : `${formatCount(this.#found.length)} of ${all}`;
    return html`<div class="search">
      <input
        type="search"
        aria-label="Search the ${name}"
        placeholder="Search"
        .value=${this.#query}
        @keydown=${(event: Event) => event.stopPropagation()}
        @input=${(event: Event) => this.#setQuery((event.target as HTMLInputElement).value)}
      /><span class="dim small" role="status">${count}</span>
    </div>`;
  }

  /** Style of the element with the rows: room for those that are not rendered. */
  get padding(): string {
    const { length } = this.#shown;
    if (!this.isLong) return '';
    const total = this.#edges[this.#found.length]!;
    return `padding-block: ${this.#edges[this.#first]!}px ${total - this.#edges[this.#first + length]!}px`;
  }

  get isLong(): boolean {
    return this.#all.length > SHORT_LIST;
  }

  readonly onScroll = (): void => this.#host.requestUpdate();

  /** Scrolls to an item; a search that hides it ends. */
  async reveal(id: number): Promise<void> {
    if (!this.#found.some((item) => item.id === id)) this.#setQuery('');
    await this.#host.updateComplete;
    const index = this.#found.findIndex((item) => item.id === id);
    const box = this.#box;
    if (index < 0 || !box || !this.isLong) return;
    const [from, to] = [this.#edges[index]!, this.#edges[index + 1]!];
    const isInSight = from >= box.scrollTop && to <= box.scrollTop + box.clientHeight;
    if (!isInSight) box.scrollTop = from - (box.clientHeight - (to - from)) / 2;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
  }

  /** Rows tell their heights once they are there. */
  hostUpdated(): void {
    const rows = this.isLong ? [...(this.#box?.querySelector('.rows')?.children ?? [])] : [];
    const top = this.#box?.scrollTop ?? 0;
    let isNew = false;
    let movedPx = 0;
    for (const [i, row] of rows.slice(0, -1).entries()) {
      const heightPx = rows[i + 1]!.getBoundingClientRect().top - row.getBoundingClientRect().top;
      const item = this.#shown[i];
      // A row that waits for its figures is lower than it was: taking that over would move the rows without end.
      if (!item || heightPx < (this.#heights.get(item.id) ?? 0) + ROUNDING_PX) continue;
      if (this.#edges[this.#first + i + 1]! <= top) movedPx += heightPx - this.#heightOf(item);
      this.#heights.set(item.id, heightPx);
      isNew = true;
    }
    if (!isNew) return;
    this.#layOut();
    // What is in sight stays where it is.
    if (this.#box && movedPx !== 0) this.#box.scrollTop = top + movedPx;
    this.#host.requestUpdate();
  }

  get #box(): HTMLElement | undefined {
    return this.#host.renderRoot?.querySelector<HTMLElement>('.box') ?? undefined;
  }

  #setQuery(query: string): void {
    this.#query = query;
    this.#find();
    if (this.#box) this.#box.scrollTop = 0;
    this.#host.requestUpdate();
  }

  #find(): void {
    const wanted = this.isLong ? this.#query.trim().toLowerCase() : '';
    const { textOf } = this.#options;
    this.#found = wanted === '' ? this.#all : this.#all.filter((item) => textOf(item).toLowerCase().includes(wanted));
    this.#layOut();
  }

  #layOut(): void {
    this.#edges = new Float64Array(this.#found.length + 1);
    for (const [i, item] of this.#found.entries()) this.#edges[i + 1] = this.#edges[i]! + this.#heightOf(item);
  }

  #heightOf({ id }: T): number {
    return this.#heights.get(id) ?? this.#options.rowPx;
  }

  /** Number of the row at a height, the last one below all. */
  #rowAt(px: number): number {
    let low = 0;
    let high = Math.max(0, this.#found.length - 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#edges[middle + 1]! <= px) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
