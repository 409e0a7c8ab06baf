// The frame: rail, top bar, work area, status bar, and what lies over them.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { whenIdle } from '../../base/idle.ts';
import { controlStyles } from '../elements/controls.ts';
import { AppElement } from '../signal-element.ts';
import { shellCommands } from './commands.ts';
import './banners.ts';
import './connect-dialog.ts';
import './drop-overlay.ts';
import './export-dialog.ts';
import { isTypingTarget } from './key-target.ts';
import './numbers-dialog.ts';
import './palette.ts';
import './rail.ts';
import './record-dialog.ts';
import './status-bar.ts';
import './toasts.ts';
import './top-bar.ts';
import type { ShownViews } from './view-commands.ts';
import { openView, VIEWS, type ViewRow } from './views.ts';

/** Keys that move: held down, they go on. Others would switch something on and off. */
const MAY_REPEAT = /^(Arrow|Page|[+\-=])/;

const FILES = VIEWS.find(({ id }) => id === 'files')!;
/** How long a page that is never idle waits before it fetches what it may need. */
const FETCH_AFTER_MS = 2000;

@customElement('lab-app')
export class LabApp extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        block-size: 100dvh;
        grid-template:
          'top top' var(--lab-top-height)
          'banner banner' auto
          'rail work' minmax(0, 1fr)
          'rail toasts' auto
          'status status' var(--lab-status-height) / var(--lab-rail-width) minmax(0, 1fr);
      }
      lab-top-bar {
        grid-area: top;
      }
      lab-banners {
        grid-area: banner;
      }
      lab-rail {
        grid-area: rail;
      }
      main {
        grid-area: work;
        min-block-size: 0;
        min-inline-size: 0;
        position: relative;
        outline: none;
      }
      lab-toasts {
        grid-area: toasts;
      }
      lab-status-bar {
        grid-area: status;
      }
      .missing {
        display: grid;
        place-content: center;
        gap: var(--lab-space-3);
        block-size: 100%;
        justify-items: center;
      }
      @media (max-width: 720px) and (min-height: 481px) {
        :host {
          grid-template:
            'top' minmax(var(--lab-top-height), auto)
            'banner' auto
            'work' minmax(0, 1fr)
            'toasts' auto
            'status' var(--lab-status-height)
            'rail' auto / minmax(0, 1fr);
        }
      }
    `,
  ];

  /** Views whose code is here. */
  @state() private loaded: readonly string[] = [];
  #unregister: (() => void) | undefined;
  /** Views come with their commands: buttons and keys need them. */
  #commandsHere: Promise<void> = Promise.resolve();
  #unregisterViews: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unregister = this.app.commands.register(
      ...shellCommands(this.app, {
        showPalette: () => this.renderRoot.querySelector('lab-palette')?.show(),
        showConnect: () => this.renderRoot.querySelector('lab-connect-dialog')?.show(),
        showRecord: () => this.renderRoot.querySelector('lab-record-dialog')?.show(),
      }),
    );
    this.#commandsHere = this.#registerViewCommands();
    window.addEventListener('keydown', this.#onKeyDown);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#onKeyDown);
    this.#unregister?.();
    this.#unregisterViews?.();
  }

  override render(): TemplateResult {
    const view = openView(this.app);
    // what is being opened will be shown in the files view
    if (this.app.files.openings.isAny.value && !this.loaded.includes(FILES.id)) void this.#load(FILES);
    return html`
      <lab-top-bar .app=${this.app}></lab-top-bar>
      <lab-banners .app=${this.app}></lab-banners>
      <lab-rail .app=${this.app}></lab-rail>
      <main tabindex="-1" aria-label=${view?.title ?? 'Not found'}>${view ? this.#view(view) : this.#missing()}</main>
      <lab-status-bar .app=${this.app}></lab-status-bar>
      <lab-toasts .app=${this.app}></lab-toasts>
      <lab-palette .app=${this.app}></lab-palette>
      <lab-connect-dialog .app=${this.app}></lab-connect-dialog>
      <lab-record-dialog .app=${this.app}></lab-record-dialog>
      <lab-export-dialog .app=${this.app}></lab-export-dialog>
      <lab-numbers-dialog .app=${this.app}></lab-numbers-dialog>
      <lab-drop-overlay .app=${this.app}></lab-drop-overlay>
    `;
  }

  override firstUpdated(): void {
    // a file that is dropped shall be seen at once; what cannot be fetched yet is asked for again, and told, when it is
    whenIdle(() => void FILES.load().catch(() => undefined), FETCH_AFTER_MS);
  }

  override updated(): void {
    const { viewId } = this.app.navigation.route.peek();
    const title = VIEWS.find(({ id }) => id === viewId)?.title;
    document.title = title === undefined ? 'Pulsebench' : `${title} – Pulsebench`;
  }

  /** What can be done in views; some of it needs the view, which is then shown. */
  async #registerViewCommands(): Promise<void> {
    const { findWithin, viewCommands } = await import('./view-commands.ts');
    if (!this.isConnected) return;
    const find: ShownViews['find'] = (name) => findWithin(this.renderRoot, name);
    const pipeline = async () => {
      this.app.navigation.show('pipeline');
      await this.#load(VIEWS.find(({ id }) => id === 'pipeline')!);
      await this.updateComplete;
      const view = find('lab-pipeline-view');
      await view?.updateComplete;
      return view;
    };
    this.#unregisterViews = this.app.commands.register(
      ...viewCommands(this.app, {
        find,
        pipeline: {
          confirmKill: async () => (await pipeline())?.confirmKill(),
          showLink: async (link) => (await pipeline())?.showLink(link),
        },
      }),
    );
  }

  #view(view: ViewRow): TemplateResult | typeof nothing {
    if (!this.loaded.includes(view.id)) {
      void this.#load(view);
      return nothing;
    }
    return html`${keyed(view.id, view.render(this.app))}`;
  }

  async #load(view: ViewRow): Promise<void> {
    try {
      await Promise.all([view.load(), this.#commandsHere]);
      if (!this.loaded.includes(view.id)) this.loaded = [...this.loaded, view.id];
    } catch (error) {
      this.app.toasts.fail(`${view.title} could not be loaded`, error);
    }
  }

  #missing(): TemplateResult {
    return html`<div class="missing">
      <h1>There is no such page</h1>
      <button class="primary" @click=${() => this.app.navigation.show('live')}>Go to Live</button>
    </div>`;
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || (event.repeat && !MAY_REPEAT.test(event.key))) return;
    const { commands } = this.app;
    const isInDialog = event.composedPath().some((node) => node instanceof HTMLDialogElement && node.open);
    const isTaken = isInDialog ? commands.pressUrgent(event) : commands.press(event, isTypingTarget(event));
    if (isTaken) event.preventDefault();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-app': LabApp;
  }
}
