// The offer of a new version. Loading it loads the page anew, which nothing that goes on here may pay for.

import { effect } from '@preact/signals-core';
import type { App } from './app.ts';

/** Offers to load the new version; while something goes on that this would break off, the offer waits for its end. */
export function offerUpdate(app: Pick<App, 'mustStayOpen' | 'toasts'>, apply: () => void): void {
  app.toasts.show({
    kind: 'info',
    title: 'A new version is ready',
    detail: 'It is loaded when you reload; recordings are kept.',
    action: { label: 'Reload', run: () => (app.mustStayOpen ? offerLater(app, apply) : apply()) },
  });
}

function offerLater(app: Pick<App, 'mustStayOpen' | 'toasts'>, apply: () => void): void {
  const dismiss = app.toasts.show({
    kind: 'info',
    title: 'The new version waits',
    detail:
      'A recording or a run goes on in this tab and would end. Stop it, or go on: reloading is offered again after it.',
  });
  const stop = effect(() => {
    if (app.mustStayOpen) return;
    stop();
    dismiss();
    offerUpdate(app, apply);
  });
}
