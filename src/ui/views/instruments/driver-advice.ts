// What an operating system needs before a browser may open a USB instrument.

import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { UDEV_RULES_FILE, udevRule } from '../../../base/udev.ts';
import type { InstrumentKind } from '../../../model/instrument.ts';
import { controlStyles } from '../../elements/controls.ts';

type System = 'Linux' | 'Windows' | 'macOS' | 'Android';

@customElement('lab-driver-advice')
export class LabDriverAdvice extends LitElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        gap: var(--lab-space-2);
      }
      details {
        border-block-start: 1px solid var(--lab-line);
        padding-block: var(--lab-space-2);
      }
      summary {
        cursor: pointer;
        min-block-size: 24px;
      }
      details[open] > * + * {
        margin-block-start: var(--lab-space-2);
      }
      pre {
        margin: 0;
        padding: var(--lab-space-2);
        background: var(--lab-ground-0);
        border: 1px solid var(--lab-line);
        border-radius: var(--lab-radius);
        font: var(--lab-size-small) / 1.5 var(--lab-font-mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Those that the advice is about. */
  @property({ attribute: false }) kinds: readonly InstrumentKind[] = [];

  override render(): TemplateResult {
    const own = currentSystem();
    const usb = this.kinds.flatMap((kind) => kind.usb);
    return html`
      <h2>If a device is not listed or refuses</h2>
      <details ?open=${own === 'Linux'}>
        <summary>Linux: allow your user to open it</summary>
        <p>
          Save ${usb.length === 1 ? 'this line' : 'these lines'} as ${UDEV_RULES_FILE}, run “sudo udevadm control --reload”, then
          unplug the instrument and plug it in again:
        </p>
        <pre tabindex="0">${usb.map(udevRule).join('\n')}</pre>
      </details>
      <details ?open=${own === 'Windows'}>
        <summary>Windows: give it the WinUSB driver</summary>
        <p>
          The instrument must use WinUSB. If Device Manager shows another driver, choose “Update driver”, “Let me pick”,
          “Universal Serial Bus devices”, “WinUsb Device”.
        </p>
      </details>
      <details ?open=${own === 'macOS' || own === 'Android'}>
        <summary>macOS, ChromeOS and Android: nothing to install</summary>
        <p>Use a cable that carries data and a port that supplies enough current.</p>
      </details>
      <details>
        <summary>Any system: only one program at a time</summary>
        <p>Close other programs and tabs that use the instrument, then connect again. Recordings are not affected.</p>
      </details>
    `;
  }
}

function currentSystem(): System {
  const agent = navigator.userAgent;
  if (/Windows/.test(agent)) return 'Windows';
  if (/Android/.test(agent)) return 'Android';
  return /Mac OS/.test(agent) ? 'macOS' : 'Linux';
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-driver-advice': LabDriverAdvice;
  }
}
