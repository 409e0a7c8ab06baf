// Topics that are the host's own business (h/…) and the switches of the streams: what their values mean. Values come
// from people, so numbers may stand as texts, and rates may be shortened as the vendor's programs show them.

import { LabError } from '../../../base/errors.ts';
import type { Js220Filter } from './streams.ts';

/** What a JS220 and its host can be told, as levels; the suffixes of requests and answers are the link's own. */
const TOPICS: readonly RegExp[] = [
  /^h\/(?:fs|fp|filter|i_scale|v_scale|!reset)$/,
  /^s\/(?:i|v|p|i\/range|v\/range|gpi\/[0-37]|adc\/[0-3]|uart\/0|stats)\/ctrl$/,
  /^s\/[iv]\/range\/(?:mode|select|min|max)$/,
  /^s\/stats\/scnt$/,
  /^s\/gp[io]\/\+\/!(?:set|clr|value|req)$/,
  /^s\/(?:dwnN|gpi\/\+\/dwnN)\/(?:N|mode)$/,
  /^s\/dwn2\/mode$/,
  /^s\/fuse\/(?:\d+\/(?:en|F|K|T|engaged)|\+\/!clear)$/,
  /^[cs]\/led\/\w+$/,
  // the controller's topics grow with its firmware
  /^c\/[\w/!]+$/,
];

/** True for a topic that can be published to a JS220 or to its host. */
export function isJs220Topic(topic: string): boolean {
  return TOPICS.some((known) => known.test(topic));
}

const RATE = /^(\d+(?:\.\d+)?)\s*([kM]?)(?:\s*Hz)?$/;
const MULTIPLES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6 };

export function rateOf(topic: string, value: unknown): number {
  const match = RATE.exec(String(value));
  if (!match) throw invalid(topic, value);
  return Number(match[1]) * MULTIPLES[match[2]!]!;
}

export function filterOf(topic: string, value: unknown): Js220Filter {
  if ([0, '0', 'wideband'].includes(value as string)) return 'wideband';
  if ([1, '1', 'sinc1'].includes(value as string)) return 'sinc1';
  throw invalid(topic, value);
}

export function factorOf(topic: string, value: unknown): number {
  const factor = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(factor)) throw invalid(topic, value);
  return factor;
}

export function switchOf(topic: string, value: unknown): 0 | 1 {
  if ([1, true, '1', 'on', 'true'].includes(value as string)) return 1;
  if ([0, false, '0', 'off', 'false'].includes(value as string)) return 0;
  throw invalid(topic, value);
}

export function invalid(topic: string, value: unknown): LabError {
  return new LabError('setup/invalid', `${topic} cannot be ${String(value)}. Nothing was changed.`, {
    context: { topic },
  });
}
