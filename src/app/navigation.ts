// Which view is shown, kept in the address (`#/files/3`) so that back, reload and bookmarks work.

import { type ReadonlySignal, signal } from '@preact/signals-core';

export interface Route {
  readonly viewId: string;
  /** What the view shows, such as the key of an open file; may be empty. */
  readonly argument: string;
}

/** The address' fragment; in the page `window.location.hash`. */
export interface AddressBar {
  get(): string;
  set(hash: string): void;
  onChange(listener: () => void): void;
}

export const HOME: Route = { viewId: 'live', argument: '' };

export class Navigation {
  readonly #address: AddressBar;
  readonly #route = signal<Route>(HOME);

  constructor(address: AddressBar) {
    this.#address = address;
    this.#read();
    address.onChange(() => this.#read());
  }

  get route(): ReadonlySignal<Route> {
    return this.#route;
  }

  show(viewId: string, argument = ''): void {
    this.#address.set(argument === '' ? `#/${viewId}` : `#/${viewId}/${encodeURIComponent(argument)}`);
    this.#read();
  }

  #read(): void {
    const match = /^#\/([a-z-]+)(?:\/([^/]+))?$/.exec(this.#address.get());
    const route = match ? { viewId: match[1] ?? '', argument: decodeArgument(match[2] ?? '') } : HOME;
    const { viewId, argument } = this.#route.peek();
    if (route.viewId !== viewId || route.argument !== argument) this.#route.value = route;
  }
}

function decodeArgument(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}

/** The page's own address. */
export function windowAddress(): AddressBar {
  return {
    get: () => window.location.hash,
    set: (hash) => {
      if (window.location.hash !== hash) window.location.hash = hash;
    },
    onChange: (listener) => window.addEventListener('hashchange', listener),
  };
}
