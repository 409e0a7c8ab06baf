// Composition root: builds everything and wires it, nothing else.

import { registerServiceWorker } from './pwa/register.ts';

if (import.meta.env.PROD) await registerServiceWorker(() => undefined);
