import { html, type TemplateResult } from 'lit';

/** A small labelled field; what is no number is taken back. */
export function numberInput(label: string, value: number, change: (value: number) => void): TemplateResult {
  return html`<label>${label}<input
    class="number"
    inputmode="decimal"
    .value=${String(value)}
    @change=${(event: Event) => {
      const input = event.target as HTMLInputElement;
      const typed = Number(input.value.replace(',', '.'));
      if (Number.isFinite(typed) && input.value.trim() !== '') change(typed);
      else input.value = String(value);
    }}
  /></label>`;
}
