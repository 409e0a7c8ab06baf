// Mouse, pen and touch on a canvas, declared instead of coded: a scene lists zones (rectangle, cursor, handlers)
// and this class finds the one that is meant. A drag belongs to a zone's id, so it survives that the list is
// made anew in every frame.

import type { Rect } from './painter.ts';

export interface PointerInput {
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

export interface WheelInput extends PointerInput {
  /** Whole and fractional wheel steps; positive = away from the user's body (zoom in). */
  readonly stepsX: number;
  readonly stepsY: number;
}

export interface Drag {
  readonly start: PointerInput;
  readonly now: PointerInput;
  /** Movement since the last call. */
  readonly dx: number;
  readonly dy: number;
}

export interface Zone {
  /** Stable over frames. */
  readonly id: string;
  readonly rect: Rect;
  readonly cursor?: string;
  readonly onDrag?: (drag: Drag) => void;
  /** The drag ended by release. */
  readonly onDrop?: (drag: Drag) => void;
  /** The drag was given up (Escape, lost pointer). */
  readonly onCancel?: () => void;
  readonly onClick?: (at: PointerInput) => void;
  readonly onDoubleClick?: (at: PointerInput) => void;
  readonly onMiddleClick?: (at: PointerInput) => void;
  readonly onWheel?: (wheel: WheelInput) => void;
}

/** Movement below this is a click, above a drag. */
const DRAG_THRESHOLD_PX = 3;

interface Press {
  readonly zoneId: string;
  readonly start: PointerInput;
  last: PointerInput;
  isDrag: boolean;
}

const contains = ({ x, y, width, height }: Rect, at: PointerInput): boolean =>
  at.x >= x && at.x < x + width && at.y >= y && at.y < y + height;

/** Pure: knows no DOM. Later zones lie over earlier ones. */
export class ZoneController {
  #zones: readonly Zone[] = [];
  #press: Press | undefined;

  setZones(zones: readonly Zone[]): void {
    this.#zones = zones;
  }

  get isDragging(): boolean {
    return this.#press?.isDrag === true;
  }

  /** The topmost zone at a point that fulfils `wants`. */
  zoneAt(at: PointerInput, wants: (zone: Zone) => boolean = () => true): Zone | undefined {
    return this.#zones.findLast((zone) => contains(zone.rect, at) && wants(zone));
  }

  cursorAt(at: PointerInput): string {
    const zone = this.#press ? this.#byId(this.#press.zoneId) : this.zoneAt(at);
    return zone?.cursor ?? 'default';
  }

  down(at: PointerInput): void {
    const zone = this.zoneAt(at, (candidate) => Boolean(candidate.onDrag ?? candidate.onClick));
    this.#press = zone && { zoneId: zone.id, start: at, last: at, isDrag: false };
  }

  move(at: PointerInput): void {
    const press = this.#press;
    if (!press) return;
    if (!press.isDrag && Math.hypot(at.x - press.start.x, at.y - press.start.y) < DRAG_THRESHOLD_PX) return;
    press.isDrag = true;
    const drag = { start: press.start, now: at, dx: at.x - press.last.x, dy: at.y - press.last.y };
    press.last = at;
    this.#byId(press.zoneId)?.onDrag?.(drag);
  }

  up(at: PointerInput): void {
    this.move(at);
    const press = this.#press;
    this.#press = undefined;
    if (!press) return;
    const zone = this.#byId(press.zoneId);
    if (press.isDrag) zone?.onDrop?.({ start: press.start, now: at, dx: 0, dy: 0 });
    else zone?.onClick?.(at);
  }

  /** Gives up a drag under way; true if there was one. */
  cancel(): boolean {
    const press = this.#press;
    this.#press = undefined;
    if (!press?.isDrag) return false;
    this.#byId(press.zoneId)?.onCancel?.();
    return true;
  }

  doubleClick(at: PointerInput): void {
    this.zoneAt(at, (zone) => zone.onDoubleClick !== undefined)?.onDoubleClick?.(at);
  }

  middleClick(at: PointerInput): void {
    this.zoneAt(at, (zone) => zone.onMiddleClick !== undefined)?.onMiddleClick?.(at);
  }

  /** True if a zone took it, so that the page must not scroll. */
  wheel(wheel: WheelInput): boolean {
    const zone = this.zoneAt(wheel, (candidate) => candidate.onWheel !== undefined);
    zone?.onWheel?.(wheel);
    return zone !== undefined;
  }

  #byId(id: string): Zone | undefined {
    return this.#zones.find((zone) => zone.id === id);
  }
}

/** One notch of a common wheel: 100 px in Chromium, 3 lines in Firefox's line mode. */
const PX_PER_STEP = 100;
const LINES_PER_STEP = 3;

/** A wheel event's dominant axis in (fractional) steps; the other axis is 0. Shift turns vertical into horizontal. */
export function wheelSteps(event: {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly shiftKey: boolean;
}): { stepsX: number; stepsY: number } {
  const perStep = event.deltaMode === 0 ? PX_PER_STEP : event.deltaMode === 1 ? LINES_PER_STEP : 1;
  const isHorizontal = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  const dominant = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
  const steps = dominant === 0 ? 0 : -dominant / perStep;
  return isHorizontal ? { stepsX: steps, stepsY: 0 } : { stepsX: 0, stepsY: steps };
}
