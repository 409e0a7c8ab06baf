// data_flow.svg of a run: ellipses are buffers (roots with a blue outline), boxes are workers, dotted arrows observe.

import type { Setup } from '../setup/setup.ts';
import { type GraphNode, layoutGraph } from './graph-layout.ts';

const NODE_WIDTH = 170;
const NODE_HEIGHT = 44;
const COLUMN_STEP = 230;
const ROW_STEP = 70;
const MARGIN = 20;
const ROOT_COLOUR = '#1f5fd0';
const LINE_COLOUR = '#333333';

/** A stand-alone SVG document. */
export function dataFlowSvg(setup: Setup): string {
  const graph = layoutGraph(setup);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const width = 2 * MARGIN + (graph.columnCount - 1) * COLUMN_STEP + NODE_WIDTH;
  const height = 2 * MARGIN + (graph.rowCount - 1) * ROW_STEP + NODE_HEIGHT;
  const edges = graph.edges.map(({ from, to, kind }) => edgePath(nodes.get(from)!, nodes.get(to)!, kind === 'observe'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`,
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="${LINE_COLOUR}"/></marker></defs>`,
    ...edges,
    ...graph.nodes.map(nodeShape),
    '</svg>',
    '',
  ].join('\n');
}

function centre({ column, row }: GraphNode): [x: number, y: number] {
  return [MARGIN + column * COLUMN_STEP + NODE_WIDTH / 2, MARGIN + row * ROW_STEP + NODE_HEIGHT / 2];
}

function edgePath(from: GraphNode, to: GraphNode, isObserving: boolean): string {
  const [x1, y1] = centre(from);
  const [x2, y2] = centre(to);
  const start = x1 + NODE_WIDTH / 2;
  const end = x2 - NODE_WIDTH / 2;
  const bend = Math.max(30, (end - start) / 2);
  const dash = isObserving ? ' stroke-dasharray="2 4"' : '';
  return `<path d="M${start} ${y1}C${start + bend} ${y1} ${end - bend} ${y2} ${end} ${y2}" fill="none" stroke="${LINE_COLOUR}"${dash} marker-end="url(#arrow)"/>`;
}

function nodeShape(node: GraphNode): string {
  const [x, y] = centre(node);
  const stroke = node.isRoot ? ROOT_COLOUR : LINE_COLOUR;
  const shape =
    node.kind === 'buffer'
      ? `<ellipse cx="${x}" cy="${y}" rx="${NODE_WIDTH / 2}" ry="${NODE_HEIGHT / 2}" fill="white" stroke="${stroke}" stroke-width="${node.isRoot ? 2 : 1}"/>`
      : `<rect x="${x - NODE_WIDTH / 2}" y="${y - NODE_HEIGHT / 2}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" fill="white" stroke="${stroke}"/>`;
  return `${shape}<text x="${x}" y="${y + 4}" text-anchor="middle" fill="#111111">${escapeXml(node.name)}</text>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
