// The JS320 in the registry (src/devices/registry.ts): recognised, so that its owner is told what it is. It speaks a link
// protocol of its own with retransmission, which this program does not know.

import { LabError } from '../../../base/errors.ts';
import type { InstrumentRow } from '../../api/row.ts';

const OBSTACLE =
  'This is a Joulescope JS320. This program cannot run it yet: record with the Joulescope UI and open the JLS file here.';

export const JS320_ROW: InstrumentRow = {
  id: 'js320',
  model: 'JS320',
  vendor: 'Joulescope',
  description: 'Energy analyser. It is recognised, but this program cannot run it yet.',
  // github.com/jetperch/joulescope_driver, src/backend/winusb/device_change_notifier.c: vendor 16d0, product 135a.
  usb: [{ vendorId: 0x16d0, productId: 0x135a, obstacle: OBSTACLE }],
  simulations: [],
  load: () => Promise.reject(new LabError('device/unsupported', OBSTACLE)),
};
