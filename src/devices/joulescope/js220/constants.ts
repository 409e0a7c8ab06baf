// The JS220 on the bus: identity, endpoints, requests, ports and rates (github.com/jetperch/joulescope_driver,
// include_private/jsdrv_prv/devices/js220/js220_api.h).

export const JS220_VENDOR_ID = 0x16d0;
export const JS220_PRODUCT_ID = 0x10ba;
/** While its firmware is updated. */
export const JS220_UPDATER_PRODUCT_ID = 0x10b9;
export const JS220_CONFIGURATION = 1;
export const JS220_INTERFACE = 0;
export const JS220_ENDPOINT_OUT = 1;
export const JS220_ENDPOINT_IN = 2;

/** Vendor requests; each answers one byte, 0 = done. */
export const REQUEST = { connect: 1, disconnect: 2 } as const;

/** What a frame is about. Ports from 16 on carry samples and statistics. */
export const PORT = { admin: 0, publish: 1, current: 21, voltage: 22, power: 23, statistics: 30 } as const;
export const FIRST_STREAM_PORT = 16;

/** Every bulk IN frame takes one packet of this size; what it does not fill is undefined. */
export const FRAME_BYTES = 512;

/** Sample ids count at this rate, whatever the rate of the signal. */
export const COUNTER_RATE_HZ = 2_000_000;
/** Current, voltage and power are never faster than this. */
export const ANALOG_RATE_HZ = 1_000_000;
/** The instrument itself decimates down to this rate; the host averages what is slower. */
export const SLOWEST_INSTRUMENT_RATE_HZ = 1000;
/** First firmware and FPGA that decimate on the instrument: 1.3.0 as major8.minor8.patch16. */
export const DECIMATING_VERSION = 0x0103_0000;
