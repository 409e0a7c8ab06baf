// The bar over the screen: which scope, what it is told and what it does, and what can be done with the record.

import { html, nothing, type TemplateResult } from 'lit';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import '../../elements/icon.ts';
import { type AcquisitionWords, RUN_MODE } from './acquisition.ts';
import type { ScopeActions } from './commands.ts';

const MODES = [
  ['run', 'Run', 'Show what comes, again and again (Space)'],
  ['single', 'Single', 'Wait for one trigger (S)'],
  ['stop', 'Stop', 'Keep what is there (Space)'],
] as const;
export type RunMode = (typeof MODES)[number][0];

export interface ScopeBarContext {
  readonly scope: ConnectedInstrument;
  readonly scopes: readonly ConnectedInstrument[];
  readonly words: AcquisitionWords;
  /** Records so far, and how old the newest is. */
  readonly counted: string;
  readonly hasRecord: boolean;
  readonly isFitted: boolean;
  readonly isSideOpen: boolean;
  readonly actions: ScopeActions;
  choose(choiceId: string): void;
  toggleSide(): void;
}

export function scopeBar(context: ScopeBarContext): TemplateResult {
  const { words, actions, isFitted, isSideOpen } = context;
  return html`<div class="bar" role="toolbar" aria-label="Oscilloscope">
    ${chooser(context)} ${modes(context)}
    <span class="state ${words.kind}" role="status">${words.text}</span>
    <span class="count number small dim">${context.counted}</span>
    <span class="space"></span>
    <div class="tools">
    ${iconButton('arrow-left', 'Previous record ([)', () => actions.stepRecord(-1))}
    ${iconButton('arrow-right', 'Next record (])', () => actions.stepRecord(1))}
    <button
      aria-pressed=${isFitted}
      title="Each channel fills the screen, whatever its scale at the instrument (F)"
      @click=${() => actions.toggleFit()}
    >
      Fit
    </button>
    ${recordButton(context, 'Pin', 'Keep this record with its settings and lay it under the live trace (P)', () => actions.pin())}
    ${
      context.scope.handle.screen
        ? html`<button
            title="Fetch the picture of the instrument's own screen and keep it with the record (I)"
            @click=${() => actions.photograph()}
          >
            Picture
          </button>`
        : nothing
    }
    ${recordButton(context, 'Save…', 'Save this record: as a table, for NumPy, HDF5, MATLAB, LeCroy … (E)', () => actions.exportRecord())}
    <button
      class="icon quiet"
      aria-label="Side panel"
      aria-expanded=${isSideOpen}
      title="Show or hide measurements, captures and settings"
      @click=${() => context.toggleSide()}
    >
      <lab-icon name="panel-right"></lab-icon>
    </button>
    </div>
  </div>`;
}

function chooser({ scope, scopes, choose }: ScopeBarContext): TemplateResult {
  if (scopes.length === 1) return html`<h1>${scope.label}</h1>`;
  return html`<h1 class="hidden-visually">${scope.label}</h1>
    <select aria-label="Oscilloscope" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${scopes.map(
        ({ choice, label }) =>
          html`<option value=${choice.id} .selected=${choice.id === scope.choice.id}>${label}</option>`,
      )}
    </select>`;
}

function modes({ scope, actions }: ScopeBarContext): TemplateResult | typeof nothing {
  const { values, parameters } = scope.status.value;
  if (!parameters.some(({ id }) => id === RUN_MODE)) return nothing;
  const pending = scope.pending.value[RUN_MODE];
  return html`<div class="modes" role="group" aria-label="Acquisition" aria-busy=${pending === undefined ? nothing : 'true'}>
    ${MODES.map(
      ([mode, label, title]) => html`<button
        class=${mode}
        aria-pressed=${(pending ?? values[RUN_MODE]) === mode}
        title=${title}
        @click=${() => actions.setMode(mode)}
      >
        ${label}
      </button>`,
    )}
  </div>`;
}

function recordButton({ hasRecord }: ScopeBarContext, label: string, title: string, act: () => void): TemplateResult {
  return html`<button
    title=${hasRecord ? title : 'There is no record yet'}
    aria-disabled=${hasRecord ? nothing : 'true'}
    @click=${act}
  >
    ${label}
  </button>`;
}

function iconButton(icon: 'arrow-left' | 'arrow-right', label: string, act: () => void): TemplateResult {
  return html`<button class="icon quiet" aria-label=${label} title=${label} @click=${act}>
    <lab-icon name=${icon}></lab-icon>
  </button>`;
}
