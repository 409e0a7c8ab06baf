// The link against simulated instruments that behave as the scripts and recorded dialogues of tests/golden/usbtmc say.

import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../src/base/errors.ts';
import type { UsbtmcFault } from '../../src/devices/sim/usbtmc/faults.ts';
import { goldenJson } from '../support/golden.ts';
import { blockOf, bytesOf, ramp, replyTalker, textOf, usbtmcBench } from '../support/usbtmc.ts';

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const LIMITS = { timeoutMs: 500 };

interface Step {
  readonly repeat?: number;
  readonly query?: string;
  readonly queryBlock?: string;
  readonly clear?: boolean;
  readonly trigger?: boolean;
  readonly readStatusByte?: boolean;
  readonly timeoutMs?: number;
  readonly expect?: number;
  readonly expectText?: string;
  readonly expectError?: string;
  readonly expectBlock?: { readonly length: number };
}

interface Script {
  readonly name: string;
  readonly device: {
    readonly vendorId: number;
    readonly productId: number;
    readonly interface: { readonly number: number; readonly protocol: number };
    readonly bulkOut: { readonly endpoint: number };
    readonly bulkIn: { readonly endpoint: number; readonly packetSize: number };
    readonly interruptIn: { readonly endpoint: number } | null;
    readonly capabilities_hex: string;
    readonly inChunk: number | null;
    readonly padIn: boolean;
    readonly quirk?: string;
    readonly faults?: readonly UsbtmcFault[];
    readonly abortPending?: number;
    readonly clearPending?: number;
    readonly clearDataQueued?: number;
    readonly stbBusy?: number;
    readonly stb?: number;
  };
  readonly replies: readonly { readonly on: string; readonly reply_hex: string }[];
  readonly steps: readonly Step[];
  readonly expectMessages?: readonly string[];
  readonly expectControls?: readonly { readonly bRequest: number; readonly wIndex?: number }[];
  readonly expectClearHalt?: readonly string[];
  readonly expectAllInterfaceRequestsIndex?: number;
  readonly expectRequestCount?: number;
  readonly expectTriggers?: number;
}

/** The category of a script's error. */
function categoryOf({ code, context }: LabError): string {
  if (code === 'device/lost') return 'disconnected';
  if (code === 'device/timeout') return 'timeout';
  return context['status'] === 'stall' || context['fault'] === 'stall' ? 'stall' : 'protocol';
}

function benchOf({ device, replies }: Script) {
  return usbtmcBench({
    talker: replyTalker(
      Object.fromEntries(replies.map(({ on, reply_hex }) => [on.trimEnd(), fromHex(reply_hex).subarray(0, -1)])),
      device.stb,
    ),
    description: {
      vendorId: device.vendorId,
      productId: device.productId,
      interfaceNumber: device.interface.number,
      interfaceProtocol: device.interface.protocol,
      endpointOut: device.bulkOut.endpoint,
      endpointIn: device.bulkIn.endpoint,
      endpointInterrupt: device.interruptIn?.endpoint,
      packetBytes: device.bulkIn.packetSize,
    },
    capabilities: fromHex(device.capabilities_hex),
    padIn: device.padIn,
    isHeaderless: device.quirk === 'rigol-headerless',
    faults: device.faults ?? [],
    abortPending: device.abortPending ?? 0,
    clearPending: device.clearPending ?? 0,
    hasRemains: device.clearDataQueued !== undefined,
    remainsBytes: device.clearDataQueued ?? 0,
    statusBusy: device.stbBusy ?? 0,
    ...(device.inChunk === null ? {} : { inChunk: device.inChunk }),
  });
}

