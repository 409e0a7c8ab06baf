import { serve } from '../serve.ts';
import type { RecorderApi } from './protocol.ts';
import { RecorderService } from './recorder-service.ts';
import { repairRecording } from './repair.ts';

const service = new RecorderService();
const api: RecorderApi = {
  start: (job) => service.start(job),
  stop: () => service.stop(),
  ended: () => service.ended(),
  repair: repairRecording,
};
serve(self, api);
