// The pipeline as a picture: buffers with their fill, workers with their threads, live while a run is on.

import { css, html, LitElement, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { BufferFigures, RunFigures, WorkerFigures } from '../../../app/pipeline/figures.ts';
import { formatCount, formatPercent } from '../../../base/si.ts';
import { type GraphNode, layoutGraph } from '../../../pipeline/record/graph-layout.ts';
import type { Setup } from '../../../pipeline/setup/setup.ts';
import { bufferTitle, rateText, shortName, threadText } from './figure-text.ts';

const NODE_WIDTH = 114;
const NODE_HEIGHT = 40;
const COLUMN_STEP = 134;
const ROW_STEP = 46;
const MARGIN = 10;
/** Letters that fit a node's first line. */
const NAME_CHARS = 15;
const BAR_WIDTH = NODE_WIDTH - 24;
/** Smaller than this the text cannot be read: scroll instead. */
const MIN_SCALE = 0.85;
const MAX_SCALE = 1.3;

@customElement('lab-flow-graph')
export class LabFlowGraph extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      overflow: auto;
      background: var(--lab-ground-plot);
    }
    .stage {
      display: grid;
      place-items: safe center;
      block-size: 100%;
    }
    svg {
      display: block;
      font-family: var(--lab-font-ui);
      font-size: 10.5px;
    }
    text {
      fill: var(--lab-text);
    }
    .name {
      font-weight: 500;
    }
    .figure {
      fill: var(--lab-text-dim);
      font-family: var(--lab-font-mono);
      font-size: 9.5px;
    }
    .edge {
      fill: none;
      stroke: var(--lab-line-strong);
      stroke-width: 1.2;
    }
    .observe {
      stroke-dasharray: 2 4;
    }
    .arrow {
      fill: var(--lab-line-strong);
    }
    .buffer,
    .worker {
      fill: var(--lab-ground-2);
      stroke: var(--lab-line-strong);
    }
    .root {
      stroke: var(--lab-accent);
      stroke-width: 2;
    }
    .paused {
      stroke: var(--lab-warn);
      stroke-width: 2;
    }
    .flushed {
      stroke-dasharray: 5 3;
    }
    .track {
      fill: var(--lab-line);
    }
    .filled {
      fill: var(--lab-trace-5);
    }
    .work {
      fill: var(--lab-trace-4);
    }
    .share {
      fill: var(--lab-trace-1);
    }
    .running {
      fill: var(--lab-ok);
    }
    .done {
      fill: var(--lab-text-faint);
    }
    .failed,
    .crashed,
    .killed {
      fill: var(--lab-danger);
    }
  `;

  @property({ attribute: false }) setup!: Setup;
  /** Left out before the first run: the picture shows the plan. */
  @property({ attribute: false }) figures: RunFigures | undefined;
  /** The run has ended: numbers of events say more than rates. */
  @property({ type: Boolean }) isOver = false;

  override render(): TemplateResult {
    const graph = layoutGraph(this.setup);
    const inColumn = Array.from(
      { length: graph.columnCount },
      (_, column) => graph.nodes.filter((node) => node.column === column).length,
    );
    const width = 2 * MARGIN + (graph.columnCount - 1) * COLUMN_STEP + NODE_WIDTH;
    const height = 2 * MARGIN + (graph.rowCount - 1) * ROW_STEP + NODE_HEIGHT;
    const place = ({ column, row }: GraphNode) => ({
      x: MARGIN + column * COLUMN_STEP,
      y: MARGIN + (row + (graph.rowCount - inColumn[column]!) / 2) * ROW_STEP,
    });
    const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const edges = graph.edges.map(({ from, to, kind }) =>
      edgePath(place(nodes.get(from)!), place(nodes.get(to)!), kind === 'observe'),
    );
    const label = `Data flow: ${this.setup.workers.length} workers and ${this.setup.buffers.length} buffers. The tabs below have the same figures as tables.`;
    return html`<div class="stage">
      <svg
        role="img"
        aria-label=${label}
        viewBox="0 0 ${width} ${height}"
        .style=${`inline-size: ${fitLength(width)}; block-size: ${fitLength(height)}`}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path class="arrow" d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        ${edges} ${graph.nodes.map((node) => this.#node(node, place(node)))}
      </svg>
    </div>`;
  }

  #node(node: GraphNode, { x, y }: Point): SVGTemplateResult {
    const body =
      node.kind === 'buffer'
        ? this.#buffer(
            node,
            this.figures?.buffers.find(({ name }) => name === node.name),
          )
        : this.#worker(this.figures?.workers.find(({ name }) => name === node.name));
    return svg`<g transform="translate(${x} ${y})">
      ${body}
      <text class="name" x=${NODE_WIDTH / 2} y="15" text-anchor="middle">${shortName(node.name, NAME_CHARS)}</text>
    </g>`;
  }

  #buffer({ name, isRoot }: GraphNode, buffer: BufferFigures | undefined): SVGTemplateResult {
    const slotCount = this.setup.buffers.find((other) => other.name === name)?.slotCount ?? 0;
    const classes = [
      'buffer',
      isRoot ? 'root' : '',
      buffer?.isPaused ? 'paused' : '',
      buffer?.isFlushed ? 'flushed' : '',
    ].join(' ');
    const filled = (buffer?.filledPart ?? 0) * BAR_WIDTH;
    const inWork = (buffer?.inWorkPart ?? 0) * BAR_WIDTH;
    return svg`
      <title>${buffer ? bufferTitle(buffer) : `${name}: ${slotCount} slots${isRoot ? ', a root: events enter here' : ''}`}</title>
      <rect class=${classes} width=${NODE_WIDTH} height=${NODE_HEIGHT} rx=${NODE_HEIGHT / 2} />
      <text class="figure" x=${NODE_WIDTH / 2} y="27" text-anchor="middle">${
        buffer ? figureOf(buffer, this.isOver) : `${slotCount} slots`
      }</text>
      <rect class="track" x="12" y="32" width=${BAR_WIDTH} height="4" />
      <rect class="filled" x="12" y="32" width=${filled} height="4" />
      <rect class="work" x=${12 + filled} y="32" width=${inWork} height="4" />`;
  }

  #worker(worker: WorkerFigures | undefined): SVGTemplateResult {
    const dots = worker?.threads ?? [];
    const left = NODE_WIDTH / 2 - (dots.length - 1) * 5;
    return svg`
      ${worker ? svg`<title>${worker.name} (${worker.functionName}): ${threadText(worker.threads)}. Its threads use ${formatPercent(worker.processorShare)} of a processor each.</title>` : nothing}
      <rect class="worker" width=${NODE_WIDTH} height=${NODE_HEIGHT} rx="4" />
      ${dots.map((state, i) => svg`<circle class=${state} cx=${left + i * 10} cy="24" r="3.5" />`)}
      <rect class="track" x="12" y="32" width=${BAR_WIDTH} height="4" />
      <rect class="share" x="12" y="32" width=${(worker?.processorShare ?? 0) * BAR_WIDTH} height="4" />`;
  }
}

/** As large as the room, within what can be read. */
function fitLength(lengthPx: number): string {
  return `clamp(${Math.round(MIN_SCALE * lengthPx)}px, 100%, ${Math.round(MAX_SCALE * lengthPx)}px)`;
}

/** What is worth knowing at a glance: the rate while events come, their number when all have come. */
function figureOf(buffer: BufferFigures, isOver: boolean): string {
  if (isOver) return `${formatCount(buffer.eventCount)} events`;
  return `${rateText(buffer.rateHz)}${buffer.isRoot ? ` · ${formatPercent(buffer.deadShare)}` : ''}`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function edgePath(from: Point, to: Point, isObserving: boolean): SVGTemplateResult {
  const [x1, y1] = [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + NODE_HEIGHT / 2];
  const bend = Math.max(14, (x2 - x1) / 2);
  return svg`<path
    class="edge ${isObserving ? 'observe' : ''}"
    d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"
    marker-end="url(#arrow)"
  />`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lab-flow-graph': LabFlowGraph;
  }
}