describe('mock scripts', () => {
  const scripts = goldenJson<{ scripts?: Script[]; cases?: Script[] }>('usbtmc/mock-scripts.json');
  test.each(scripts.scripts ?? scripts.cases!)('$name', async (script) => {
    const { clock, simulated, noted, link } = await benchOf(script);
    noted.controls.length = 0;
    for (const step of script.steps) {
      const limits = { timeoutMs: step.timeoutMs ?? LIMITS.timeoutMs };
      const ask = async (text: string) => {
        await link.send(bytesOf(text), limits);
        return link.receive(limits);
      };
      for (let count = 0; count < (step.repeat ?? 1); count++) {
        if (step.clear) await clock.settle(link.clear());
        if (step.trigger) await clock.settle(link.trigger(limits));
        if (step.readStatusByte) expect(await clock.settle(link.readStatusByte(limits))).toBe(step.expect);
        const text = step.query ?? step.queryBlock;
        if (text === undefined) continue;
        const outcome = await clock.settle(ask(text).catch((error: unknown) => error as LabError));
        if (outcome instanceof LabError) {
          expect([outcome.message, categoryOf(outcome)]).toEqual([outcome.message, step.expectError]);
          if (step.expectError !== 'disconnected') await clock.settle(link.clear());
          continue;
        }
        expect(step.expectError).toBeUndefined();
        if (step.expectText !== undefined) expect(textOf(outcome)).toBe(step.expectText);
        if (step.expectBlock) expect(outcome).toEqual(blockOf(ramp(step.expectBlock.length, 5, 1)));
      }
    }
    if (script.expectMessages) expect(simulated.messages.map(textOf)).toEqual(script.expectMessages);
    for (const { bRequest, wIndex } of script.expectControls ?? []) {
      const index = wIndex ?? expect.anything();
      expect(noted.controls).toContainEqual(expect.objectContaining({ request: bRequest, index }));
    }
    for (const halt of script.expectClearHalt ?? []) expect(noted.clearedHalts).toContain(halt);
    if (script.expectAllInterfaceRequestsIndex !== undefined) {
      const indices = noted.controls.filter(({ recipient }) => recipient === 'interface').map(({ index }) => index);
      for (const index of indices) expect(index).toBe(script.expectAllInterfaceRequestsIndex);
    }
    if (script.expectRequestCount !== undefined) expect(simulated.requestCount).toBe(script.expectRequestCount);
    if (script.expectTriggers !== undefined) expect(simulated.triggerCount).toBe(script.expectTriggers);
    expect(noted.mostReads).toBeLessThanOrEqual(1);
  });
});

interface Event {
  readonly t: string;
  readonly hex?: string;
}

interface Dialogue {
  readonly name: string;
  readonly interface: { readonly interruptIn: unknown };
  readonly events: readonly Event[];
  readonly messagesSeenByInstrument_hex: readonly string[];
  readonly result: { text?: string; sha256?: string; length?: number; stb?: readonly number[]; secondAttempt?: string };
}

/** What the instrument of a dialogue is like. */
const CHARACTER: Readonly<Record<string, object>> = {
  'clear-pending-twice': { clearPending: 2 },
  'reply-in-chunks': { inChunk: 500 },
  'small-requests': { inChunk: 256 },
  'rigol-headerless': {
    isHeaderless: true,
    headerPieceBytes: 64,
    description: { vendorId: 0x1ab1, productId: 0x0588 },
  },
  'timeout-abort': { abortPending: 1, faults: [{ onRequest: 1, kind: 'no-data', dropReply: false }] },
};

describe('dialogues', () => {
  const names = readdirSync('tests/golden/usbtmc/dialogues').map((name) => name.replace('.json', ''));
  test.each(names)('%s comes to the same result', async (name) => {
    const dialogue = goldenJson<Dialogue>(`usbtmc/dialogues/${name}.json`);
    const { result } = dialogue;
    const asked = dialogue.messagesSeenByInstrument_hex.map((hex) => textOf(fromHex(hex)));
    const text = result.text ?? result.secondAttempt?.split('\n')[0];
    const answer = result.length === undefined ? bytesOf(text ?? '') : blockOf(ramp(1200, 5, 0));
    const { clock, simulated, link } = await usbtmcBench(
      {
        talker: replyTalker(
          Object.fromEntries(asked.map((question) => [question, answer])),
          (result.stb?.[0] ?? 0) & ~0x10,
        ),
        ...CHARACTER[name],
        ...(dialogue.interface.interruptIn ? {} : { description: { endpointInterrupt: undefined } }),
      },
      name === 'termchar' ? ';'.charCodeAt(0) : undefined,
    );
    if (result.stb) {
      // The recorded bytes have bit 4 set, which a link adds where an answer waits: there is none here.
      for (const stb of result.stb) expect(await clock.settle(link.readStatusByte(LIMITS))).toBe(stb & ~0x10);
      return;
    }
    let outcome: Uint8Array | undefined;
    for (const question of asked) {
      outcome = await clock.settle(
        (async () => {
          await link.send(bytesOf(question), LIMITS);
          return link.receive(LIMITS);
        })().catch(() => undefined),
      );
      if (!outcome) await clock.settle(link.clear());
    }
    expect(simulated.messages.map((message) => textOf(message).trimEnd())).toEqual(asked);
    if (result.sha256) {
      const whole = Buffer.concat([outcome!, bytesOf('\n')]);
      expect(whole.length).toBe(result.length);
      expect(createHash('sha256').update(whole).digest('hex')).toBe(result.sha256);
    } else {
      expect(textOf(outcome!)).toBe(text);
    }
  });
});
