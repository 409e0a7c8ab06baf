// A timed programme of one instrument: its steps, how often, and how it stands.

import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ConnectedInstrument } from '../../../app/instruments.ts';
import { sequenceOfTable, tableOfSequence } from '../../../app/sequence-table.ts';
import { offerBack } from '../../../app/take-back.ts';
import { LabError, toError } from '../../../base/errors.ts';
import type { Parameter } from '../../../model/parameter.ts';
import {
  columnName,
  MOST_ROUNDS,
  MOST_STEPS,
  type Sequence,
  type SequenceStep,
  setPointsOf,
} from '../../../model/sequence.ts';
import { copyText, readText } from '../../clipboard.ts';
import { controlStyles } from '../../elements/controls.ts';
import '../../elements/icon.ts';
import '../../elements/number-field.ts';
import { AppElement } from '../../signal-element.ts';
import './sequence-table.ts';
import { endedByItself, endText, progressText, totalText } from './sequence-words.ts';

@customElement('lab-sequence-card')
export class LabSequenceCard extends AppElement {
  static override readonly styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--lab-space-3);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--lab-space-2);
      }
      .line label {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      lab-number-field {
        inline-size: 72px;
      }
      input[type='checkbox'] {
        block-size: 16px;
        inline-size: 16px;
      }
      .total {
        margin-inline-start: auto;
      }
      .problem {
        color: var(--lab-danger);
      }
      .warn {
        color: var(--lab-warn);
      }
      .stands {
        flex: 1 1 200px;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) instrument!: ConnectedInstrument;

  @state() private sequence: Sequence = { columns: [], steps: [] };
  @state() private chosenIndex = 0;
  /** Why it was not started, or what was not taken over. */
  @state() private problem: { readonly text: string; readonly stepIndex?: number | undefined } | undefined;
  @state() private isStarting = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.sequence = this.app.instruments.sequenceOf(this.instrument);
    this.addEventListener('paste', this.#onPaste);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('paste', this.#onPaste);
  }

  override render(): TemplateResult {
    const { sequence: progress } = this.instrument.status.value;
    const isRunning = this.#isRunning;
    const { steps } = this.sequence;
    return html`
      <p class="small dim">
        Each step is set at its time and holds until the next one. An empty cell leaves what is set. The limits that you
        drew count for every step.
      </p>
      <lab-sequence-table
        .columns=${this.#columns}
        .steps=${steps}
        .currentIndex=${isRunning ? progress?.stepIndex : undefined}
        .wrongIndex=${this.problem?.stepIndex}
        .chosenIndex=${this.chosenIndex}
        ?is-locked=${isRunning}
        @lab-steps-changed=${(event: CustomEvent<readonly SequenceStep[]>) => this.#change({ steps: event.detail })}
        @lab-step-chosen=${(event: CustomEvent<number>) => {
          this.chosenIndex = event.detail;
        }}
        @lab-column-removed=${(event: CustomEvent<string>) => this.#removeColumn(event.detail)}
        @lab-cell-refused=${(event: CustomEvent<string>) => {
          this.problem = { text: event.detail };
        }}
      ></lab-sequence-table>
      ${isRunning ? nothing : this.#tools()} ${this.#rounds(isRunning)}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem.text}</p>` : nothing}
      <div class="line">
        ${isRunning ? this.#stopButton() : this.#startButton()}
        <div class="stands">
          ${progress ? html`<p>${progressText(progress)}</p>` : nothing}
          <p class=${progress && endedByItself(progress) ? 'warn' : ''} role="status">
            ${progress && endText(progress)}
          </p>
        </div>
      </div>
    `;
  }

  get #isRunning(): boolean {
    const { sequence } = this.instrument.status.value;
    return sequence !== undefined && sequence.end === undefined;
  }

  get #columns(): readonly Parameter[] {
    const { parameters } = this.instrument.status.value;
    return this.sequence.columns.flatMap((id) => parameters.find((parameter) => parameter.id === id) ?? []);
  }

  #tools(): TemplateResult {
    const { steps, columns } = this.sequence;
    const number = this.chosenIndex + 1;
    const others = setPointsOf(this.instrument.status.value.parameters).filter(({ id }) => !columns.includes(id));
    const tool = (name: string, icon: string | undefined, reason: string | undefined, act: () => void) => html`<button
      class=${icon === undefined ? '' : 'icon'}
      aria-label=${icon === undefined ? nothing : name}
      aria-disabled=${reason === undefined ? nothing : 'true'}
      title=${reason ?? name}
      @click=${() => reason === undefined && act()}
    >
      ${icon === undefined ? name : html`<lab-icon name=${icon}></lab-icon>`}
    </button>`;
    const isFull = steps.length >= MOST_STEPS ? `A sequence has up to ${MOST_STEPS} steps` : undefined;
    return html`<div class="line" role="group" aria-label="Steps of the table">
      ${tool('Add step', undefined, isFull, () => this.#addStep())}
      ${tool(`Move step ${number} up`, 'arrow-up', this.chosenIndex === 0 ? 'It is the first one' : undefined, () => this.#move(-1))}
      ${tool(`Move step ${number} down`, 'arrow-down', number >= steps.length ? 'It is the last one' : undefined, () => this.#move(1))}
      ${tool(`Remove step ${number}`, 'trash', steps.length === 1 ? 'A sequence has one step at least' : undefined, () => this.#removeStep())}
      ${
        others.length === 0
          ? nothing
          : html`<select aria-label="Add a column" @change=${(event: Event) => this.#addColumn(event.target as HTMLSelectElement)}>
              <option value="">Add a column…</option>
              ${others.map((parameter) => html`<option value=${parameter.id}>${columnName(parameter)}</option>`)}
            </select>`
      }
      ${tool('Copy table', 'copy', undefined, () => void this.#copy())}
      ${tool('Paste table', 'paste', undefined, () => void this.#paste())}
    </div>`;
  }

  #rounds(isRunning: boolean): TemplateResult {
    const { roundCount } = this.sequence;
    return html`<div class="line">
      ${
        isRunning
          ? nothing
          : html`${
              roundCount === undefined
                ? nothing
                : html`<label
                    >Times
                    <lab-number-field
                      label="Times"
                      .value=${roundCount}
                      .min=${1}
                      .max=${MOST_ROUNDS}
                      .step=${1}
                      @lab-number-changed=${(event: CustomEvent<number>) => this.#change({ roundCount: Math.round(event.detail) })}
                    ></lab-number-field>
                  </label>`
            }
              <label>
                <input
                  type="checkbox"
                  .checked=${roundCount === undefined}
                  @change=${(event: Event) =>
                    this.#change({ roundCount: (event.target as HTMLInputElement).checked ? undefined : 1 })}
                />until stopped
              </label>`
      }
      <span class="total dim">${totalText(this.sequence)}</span>
    </div>`;
  }

  #startButton(): TemplateResult {
    const isIdle = this.instrument.status.value.state === 'idle' && !this.isStarting;
    return html`<button
      class="primary"
      aria-disabled=${isIdle ? nothing : 'true'}
      title=${isIdle ? 'All steps are checked before anything is set' : 'The instrument is not ready'}
      @click=${() => isIdle && void this.#start()}
    >
      <lab-icon name="play"></lab-icon>Start sequence
    </button>`;
  }

  #stopButton(): TemplateResult {
    return html`<button
      class="primary"
      title="What is set stays, outputs too"
      @click=${() => void this.app.instruments.stopSequence(this.instrument)}
    >
      <lab-icon name="square"></lab-icon>Stop sequence
    </button>`;
  }

  #change(change: Partial<Sequence>): void {
    this.problem = undefined;
    this.sequence = { ...this.sequence, ...change };
    this.chosenIndex = Math.min(this.chosenIndex, this.sequence.steps.length - 1);
    this.app.instruments.keepSequence(this.instrument, this.sequence);
  }

  /** Behind the chosen one, and like it. */
  #addStep(): void {
    const { steps } = this.sequence;
    this.#change({ steps: steps.toSpliced(this.chosenIndex + 1, 0, steps[this.chosenIndex]!) });
    this.chosenIndex += 1;
  }

  #removeStep(): void {
    this.#change({ steps: this.sequence.steps.toSpliced(this.chosenIndex, 1) });
  }

  #move(by: 1 | -1): void {
    const { steps } = this.sequence;
    const moved = steps[this.chosenIndex]!;
    this.#change({ steps: steps.toSpliced(this.chosenIndex, 1).toSpliced(this.chosenIndex + by, 0, moved) });
    this.chosenIndex += by;
  }

  #addColumn(select: HTMLSelectElement): void {
    const id = select.value;
    select.value = '';
    if (id !== '') this.#change({ columns: [...this.sequence.columns, id] });
  }

  #removeColumn(id: string): void {
    const { columns, steps } = this.sequence;
    this.#change({
      columns: columns.filter((other) => other !== id),
      steps: steps.map(({ values: { [id]: _, ...values }, durationS }) => ({ values, durationS })),
    });
  }

  async #start(): Promise<void> {
    this.isStarting = true;
    this.problem = undefined;
    try {
      await this.instrument.handle.sequence?.start(this.sequence);
    } catch (thrown) {
      const error = toError(thrown);
      const stepIndex = error instanceof LabError ? error.context['stepIndex'] : undefined;
      this.problem = { text: error.message, stepIndex: typeof stepIndex === 'number' ? stepIndex : undefined };
    } finally {
      this.isStarting = false;
    }
  }

  async #copy(): Promise<void> {
    try {
      await copyText(tableOfSequence(this.sequence, this.instrument.status.value.parameters));
      this.app.toasts.note('The table of the sequence was copied');
    } catch (error) {
      this.app.toasts.fail('The table was not copied', error);
    }
  }

  async #paste(): Promise<void> {
    try {
      this.#take(await readText());
    } catch (error) {
      this.app.toasts.fail('Nothing was pasted', error);
    }
  }

  /** A table that is pasted anywhere here is one; a word into a cell is not. */
  readonly #onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (this.#isRunning || !/[\n\r\t]/.test(text.trim())) return;
    event.preventDefault();
    this.#take(text);
  };

  #take(text: string): void {
    const before = this.sequence;
    try {
      const table = sequenceOfTable(text, this.instrument.status.value.parameters);
      this.chosenIndex = 0;
      this.#change(table);
      offerBack(this.app, {
        step: 'Paste a sequence',
        title: `${table.steps.length} steps were pasted`,
        takeBack: () => this.#change(before),
      });
    } catch (thrown) {
      this.problem = { text: toError(thrown).message };
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-sequence-card': LabSequenceCard;
  }
}
