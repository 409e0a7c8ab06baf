// The mask of the scope view with what the user does with it: makes it, draws on it, has a failure stop the scope.

import { type Signal, signal } from '@preact/signals-core';
import type { App } from '../../../app/app.ts';
import { formatSiText } from '../../../base/si.ts';
import type { MaskTolerance, MaskVerdict } from '../../../model/trace-mask.ts';
import type { CaptureShelf } from './capture-shelf.ts';
import { type MaskPen, type MaskStroke, MaskTest, type NumberedRecord, traceOf } from './mask-test.ts';
import type { ShownRecord } from './screen.ts';

export interface MaskWish {
  readonly signalId: string;
  /** `undefined`: the record that is shown. */
  readonly captureId: string | undefined;
  readonly tolerance: MaskTolerance;
}

export class MaskGuard {
  readonly #app: App;
  readonly #shelf: CaptureShelf;
  readonly #stop: (failed: NumberedRecord) => string | undefined;
  readonly test: MaskTest;
  /** What the pointer draws on the screen. */
  readonly pen: Signal<MaskPen | undefined> = signal(undefined);
  readonly stopsOnFailure: Signal<boolean> = signal(false);

  /** `stop` stops the scope, and answers how it is called if it ran. */
  constructor(app: App, shelf: CaptureShelf, stop: (failed: NumberedRecord) => string | undefined) {
    this.#app = app;
    this.#shelf = shelf;
    this.#stop = stop;
    this.test = new MaskTest(app.traceAnalysis, (failed, verdict) => this.#onFail(failed, verdict));
  }

  /** Around the shown record or a capture. */
  async make({ signalId, captureId, tolerance }: MaskWish, shown: ShownRecord): Promise<void> {
    try {
      const capture = this.#shelf.list.value.find(({ id }) => id === captureId);
      const record = capture ? await this.#shelf.record(capture) : shown;
      await this.test.derive(signalId, traceOf(record, signalId), tolerance);
    } catch (error) {
      this.#app.toasts.fail('The mask was not made', error);
    }
  }

  /** A mask of its own has the times of the shown record. */
  draw(shown: ShownRecord, stroke: MaskStroke): void {
    this.test.draw(traceOf(shown, stroke.signalId), stroke);
  }

  /** Tests new records, of which the first has this number. */
  async addAll(records: readonly ShownRecord[], firstNumber: number): Promise<void> {
    try {
      await this.test.addAll(records.map((record, i) => ({ record, number: firstNumber + i })));
    } catch (error) {
      this.#app.toasts.fail('The records were not tested with the mask', error);
    }
  }

  /** Whether it stops the scope when a record fails. */
  get isGuarding(): boolean {
    return this.stopsOnFailure.value && this.test.mask.value !== undefined;
  }

  /** Of another instrument. */
  forget(): void {
    this.test.remove();
    this.pen.value = undefined;
  }

  #onFail(failed: NumberedRecord, { firstFailedS }: MaskVerdict): void {
    const source = this.stopsOnFailure.value ? this.#stop(failed) : undefined;
    if (source === undefined) return;
    const at = formatSiText(firstFailedS!, 's', { significantDigits: 4 });
    void this.#shelf.pin(failed.record, source, { note: `Failed the mask at ${at}` });
  }
}
