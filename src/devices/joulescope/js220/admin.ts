// Messages of the administration port: the instrument's versions on connecting, the exchange that lets it find UTC,
// and the resulting map from its sample counter to UTC.

import { LabError } from '../../../base/errors.ts';
import { type Utc, utcAddSeconds, utcFromTicks, utcSecondsBetween } from '../../../base/time.ts';

export const ADMIN = { connect: 1, echo: 2, timeSync: 3, timeMap: 4 } as const;

const SUB_HEADER_BYTES = 4;
const CONNECT_BYTES = 24;
const TIME_SYNC_BYTES = 44;
const TIME_MAP_BYTES = 36;
const PROTOCOL_MAJOR = 1;

/** Versions as major8.minor8.patch16. */
export interface Js220Versions {
  readonly firmware: number;
  readonly hardware: number;
  readonly fpga: number;
}

/** Sample `counter` (2 MHz) was taken at `utc`; from there on the true rate counts. */
export interface Js220TimeMap {
  readonly counter: number;
  readonly utc: Utc;
  readonly rateHz: number;
}

/** `1.3.0` */
export function versionText(version: number): string {
  return `${version >>> 24}.${(version >>> 16) & 0xff}.${version & 0xffff}`;
}

/** Throws `device/unsupported` for a protocol that we do not know. */
export function decodeConnect(payload: Uint8Array<ArrayBuffer>): Js220Versions {
  const view = viewOf(payload);
  const protocol = payload.byteLength < CONNECT_BYTES ? 0 : view.getUint32(4, true);
  if (protocol >>> 24 !== PROTOCOL_MAJOR) {
    throw new LabError(
      'device/unsupported',
      `This JS220 speaks protocol ${versionText(protocol)}, which this program does not know. Update its firmware with the Joulescope UI.`,
    );
  }
  return {
    firmware: view.getUint32(12, true),
    hardware: view.getUint32(16, true),
    fpga: view.getUint32(20, true),
  };
}

/** What an instrument with these versions says on connecting. */
export function encodeConnect({ firmware, hardware, fpga }: Js220Versions): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(CONNECT_BYTES);
  payload[0] = ADMIN.connect;
  [PROTOCOL_MAJOR << 24, 0, firmware, hardware, fpga].forEach((word, index) => {
    viewOf(payload).setUint32(SUB_HEADER_BYTES + index * 4, word, true);
  });
  return payload;
}

/** The answer to a request for the time: its counter back, with our time in between. `undefined` if it is too short. */
export function answerTimeSync(
  request: Uint8Array<ArrayBuffer>,
  receivedUtc: Utc,
  sentUtc: Utc,
): Uint8Array<ArrayBuffer> | undefined {
  if (request.byteLength < TIME_SYNC_BYTES) return undefined;
  const answer = new Uint8Array(TIME_SYNC_BYTES);
  answer[0] = ADMIN.timeSync;
  const view = viewOf(answer);
  view.setBigUint64(SUB_HEADER_BYTES + 8, viewOf(request).getBigUint64(SUB_HEADER_BYTES + 8, true), true);
  view.setBigInt64(SUB_HEADER_BYTES + 16, receivedUtc, true);
  view.setBigInt64(SUB_HEADER_BYTES + 24, sentUtc, true);
  return answer;
}

/** An instrument's request for the time; `counter` is where its sample counter is. */
export function encodeTimeSync(counter: number): Uint8Array<ArrayBuffer> {
  const request = new Uint8Array(TIME_SYNC_BYTES);
  request[0] = ADMIN.timeSync;
  viewOf(request).setBigUint64(SUB_HEADER_BYTES + 8, BigInt(counter), true);
  return request;
}

/** A host's answer to it: the counter of the request, and when it came and went. `undefined` if it is too short. */
export function decodeTimeSyncAnswer(
  answer: Uint8Array<ArrayBuffer>,
): { readonly counter: number; readonly receivedUtc: Utc; readonly sentUtc: Utc } | undefined {
  if (answer.byteLength < TIME_SYNC_BYTES) return undefined;
  const view = viewOf(answer);
  return {
    counter: Number(view.getBigUint64(SUB_HEADER_BYTES + 8, true)),
    receivedUtc: utcFromTicks(view.getBigInt64(SUB_HEADER_BYTES + 16, true)),
    sentUtc: utcFromTicks(view.getBigInt64(SUB_HEADER_BYTES + 24, true)),
  };
}

/** Where an instrument's counter lies in time. */
export function encodeTimeMap({ counter, utc, rateHz }: Js220TimeMap): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(TIME_MAP_BYTES);
  payload[0] = ADMIN.timeMap;
  const view = viewOf(payload);
  view.setBigInt64(SUB_HEADER_BYTES + 8, utc, true);
  view.setBigUint64(SUB_HEADER_BYTES + 16, BigInt(counter), true);
  view.setBigUint64(SUB_HEADER_BYTES + 24, BigInt(Math.round(rateHz * 2 ** 32)), true);
  return payload;
}

/** `undefined` for a message that is too short or says nothing. The rate is sent as 32Q32 Hz. */
export function decodeTimeMap(payload: Uint8Array<ArrayBuffer>): Js220TimeMap | undefined {
  if (payload.byteLength < TIME_MAP_BYTES) return undefined;
  const view = viewOf(payload);
  const rateHz = Number(view.getBigUint64(SUB_HEADER_BYTES + 24, true)) / 2 ** 32;
  if (rateHz === 0) return undefined;
  return {
    utc: utcFromTicks(view.getBigInt64(SUB_HEADER_BYTES + 8, true)),
    counter: Number(view.getBigUint64(SUB_HEADER_BYTES + 16, true)),
    rateHz,
  };
}

/** UTC of a sample id. */
export function utcOfSampleId(map: Js220TimeMap, sampleId: number): Utc {
  return utcAddSeconds(map.utc, (sampleId - map.counter) / map.rateHz);
}

/** The id that is taken at `utc`, with a fraction. */
export function sampleIdAtUtc(map: Js220TimeMap, utc: Utc): number {
  return map.counter + utcSecondsBetween(map.utc, utc) * map.rateHz;
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
