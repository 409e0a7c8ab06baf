// The program's settings, generated from their table.

import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { SETTINGS } from '../../../app/settings.ts';
import { offerBack } from '../../../app/take-back.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/parameter-panel.ts';
import type { ParameterChange } from '../../elements/parameter-panel.ts';
import { AppElement } from '../../signal-element.ts';

@customElement('lab-settings-view')
export class LabSettingsView extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        block-size: 100%;
        overflow: auto;
        padding: var(--lab-space-5);
      }
      .page {
        max-inline-size: 1100px;
        display: grid;
        gap: var(--lab-space-4);
      }
      footer {
        display: flex;
        gap: var(--lab-space-2);
      }
    `,
  ];

  override render(): TemplateResult {
    const { settings } = this.app;
    return html`<div class="page">
      <h1>Settings</h1>
      <lab-parameter-panel
        shows-help
        heading-level="2"
        .parameters=${SETTINGS}
        .values=${settings.values()}
        @lab-parameter-changed=${(event: CustomEvent<ParameterChange>) => settings.set(event.detail.id, event.detail.value)}
      ></lab-parameter-panel>
      <footer>
        <button @click=${this.#onReset}>Restore defaults</button>
        <button @click=${() => void this.app.commands.execute('help.show')}>Keys and help</button>
      </footer>
    </div>`;
  }

  readonly #onReset = (): void => {
    const { settings } = this.app;
    const before = settings.values();
    settings.reset();
    offerBack(this.app, {
      step: 'Restore the default settings',
      title: 'Settings restored to their defaults',
      takeBack: () => {
        for (const [id, value] of Object.entries(before)) settings.set(id, value);
      },
    });
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-settings-view': LabSettingsView;
  }
}
