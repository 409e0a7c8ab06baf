// How a simulated JS220 finds UTC: once a second it asks the host for the time, and the answers make its time map. The
// rate is the nominal one until the answers span half a minute; an answer far from the map means that the host's clock
// was set, and the map begins anew.

import { type Utc, utcAddSeconds, utcSecondsBetween } from '../../../../base/time.ts';
import { decodeTimeSyncAnswer, encodeTimeMap, encodeTimeSync, type Js220TimeMap, utcOfSampleId } from '../admin.ts';
import { COUNTER_RATE_HZ } from '../constants.ts';

/** First firmware that tells where its counter lies: 1.2.0. */
const TIME_MAP_VERSION = 0x0102_0000;
const INTERVAL_IDS = COUNTER_RATE_HZ;
const POINT_COUNT = 60;
const RATE_SPAN_S = 30;
const STEP_S = 0.05;

interface Point {
  readonly counter: number;
  readonly utc: Utc;
}

export class TimeSync {
  readonly #isSupported: boolean;
  #points: Point[] = [];
  #map: Js220TimeMap | undefined;
  #dueId = Infinity;

  constructor(firmware: number) {
    this.#isSupported = firmware >= TIME_MAP_VERSION;
  }

  /** The host has connected; the first request goes out at `firstId`. */
  start(firstId: number): void {
    this.stop();
    if (this.#isSupported) this.#dueId = firstId;
  }

  stop(): void {
    this.#dueId = Infinity;
    this.#points = [];
    this.#map = undefined;
  }

  /** The request to send at `counter`, if one is due. */
  request(counter: number): Uint8Array<ArrayBuffer> | undefined {
    if (counter < this.#dueId) return undefined;
    this.#dueId = counter + INTERVAL_IDS;
    return encodeTimeSync(counter);
  }

  /** The time map after a host's answer that came at `counter`. */
  answer(payload: Uint8Array<ArrayBuffer>, counter: number): Uint8Array<ArrayBuffer> | undefined {
    const answer = decodeTimeSyncAnswer(payload);
    if (!answer) return undefined;
    // Both ways take as long: half-way between request and answer it was half-way between arrival and departure.
    const turnS = utcSecondsBetween(answer.receivedUtc, answer.sentUtc);
    const utc = utcAddSeconds(answer.receivedUtc, turnS / 2);
    this.#add({ counter: Math.round((answer.counter + counter) / 2), utc });
    return this.#map && encodeTimeMap(this.#map);
  }

  #add(point: Point): void {
    const offS = this.#map ? utcSecondsBetween(utcOfSampleId(this.#map, point.counter), point.utc) : 0;
    if (Math.abs(offS) > STEP_S) this.#points = [];
    this.#points.push(point);
    if (this.#points.length > POINT_COUNT) this.#points.shift();
    const first = this.#points[0]!;
    const spanS = utcSecondsBetween(first.utc, point.utc);
    const rateHz = spanS >= RATE_SPAN_S ? (point.counter - first.counter) / spanS : COUNTER_RATE_HZ;
    // Single answers jitter; their mean does less.
    const offsets = this.#points.map(
      ({ counter, utc }) => utcSecondsBetween(first.utc, utc) - (counter - first.counter) / rateHz,
    );
    const meanS = offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length;
    const utc = utcAddSeconds(first.utc, (point.counter - first.counter) / rateHz + meanS);
    this.#map = { counter: point.counter, utc, rateHz };
  }
}
