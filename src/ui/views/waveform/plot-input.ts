// Pointer, wheel and touch events of the plot, collected and handed to the zones once per frame.

import { type PointerInput, wheelSteps, type ZoneController } from '../../plot/zones.ts';

/** A trackpad pinch arrives as a wheel event with Ctrl and small deltas: this many times as strong as a wheel. */
const PINCH_GAIN = 4;
/** Fingers closer together than this do not measure a distance. */
const MIN_PINCH_PX = 20;
const LONG_PRESS_MS = 550;
const LONG_PRESS_SLACK_PX = 8;

export interface PlotInputHost {
  readonly zones: ZoneController;
  /** The pointer moved, or left (`undefined`). */
  onHover(at: PointerInput | undefined): void;
  /** Two fingers: the middle moved, and the distance changed by a factor. */
  onPinch(middlePx: number, movedPx: number, factor: number): void;
  /** `isHeld`: what asked for it is still pressed. */
  onMenu(at: PointerInput, isHeld: boolean): void;
  /** Something may look different now. */
  onChange(): void;
  onBack(): void;
  onForward(): void;
}

export class PlotInput {
  readonly #element: HTMLElement;
  readonly #host: PlotInputHost;
  readonly #touches = new Map<number, PointerInput>();
  readonly #listeners = new AbortController();
  #pinch: { readonly distancePx: number; readonly middlePx: number } | undefined;
  #move: PointerInput | undefined;
  #wheel: (PointerInput & { readonly stepsX: number; readonly stepsY: number }) | undefined;
  #longPress: { readonly timer: ReturnType<typeof setTimeout>; readonly at: PointerInput } | undefined;

  constructor(element: HTMLElement, host: PlotInputHost) {
    this.#element = element;
    this.#host = host;
    const { signal } = this.#listeners;
    element.addEventListener('pointerdown', (event) => this.#onDown(event), { signal });
    element.addEventListener('pointermove', (event) => this.#onMove(event), { signal });
    element.addEventListener('pointerup', (event) => this.#onUp(event), { signal });
    element.addEventListener('pointercancel', (event) => this.#onCancel(event), { signal });
    element.addEventListener('pointerleave', () => host.onHover(undefined), { signal });
    element.addEventListener('dblclick', (event) => this.#onDoubleClick(event), { signal });
    element.addEventListener('auxclick', (event) => this.#onAuxClick(event), { signal });
    element.addEventListener('contextmenu', (event) => this.#onContextMenu(event), { signal });
    // Not passive: the page must not scroll under the plot.
    element.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
  }

  dispose(): void {
    this.#listeners.abort();
    this.#endLongPress();
  }

  /** Hands on what came since the last frame. */
  flush(): void {
    const move = this.#move;
    const wheel = this.#wheel;
    this.#move = undefined;
    this.#wheel = undefined;
    if (move) this.#host.zones.move(move);
    if (wheel) this.#host.zones.wheel(wheel);
  }

  #at(event: MouseEvent): PointerInput {
    const box = this.#element.getBoundingClientRect();
    return {
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      shift: event.shiftKey,
      ctrl: event.ctrlKey || event.metaKey,
      alt: event.altKey,
    };
  }

  #onWheel(event: WheelEvent): void {
    const at = this.#at(event);
    if (!this.#host.zones.zoneAt(at, (zone) => zone.onWheel !== undefined)) return;
    event.preventDefault();
    const { deltaX, deltaY, deltaMode, shiftKey } = event;
    const steps = wheelSteps({ deltaX, deltaY: event.ctrlKey ? deltaY * PINCH_GAIN : deltaY, deltaMode, shiftKey });
    const { stepsX = 0, stepsY = 0 } = this.#wheel ?? {};
    this.#wheel = { ...at, stepsX: steps.stepsX + stepsX, stepsY: steps.stepsY + stepsY };
  }

  #onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    const at = this.#at(event);
    if (event.pointerType === 'touch') {
      this.#touches.set(event.pointerId, at);
      if (this.#isPinching) {
        this.#endLongPress();
        this.#host.zones.cancel();
        return;
      }
      const timer = setTimeout(() => this.#onLongPress(at), LONG_PRESS_MS);
      this.#longPress = { timer, at };
    }
    this.#host.zones.down(at);
  }

  #onMove(event: PointerEvent): void {
    const at = this.#at(event);
    if (this.#touches.has(event.pointerId)) this.#touches.set(event.pointerId, at);
    if (this.#isPinching) {
      this.#onPinch();
      return;
    }
    const press = this.#longPress;
    if (press && Math.hypot(at.x - press.at.x, at.y - press.at.y) > LONG_PRESS_SLACK_PX) this.#endLongPress();
    this.#move = at;
    this.#element.style.cursor = this.#host.zones.cursorAt(at);
    this.#host.onHover(at);
  }

  #onUp(event: PointerEvent): void {
    this.#endLongPress();
    const wasPinching = this.#isPinching;
    this.#touches.delete(event.pointerId);
    this.#pinch = undefined;
    if (wasPinching || event.button !== 0) return;
    this.#move = undefined;
    this.#host.zones.up(this.#at(event));
    this.#host.onChange();
  }

  #onCancel(event: PointerEvent): void {
    this.#endLongPress();
    this.#touches.delete(event.pointerId);
    this.#pinch = undefined;
    this.#host.zones.cancel();
  }

  get #isPinching(): boolean {
    return this.#touches.size >= 2;
  }

  #onPinch(): void {
    const [a, b] = [...this.#touches.values()] as [PointerInput, PointerInput];
    const now = { distancePx: Math.max(Math.abs(a.x - b.x), MIN_PINCH_PX), middlePx: (a.x + b.x) / 2 };
    const before = this.#pinch;
    this.#pinch = now;
    if (before) this.#host.onPinch(now.middlePx, now.middlePx - before.middlePx, now.distancePx / before.distancePx);
  }

  #onLongPress(at: PointerInput): void {
    this.#longPress = undefined;
    this.#host.zones.cancel();
    this.#host.onMenu(at, true);
  }

  #endLongPress(): void {
    clearTimeout(this.#longPress?.timer);
    this.#longPress = undefined;
  }

  #onDoubleClick(event: MouseEvent): void {
    this.#host.zones.doubleClick(this.#at(event));
  }

  #onAuxClick(event: MouseEvent): void {
    if (event.button === 1) this.#host.zones.middleClick(this.#at(event));
    // The back and forward buttons of a mouse walk through the views.
    if (event.button === 3) this.#host.onBack();
    if (event.button === 4) this.#host.onForward();
    event.preventDefault();
  }

  #onContextMenu(event: MouseEvent): void {
    event.preventDefault();
    // From the keyboard (Shift+F10) the event has no position of its own: the middle of the plot will do.
    const isFromKeyboard = event.button !== 2;
    const { width, height } = this.#element.getBoundingClientRect();
    const at = isFromKeyboard ? { ...this.#at(event), x: width / 2, y: height / 2 } : this.#at(event);
    this.#host.onMenu(at, event.buttons !== 0);
  }
}
