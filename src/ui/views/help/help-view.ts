// Keys and gestures, generated from the command table, and the first steps.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { showKeys } from '../../../app/keys.ts';
import type { InstrumentKind } from '../../../model/instrument.ts';
import { IS_APPLE } from '../../command-button.ts';
import { controlStyles } from '../../elements/controls.ts';
import { AppElement } from '../../signal-element.ts';

/** Action and gesture, in the words of the manual. */
const GESTURES: readonly (readonly [string, string])[] = [
  ['Zoom in time at the pointer', 'Wheel or pinch'],
  ['Pan in time', 'Drag, or Shift + wheel'],
  ['Zoom values', 'Wheel on the value axis, or Alt + wheel'],
  ['Pan values', 'Drag the value axis'],
  ['Fit values', 'Double-click the value axis'],
  ['Select a span', 'Shift + drag'],
  ['Zoom to a box', 'Ctrl + drag'],
  ['Add a marker', 'Double-click the time axis'],
];

@customElement('lab-help-view')
export class LabHelpView extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: block;
        block-size: 100%;
      }
      .scroll {
        block-size: 100%;
        overflow: auto;
        padding: var(--lab-space-5);
      }
      .scroll:focus-visible {
        outline-offset: -2px;
      }
      .page {
        max-inline-size: 1080px;
        display: grid;
        gap: var(--lab-space-4);
      }
      .groups {
        columns: 320px;
        column-gap: var(--lab-space-6);
      }
      section {
        break-inside: avoid;
        margin-block-end: var(--lab-space-5);
      }
      td:last-child {
        text-align: end;
        white-space: nowrap;
        padding-inline-end: 0;
      }
      .instruments td:last-child {
        text-align: start;
      }
      .instruments + p {
        margin-block-start: var(--lab-space-2);
      }
      .gestures td:last-child {
        white-space: normal;
      }
      ol {
        margin: 0;
        padding-inline-start: 1.4em;
        display: grid;
        gap: 4px;
        max-inline-size: 70ch;
      }
    `,
  ];

  override render(): TemplateResult {
    const commands = this.app.commands.all.value;
    const groups = [...new Set(commands.map(({ group }) => group))];
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Keys and help"><div class="page">
      <h1>Keys and help</h1>
      <ol>
        <li>Live shows what an instrument measures. Without hardware, start the simulated one.</li>
        <li>Record writes a file in this browser; it appears in Files, where it can be opened and saved elsewhere.</li>
        <li>A file dropped anywhere on the window opens with the same tools.</li>
        <li>Every action is in the command list; ${this.#keys('palette.show')} opens it.</li>
      </ol>
      ${this.#instruments()}
      <div class="groups">
        ${groups.map(
          (group) => html`<section aria-label=${group}>
            <h2>${group}</h2>
            <table>
              <thead class="hidden-visually">
                <tr>
                  <th scope="col">Action</th>
                  <th scope="col">Keys</th>
                </tr>
              </thead>
              <tbody>
                ${commands
                  .filter((command) => command.group === group)
                  .map((command) => html`<tr><td>${command.title}</td><td>${this.#keys(command.id)}</td></tr>`)}
              </tbody>
            </table>
          </section>`,
        )}
        <section class="gestures" aria-label="Mouse and touch">
          <h2>Mouse and touch</h2>
          <table>
            <thead class="hidden-visually">
              <tr>
                <th scope="col">Action</th>
                <th scope="col">Gesture</th>
              </tr>
            </thead>
            <tbody>
              ${GESTURES.map(([action, gesture]) => html`<tr><td>${action}</td><td>${gesture}</td></tr>`)}
            </tbody>
          </table>
        </section>
      </div>
    </div></div>`;
  }

  #instruments(): TemplateResult | typeof nothing {
    const { kinds } = this.app.instruments;
    if (kinds.length === 0) return nothing;
    return html`<section aria-label="Instruments">
      <h2>Instruments</h2>
      <table class="instruments">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">What it is</th>
            <th scope="col">Connected by</th>
          </tr>
        </thead>
        <tbody>
          ${kinds.map(
            ({ vendor, model, description, usb }) =>
              html`<tr>
                <td>${vendor} ${model}</td>
                <td>${description}</td>
                <td class="number">${usb.map((id) => html`<div>USB ${usbId(id)}</div>`)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="dim small">Drivers and permissions are explained in Instruments.</p>
    </section>`;
  }

  #keys(commandId: string): TemplateResult {
    const keys = this.app.commands.get(commandId)?.keys ?? [];
    if (keys.length === 0) return html`<span class="dim">command list</span>`;
    return html`${keys.map((stroke, i) => html`${i > 0 ? ' or ' : ''}<kbd>${showKeys(stroke, IS_APPLE)}</kbd>`)}`;
  }
}

/** As `lsusb` writes it. */
function usbId({ vendorId, productId }: InstrumentKind['usb'][number]): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, '0')).join(':');
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-help-view': LabHelpView;
  }
}
