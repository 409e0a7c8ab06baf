// Recorded bulk packets as a device: the driver opens it, starts it and gets the bytes of the capture, as fast as it
// reads. For golden data, bug reports and offline conversion.

import { type Clock, delay, systemClock } from '../../../../base/clock.ts';
import type { UsbDevice, UsbInResult, UsbOutResult, UsbSetup } from '../../../../transports/usb.ts';
import { profileOf } from '../../../sim/profiles.ts';
import { CapturePlayer } from '../../../sim/usb/capture.ts';
import { parseCalibration } from '../calibration.ts';
import { JS110_CONFIGURATION, JS110_PRODUCT_ID, JS110_VENDOR_ID, PACKET_BYTES } from '../constants.ts';
import { DEFAULT_EXTIO, Js110Model, type Js110ModelOptions } from './model.ts';

export interface ReplayOptions {
  readonly clock?: Clock;
  /** Packets per read result; as many as fit when left out. */
  readonly packetsPerTransfer?: number;
  /** Where results start in their buffer. */
  readonly resultByteOffset?: number;
  readonly model?: Partial<Js110ModelOptions>;
}

export interface ReplayDevice extends UsbDevice {
  /** Resolves when the driver has been given the whole capture. */
  readonly finished: Promise<void>;
}

/**
 * A JS110 that sends `capture` (whole 512-byte bulk packets in order of arrival) when it is started, and carries the
 * calibration file `calibration`. Throws `device/calibration` when that is damaged.
 */
export function createReplayDevice(
  capture: Uint8Array<ArrayBuffer>,
  calibration: Uint8Array<ArrayBuffer>,
  options: ReplayOptions = {},
): ReplayDevice {
  const clock = options.clock ?? systemClock;
  const values = parseCalibration(calibration);
  const model = new Js110Model({
    profile: profileOf('test-dc'),
    seed: 1,
    serialHex: values.serialNumber,
    calibration: { bytes: calibration, values },
    extio: DEFAULT_EXTIO,
    ...options.model,
  });
  const player = new CapturePlayer({
    clock,
    capture: capture.subarray(0, capture.byteLength - (capture.byteLength % PACKET_BYTES)),
    packetsPerTransfer: options.packetsPerTransfer,
    resultByteOffset: options.resultByteOffset,
    isSending: () => model.isStreaming,
  });
  const turn = () => delay(clock, 0);

  return {
    ...player.usb,
    vendorId: JS110_VENDOR_ID,
    productId: JS110_PRODUCT_ID,
    manufacturerName: 'Jetperch LLC',
    productName: 'Joulescope (replay)',
    serialNumber: values.serialNumber.slice(-6),
    configuration: { configurationValue: JS110_CONFIGURATION },
    finished: player.finished,
    async controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResult> {
      await turn();
      const answer = model.controlIn(setup.request, setup.value, setup.index, length);
      return answer
        ? { status: 'ok', data: player.endpoint.view(answer.subarray(0, length)) }
        : { status: 'stall', data: new DataView(new ArrayBuffer(0)) };
    },
    async controlTransferOut(setup: UsbSetup, data?: BufferSource): Promise<UsbOutResult> {
      await turn();
      const bytes = data instanceof Uint8Array ? data : new Uint8Array(0);
      const isTaken = model.controlOut(setup.request, bytes);
      player.feed();
      return { status: isTaken ? 'ok' : 'stall', bytesWritten: bytes.byteLength };
    },
    transferOut: () => Promise.reject(new DOMException('A JS110 has no bulk OUT endpoint.', 'NotFoundError')),
  };
}
