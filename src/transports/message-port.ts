// Bytes over a MessagePort, to a simulated instrument that lives in another thread. What is sent are buffers; `null` says
// that the sender has closed.

import { LabError } from '../base/errors.ts';
import { type BytePort, PortInbox } from './byte-port.ts';

/** The port as a connection that carries bytes. */
export function bytesOverPort(port: MessagePort, label: string): BytePort {
  const inbox = new PortInbox();
  port.onmessage = ({ data }: MessageEvent<ArrayBuffer | null>) => {
    if (data) inbox.push(new Uint8Array(data));
    else inbox.end(new LabError('device/lost', `${label} is not there any more. Connect it again.`));
  };
  return {
    label,
    listen: (listener) => inbox.listen(listener),
    write: async (bytes) => send(port, bytes),
    close: async () => {
      inbox.close();
      port.postMessage(null);
      port.close();
    },
  };
}

/** The other end: what comes over `port` goes to `instrument`, and back, until one of them closes. */
export function joinPort(instrument: BytePort, port: MessagePort): void {
  port.onmessage = ({ data }: MessageEvent<ArrayBuffer | null>) => {
    const done = data ? instrument.write(new Uint8Array(data)) : instrument.close();
    done.catch(() => port.postMessage(null));
  };
  instrument.listen({
    onBytes: (bytes) => send(port, bytes),
    onClosed: () => port.postMessage(null),
  });
}

/** As a copy: the bytes may be part of something larger. */
function send(port: MessagePort, bytes: Uint8Array): void {
  const copy = Uint8Array.from(bytes).buffer;
  port.postMessage(copy, [copy]);
}
