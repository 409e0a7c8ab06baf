// Transfers, control requests and notices of USBTMC, byte for byte as in tests/golden/usbtmc.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  abortedBytes,
  decodeCapabilities,
  decodeNotice,
  isDataQueued,
  statusOf,
  TMC_REQUEST,
} from '../../src/transports/usbtmc/control.ts';
import {
  decodeIn,
  encodeOut,
  encodeRequest,
  encodeTrigger,
  HEADER_BYTES,
  nextTag,
  splitMessage,
} from '../../src/transports/usbtmc/messages.ts';
import { goldenJson } from '../support/golden.ts';
import { ramp } from '../support/usbtmc.ts';

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

interface EncodeCase {
  readonly name: string;
  readonly op: string;
  readonly bTag: number;
  readonly payload_hex?: string;
  readonly eom?: boolean;
  readonly transferSize?: number;
  readonly termChar?: number | null;
  readonly expect_hex: string;
}

describe('encode', () => {
  // The link sends no vendor messages.
  const cases = goldenJson<{ cases: EncodeCase[] }>('usbtmc/encode.json').cases.filter(
    ({ op }) => !op.includes('vendor'),
  );
  test.each(cases)('$name', ({ op, bTag, payload_hex = '', eom, transferSize, termChar, expect_hex }) => {
    const transfer =
      op === 'dev_dep_msg_out'
        ? encodeOut(bTag, fromHex(payload_hex), eom!)
        : op === 'trigger'
          ? encodeTrigger(bTag)
          : encodeRequest(bTag, transferSize!, termChar ?? undefined);
    expect(toHex(transfer)).toBe(expect_hex);
  });
});

interface SplitCase {
  readonly name: string;
  readonly message: { readonly length: number };
  readonly maxPayload: number;
  readonly firstTag: number;
  readonly nextTag: number;
  readonly transfers: readonly { hex?: string; length?: number; header_hex?: string; sha256?: string }[];
}

describe('split', () => {
  test.each(goldenJson<{ cases: SplitCase[] }>('usbtmc/split.json').cases)('$name', (expected) => {
    let tag = expected.firstTag;
    const take = () => {
      const taken = tag;
      tag = nextTag(tag);
      return taken;
    };
    const message = ramp(expected.message.length, 7, 3);
    const transfers = [...splitMessage(message, expected.maxPayload, take)].map(({ transfer }) => transfer);
    expect(tag).toBe(expected.nextTag);
    expect(transfers).toHaveLength(expected.transfers.length);
    for (const [index, { hex, length, header_hex, sha256 }] of expected.transfers.entries()) {
      const transfer = transfers[index]!;
      if (hex !== undefined) expect(toHex(transfer)).toBe(hex);
      if (length !== undefined) expect(transfer.length).toBe(length);
      if (header_hex !== undefined) expect(toHex(transfer.subarray(0, HEADER_BYTES))).toBe(header_hex);
      if (sha256 !== undefined) expect(createHash('sha256').update(transfer).digest('hex')).toBe(sha256);
    }
  });
});

interface DecodeCase {
  readonly name: string;
  readonly request: { readonly bTag: number; readonly transferSize: number };
  readonly transfer_hex: string;
  readonly expect: {
    error?: string;
    payload_hex: string;
    transferSize: number;
    eom: boolean;
    termCharMatched: boolean;
  };
}

describe('decode', () => {
  test.each(goldenJson<{ cases: DecodeCase[] }>('usbtmc/decode.json').cases)(
    '$name',
    ({ request, transfer_hex, expect: expected }) => {
      const transfer = fromHex(transfer_hex);
      const header = decodeIn(transfer, request.bTag, request.transferSize);
      // That a transfer is short of what its header promises shows when it ends.
      if (expected.error === 'truncated') {
        expect((header as { sizeBytes: number }).sizeBytes).toBeGreaterThan(transfer.length - HEADER_BYTES);
      } else if (expected.error) {
        expect(header).toBe(expected.error);
      } else {
        expect(header).toEqual({
          sizeBytes: expected.transferSize,
          isLast: expected.eom,
          isTermChar: expected.termCharMatched,
        });
        expect(toHex(transfer.subarray(HEADER_BYTES, HEADER_BYTES + expected.transferSize))).toBe(expected.payload_hex);
      }
    },
  );
});

interface ControlCase {
  readonly name: string;
  readonly op: keyof typeof TMC_REQUEST;
  readonly webusb: { recipient: string; request: number; length: number };
  readonly reply_hex: string;
  readonly interrupt_hex?: string;
  readonly expect: Record<string, unknown>;
}

describe('control', () => {
  test.each(goldenJson<{ cases: ControlCase[] }>('usbtmc/control.json').cases)('$name', (golden) => {
    const { request, recipient, replyBytes } = TMC_REQUEST[golden.op];
    const { webusb, expect: expected } = golden;
    expect({ request, recipient, length: replyBytes }).toEqual({
      request: webusb.request,
      recipient: webusb.recipient,
      length: webusb.length,
    });
    const reply = fromHex(golden.reply_hex);
    const notice = golden.interrupt_hex ? decodeNotice(fromHex(golden.interrupt_hex)) : undefined;
    const capabilities = decodeCapabilities(reply);
    const found: Record<string, unknown> = {
      status: statusOf(reply),
      bTag: reply[1],
      stb: notice?.kind === 'status-byte' ? notice.statusByte : reply[2],
      dataQueued: isDataQueued(reply),
      nBytesTxd: abortedBytes(reply),
      nBytesRxd: abortedBytes(reply),
      bcdUSBTMC: capabilities.bcdUsbtmc,
      indicatorPulse: capabilities.canPulse,
      talkOnly: capabilities.isTalkOnly,
      listenOnly: capabilities.isListenOnly,
      termChar: capabilities.hasTermChar,
      bcdUSB488: capabilities.bcdUsb488,
      is4882: capabilities.is4882,
      renControl: capabilities.hasRemoteControl,
      trigger: capabilities.hasTrigger,
      scpi: capabilities.isScpi,
      sr1: capabilities.isSr1,
      rl1: capabilities.isRl1,
      dt1: capabilities.isDt1,
    };
    for (const [name, value] of Object.entries(expected)) expect([name, found[name]]).toEqual([name, value]);
  });
});

interface NoticeCase {
  readonly hex: string;
  readonly expect: { kind?: 'srq' | 'stb' | 'vendor'; error?: string; stb: number; bTag: number };
}

describe('interrupt', () => {
  test.each(goldenJson<{ cases: NoticeCase[] }>('usbtmc/interrupt.json').cases)('$hex', ({ hex, expect: expected }) => {
    const notice = decodeNotice(fromHex(hex));
    if (expected.error) expect(notice).toBeUndefined();
    else if (expected.kind === 'vendor') expect(notice).toEqual({ kind: 'vendor' });
    else if (expected.kind === 'srq') expect(notice).toEqual({ kind: 'service-request', statusByte: expected.stb });
    else expect(notice).toEqual({ kind: 'status-byte', tag: expected.bTag, statusByte: expected.stb });
  });
});
