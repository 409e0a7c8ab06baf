// Before the bridge is used by a page from elsewhere: what the browser will ask, and what to do where it was refused.

import type { BridgePort } from './ports.ts';
import type { Toasts } from './toasts.ts';

const EXPLANATION =
  'This page comes from another computer, and instruments on the network are reached through the bridge on this one. The browser asks once whether the page may reach programs here. It connects to the bridge only.';

const REFUSED =
  'This browser does not let the page reach programs on this computer, so the bridge was not tried. Open the site’s settings at the left of the address, allow access to this device (Local network access, or Apps on device), and connect again. Or start the bridge and open the page that it serves: nobody has to be asked there.';

const UNANSWERED =
  'The browser was asked, and nobody answered it; nothing was connected. Connect again and answer, or open the page that the bridge serves: nobody has to be asked there.';

export class BridgeAccessQuestion {
  readonly #port: BridgePort;
  readonly #toasts: Toasts;

  constructor(port: BridgePort, toasts: Toasts) {
    this.#port = port;
    this.#toasts = toasts;
  }

  /**
   * Whether the bridge may be used. Where the browser has to ask, that is explained first and waits for a click: for ever,
   * if none comes. A message says why not. Never rejects.
   */
  async isSettled(): Promise<boolean> {
    const access = await this.#port.access();
    if (access !== 'prompt') return this.#isGranted(access);
    await new Promise<void>((resolve) => {
      this.#toasts.show({
        kind: 'info',
        title: 'The browser has to ask you first',
        detail: EXPLANATION,
        action: { label: 'Have it ask', run: resolve },
      });
    });
    return this.#isGranted(await this.#port.ask());
  }

  #isGranted(access: Awaited<ReturnType<BridgePort['access']>>): boolean {
    if (access === 'granted') return true;
    const detail = access === 'denied' ? REFUSED : UNANSWERED;
    this.#toasts.show({ kind: 'error', title: 'The bridge was not reached', detail });
    return false;
  }
}
