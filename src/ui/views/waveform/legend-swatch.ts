// The line of a file in a legend: its colour and its dash.

import { css, html, type TemplateResult } from 'lit';
import { TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { dashOf } from './legend.ts';

const WIDTH_PX = 26;

export const swatchStyles = css`
  .swatch {
    flex: none;
    inline-size: ${WIDTH_PX}px;
    block-size: 10px;
    stroke-width: 2.5px;
  }
`;

export function swatch(place: number): TemplateResult {
  const color = `var(--lab-trace-${(place % TRACE_COLOR_COUNT) + 1})`;
  return html`<svg class="swatch" viewBox="0 0 ${WIDTH_PX} 10" aria-hidden="true">
    <line x1="0" y1="5" x2=${WIDTH_PX} y2="5" stroke=${color} stroke-dasharray=${dashOf(place).join(' ')}></line>
  </svg>`;
}
