import { serve } from '../serve.ts';
import { DeviceService } from './device-service.ts';
import type { DeviceApi } from './protocol.ts';

// Not every browser has WebUSB; its types say otherwise.
const usb = 'usb' in navigator ? navigator.usb : undefined;
const service = new DeviceService({ usb, userAgent: navigator.userAgent });
const api: DeviceApi = {
  open: (setup, onStatus) => service.open(setup, onStatus),
  start: () => service.start(),
  stop: () => service.stop(),
  set: (parameterId, value) => service.set(parameterId, value),
  resetTotals: () => service.resetTotals(),
  share: (instrumentCount) => service.share(instrumentCount),
  close: () => service.close(),
};
serve(self, api);
