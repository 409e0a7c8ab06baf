// Paints on canvases that the page has handed over. An error of any of them ends the thread: the page paints then.

import { CanvasSurface } from '../../ui/plot/canvas-surface.ts';
import { Replay } from '../../ui/plot/replay.ts';
import { announceLife } from '../serve.ts';
import type { PaintedMessage, PaintMessage } from './protocol.ts';

const replays = new Map<number, Replay>();

self.onmessage = ({ data: message }: MessageEvent<PaintMessage>) => {
  switch (message.kind) {
    case 'adopt':
      replays.set(message.id, new Replay(new CanvasSurface(message.canvas.getContext('2d')!)));
      break;
    case 'paint': {
      const { id, recording } = message;
      replays.get(id)!.run(recording);
      const painted: PaintedMessage = { painted: id, data: recording.data };
      self.postMessage(painted, [recording.data.buffer]);
      break;
    }
    case 'release':
      replays.delete(message.id);
      break;
  }
};

announceLife(self);
