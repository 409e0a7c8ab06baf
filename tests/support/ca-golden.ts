// The exchanges with EPICS Base, as they stand in the golden files.

import { readFileSync } from 'node:fs';

export interface GoldenMessage {
  readonly command: string;
  readonly id: number;
  readonly payloadSize: number;
  readonly dataType: number;
  readonly dataCount: number;
  readonly p1: number;
  readonly p2: number;
  readonly payload_hex: string;
}

export interface GoldenCase {
  readonly name: string;
  readonly request: readonly GoldenMessage[];
  readonly reply: readonly GoldenMessage[];
  readonly request_hex: string;
  readonly reply_hex?: string;
  readonly note?: string;
}

export interface GoldenStep {
  readonly channel: 'udp' | 'tcp';
  readonly from: 'client' | 'server';
  readonly messages: readonly GoldenMessage[];
  readonly hex: string;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../golden/epics/${name}`, import.meta.url), 'utf8'));

export const serverReplies = (): readonly GoldenCase[] =>
  (read('ca-server-replies.json') as { cases: GoldenCase[] }).cases;

export const clientCaptures = (): Record<'caget' | 'caput' | 'camonitor', readonly GoldenStep[]> =>
  (read('ca-client-captures.json') as { tools: Record<'caget' | 'caput' | 'camonitor', GoldenStep[]> }).tools;
