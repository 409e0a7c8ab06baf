// Instruments that announce themselves on the network, as the bridge hears them. Page only.

import * as v from 'valibot';
import { bridgeUrlOf } from '../base/bridge-address.ts';
import type { DiscoveryPort } from '../model/ports.ts';

/** Nobody but our bridge takes it (bridge/discovery.mjs). */
const PROTOCOL = 'pulsebench-discovery';

const foundSchema = v.object({
  instruments: v.array(
    v.object({
      name: v.string(),
      address: v.pipe(v.string(), v.ipv4()),
      services: v.array(
        v.object({
          kind: v.picklist(['scpi-raw', 'lxi', 'vxi-11', 'hislip', 'red-pitaya']),
          port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
          isAllowed: v.boolean(),
        }),
      ),
    }),
  ),
  isFull: v.boolean(),
});

const UNANSWERED = 'The bridge does not answer, does not take this page, or is an older one that finds nothing.';
const UNREAD = 'The bridge belongs to another version of this page.';

export const bridgeDiscovery: DiscoveryPort = {
  browse(onFound, onEnd) {
    const socket = new WebSocket(new URL('/discovery', bridgeUrlOf(location.href)), PROTOCOL);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const read = v.safeParse(v.pipe(v.string(), v.parseJson(), foundSchema), data);
      if (read.success) {
        onFound(read.output);
        return;
      }
      stop();
      onEnd(UNREAD);
    };
    socket.onclose = ({ reason }) => onEnd(reason === '' ? UNANSWERED : reason);
    const stop = () => {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    };
    return stop;
  },
};
