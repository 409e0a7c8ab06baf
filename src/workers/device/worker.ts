import { serve } from '../serve.ts';
import { DeviceService } from './device-service.ts';
import type { DeviceApi } from './protocol.ts';

// Not every browser has WebUSB and Web Serial; their types say otherwise.
const usb = 'usb' in navigator ? navigator.usb : undefined;
const serial = 'serial' in navigator ? navigator.serial : undefined;
const service = new DeviceService({ usb, serial, userAgent: navigator.userAgent });
const api: DeviceApi = {
  open: (setup, onStatus) => service.open(setup, onStatus),
  start: () => service.start(),
  stop: () => service.stop(),
  set: (parameterId, value) => service.set(parameterId, value),
  resetTotals: () => service.resetTotals(),
  words: () => service.words(),
  ask: (line) => service.ask(line),
  picture: () => service.picture(),
  publish: (plan) => service.publish(plan),
  spectra: () => service.spectra(),
  startSequence: (sequence) => service.startSequence(sequence),
  stopSequence: () => service.stopSequence(),
  share: (instrumentCount) => service.share(instrumentCount),
  close: () => service.close(),
};
serve(self, api);
