// The text of a setup: a code editor when its code is here, a plain text field until then or when it cannot be loaded.

import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { SetupDiagnostic } from '../../../pipeline/setup/setup.ts';
import { controlStyles } from '../../elements/controls.ts';
import type { CodeEditor } from './code-editor.ts';

/** Fires `lab-text-changed` with the text. */
@customElement('lab-setup-editor')
export class LabSetupEditor extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        min-block-size: 0;
        overflow: hidden;
        position: relative;
      }
      .code,
      textarea {
        position: absolute;
        inset: 0;
      }
      textarea {
        inline-size: 100%;
        block-size: 100%;
        resize: none;
        border: none;
        padding: 4px 8px;
        font: var(--lab-size-small) / 1.5 var(--lab-font-mono);
        color: var(--lab-text);
        background: var(--lab-ground-plot);
        white-space: pre;
      }
    `,
  ];

  @property() text = '';
  @property({ attribute: false }) diagnostics: readonly SetupDiagnostic[] = [];
  @state() private isCodeEditorHere = false;
  @query('.code') private readonly area!: HTMLElement;
  #editor: CodeEditor | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#load());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#editor?.destroy();
    this.#editor = undefined;
    this.isCodeEditorHere = false;
  }

  showPlace(line: number, column: number): void {
    this.#editor?.showPlace(line, column);
  }

  override render(): TemplateResult {
    return html`
      <div class="code" ?hidden=${!this.isCodeEditorHere}></div>
      <textarea
        ?hidden=${this.isCodeEditorHere}
        aria-label="Setup, YAML"
        spellcheck="false"
        .value=${this.text}
        @input=${(event: Event) => this.#changed((event.target as HTMLTextAreaElement).value)}
      ></textarea>
    `;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('text')) this.#editor?.setText(this.text);
    if (changed.has('text') || changed.has('diagnostics')) this.#editor?.setDiagnostics(this.diagnostics);
  }

  async #load(): Promise<void> {
    try {
      const { createCodeEditor } = await import('./code-editor.ts');
      if (!this.isConnected || this.#editor) return;
      this.#editor = createCodeEditor(this.area, this.renderRoot as ShadowRoot, (text) => this.#changed(text));
      this.#editor.setText(this.text);
      this.#editor.setDiagnostics(this.diagnostics);
      this.isCodeEditorHere = true;
    } catch (error) {
      console.warn('The code editor could not be loaded; the plain one stays', error);
    }
  }

  #changed(text: string): void {
    this.dispatchEvent(new CustomEvent('lab-text-changed', { detail: text }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-setup-editor': LabSetupEditor;
  }
}
