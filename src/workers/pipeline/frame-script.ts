// What stands in the frame of a user's module, as text: the page's own policy allows this script by its hash
// (scripts/response-headers.ts), and nothing else in the frame.

/** Nothing is loaded but what the frame made itself: its worker and the module. No `eval`, no WebAssembly. */
export const FRAME_POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:";

/**
 * Starts the worker with the first message, answers the others. Only the page that made the frame is heard. An error
 * without words is that of a worker that was not started.
 */
export const FRAME_SCRIPT = `
let worker;
addEventListener('message', ({ source, data, ports }) => {
  if (source !== parent) return;
  if (worker) parent.postMessage('pong', '*');
  else {
    worker = new Worker(URL.createObjectURL(new Blob([data.insideText], { type: 'text/javascript' })));
    worker.onerror = ({ message }) => message ?? parent.postMessage('refused', '*');
    worker.postMessage(data.moduleText, ports);
  }
});
`;
