import { assert } from '../../base/assert.ts';
import type { Columns, Painter, Points, Rect, StrokeStyle, TextStyle } from './painter.ts';
import { ALIGNS, BASELINES, OP, type Recording } from './recording.ts';
import type { DeviceBox, LayerName, Pen, Surface } from './surface.ts';

/** Does to a surface what the recordings of one `RecordingSurface` say, in the order in which they were made. Any thread. */
export class Replay {
  readonly #surface: Surface;
  readonly #names: string[] = [];
  #data = new Float64Array(0);
  #at = 0;
  #texts: readonly string[] = [];
  #textCount = 0;

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  run({ data, names, texts }: Recording): void {
    this.#names.push(...names);
    this.#data = data;
    this.#at = 0;
    this.#texts = texts;
    this.#textCount = 0;
    this.#play();
    this.#data = new Float64Array(0);
  }

  /** To the end of the recording, or of what is clipped. */
  #play(clipped?: Painter): void {
    let painter = clipped;
    for (let op = this.#next(); op !== OP.end && op !== OP.unclip; op = this.#next()) {
      if (op === OP.painter) painter = this.#surface.painter(this.#pen());
      else if (op === OP.layerPainter) painter = this.#surface.layerPainter(this.#layer(), this.#pen());
      else if (op < OP.fillRect) this.#arrange(op);
      else if (painter) this.#paint(op, painter);
    }
  }

  /** Everything of a surface but its painters. */
  #arrange(op: number): void {
    const surface = this.#surface;
    switch (op) {
      case OP.resize:
        surface.resize(this.#next(), this.#next());
        break;
      case OP.placeLayer:
        surface.placeLayer(this.#layer(), this.#box());
        break;
      case OP.moveLayer:
        surface.moveLayer(this.#layer(), this.#next());
        break;
      case OP.clearLayer:
        surface.clearLayer(this.#layer(), this.#next());
        break;
      default:
        assert(op === OP.copyLayer, `no operation ${op}`);
        surface.copyLayer(this.#layer());
    }
  }

  #paint(op: number, painter: Painter): void {
    switch (op) {
      case OP.fillRect:
        painter.fillRect(this.#rect(), this.#name());
        break;
      case OP.strokeRect:
        painter.strokeRect(this.#rect(), this.#stroke());
        break;
      case OP.horizontalLine:
        painter.horizontalLine(this.#next(), this.#next(), this.#next(), this.#stroke());
        break;
      case OP.verticalLine:
        painter.verticalLine(this.#next(), this.#next(), this.#next(), this.#stroke());
        break;
      case OP.polyline:
        painter.polyline(this.#points(), this.#stroke());
        break;
      case OP.columns:
        painter.columns(this.#columns(), this.#name(), this.#next());
        break;
      case OP.dots:
        painter.dots(this.#points(), this.#next(), this.#name());
        break;
      case OP.polygon:
        painter.polygon([...this.#numbers(this.#next())], this.#name());
        break;
      case OP.text:
        painter.text(this.#text(), this.#next(), this.#next(), this.#textStyle());
        break;
      default:
        assert(op === OP.clip, `no operation ${op}`);
        painter.clip(this.#rect(), () => this.#play(painter));
    }
  }

  #text(): string {
    return this.#texts[this.#textCount++]!;
  }

  #textStyle(): TextStyle {
    return {
      color: this.#name(),
      sizePx: this.#next(),
      align: ALIGNS[this.#next()]!,
      baseline: BASELINES[this.#next()]!,
      isBold: this.#next() === 1,
      isMono: this.#next() === 1,
    };
  }

  #next(): number {
    return this.#data[this.#at++]!;
  }

  #numbers(count: number): Float64Array {
    const numbers = this.#data.subarray(this.#at, this.#at + count);
    this.#at += count;
    return numbers;
  }

  #name(): string {
    return this.#names[this.#next()]!;
  }

  #layer(): LayerName {
    return this.#next() as LayerName;
  }

  #box(): DeviceBox {
    return { left: this.#next(), top: this.#next(), width: this.#next(), height: this.#next() };
  }

  #rect(): Rect {
    return { x: this.#next(), y: this.#next(), width: this.#next(), height: this.#next() };
  }

  #pen(): Pen {
    return { ratio: this.#next(), fonts: { ui: this.#name(), mono: this.#name() } };
  }

  #stroke(): StrokeStyle {
    const [color, widthPx, dashCount] = [this.#name(), this.#next(), this.#next()];
    return dashCount === 0 ? { color, widthPx } : { color, widthPx, dash: [...this.#numbers(dashCount)] };
  }

  #points(): Points {
    const count = this.#next();
    return { xs: this.#numbers(count), ys: this.#numbers(count), count };
  }

  #columns(): Columns {
    const count = this.#next();
    return { xs: this.#numbers(count + 1), tops: this.#numbers(count), bottoms: this.#numbers(count), count };
  }
}
