// The long run of `npm run soak bridge`: a bridge of its own with everything at once. Numbered bytes at full rate both ways,
// a page that reads slowly, connections that come and go, Channel Access clients. At the end every byte is accounted
// for, and the memory of the bridge is flat.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { type BridgeProcess, startBridgeProcess } from '../../support/bridge-process.ts';
import { startTarget } from '../../support/counted-target.ts';
import { residentBytes } from '../../support/process-memory.ts';
import { Comers } from './comers.ts';
import { Laboratory } from './laboratory.ts';
import { Streams } from './streams.ts';

const MIB = 2 ** 20;
const SAMPLE_MS = 1000;
/** The run in tenths: the first warms up, the second is what the later ones are held against. */
const PARTS = 10;
/** A median beyond that of the second tenth by more than this is a leak. */
const MAX_GROWTH_BYTES = 32 * MIB;
/** What the bridge may hold (8 MiB) and the buffers of the four ends of two TCP connections on this computer (6 MiB each). */
const MAX_HELD_BYTES = 32 * MIB;

const ORIGIN = 'http://localhost:4173';
const inMib = (bytes: number): string => (bytes / MIB).toFixed(0);
const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Resolves with what is wrong. */
export async function soakBridge(durationS: number, say: (line: string) => void): Promise<string[]> {
  const arrived: Socket[] = [];
  const instrument = await startTarget((socket) => arrived.push(socket));
  const echo = await startTarget((socket) => socket.pipe(socket));
  const allow = [instrument, echo].flatMap(({ port }) => ['--allow', `127.0.0.1:${port}`]);
  const bridge = (await startBridgeProcess('--port', '0', ...allow, '--epics', '--epics-port', '0')) as BridgeProcess;
  // also where this process breaks off
  process.once('exit', () => bridge.process.kill());
  const open = (port: number, origin = ORIGIN) =>
    new WebSocket(`${bridge.url}/tcp?host=127.0.0.1&port=${port}`, 'pulsebench', { origin });
  const joined = async (isSlow: boolean) => {
    const page = open(instrument.port);
    await once(page, 'message');
    while (arrived.length === 0) await new Promise((wake) => setTimeout(wake, 1));
    return new Streams(page, arrived.shift()!, { isSlow });
  };

  const fast = await joined(false);
  const slow = await joined(true);
  const comers = await Comers.start(bridge.port, open, echo);
  const laboratory = await Laboratory.start(bridge.url, bridge.epics!);
  const start = performance.now();
  const medians: number[] = [];
  for (let part = 1; part <= PARTS; part++) {
    const samples: number[] = [];
    const endMs = (part * durationS * 1000) / PARTS;
    while (performance.now() - start < endMs) {
      samples.push(residentBytes(bridge.process.pid!));
      await new Promise((wake) => setTimeout(wake, SAMPLE_MS));
    }
    medians.push(medianOf(samples));
    say(
      `${((performance.now() - start) / 1000).toFixed(0)} s: ${inMib(fast.byteCount)} MiB at full rate, ` +
        `${inMib(slow.byteCount)} MiB slowly, ${comers.count} came and went; memory ${inMib(medianOf(samples))} MiB, ` +
        `at most ${inMib(Math.max(...samples))} MiB`,
    );
  }
  const elapsedS = (performance.now() - start) / 1000;

  const problems = (await Promise.all([fast.end(), slow.end(), comers.end(), laboratory.end()])).flat();
  say(`${(fast.byteCount / MIB / elapsedS).toFixed(0)} MiB/s, both ways together; ${laboratory.summary}`);
  say(`${inMib(slow.maxHeldBytes)} MiB at most were under way to the page that reads slowly`);
  if (slow.maxHeldBytes > MAX_HELD_BYTES) problems.push('more was held for the page that reads slowly than may be');
  if (Math.max(...medians.slice(1)) > medians[1]! + MAX_GROWTH_BYTES) problems.push('memory grew');
  if (bridge.process.exitCode !== null) problems.push(`the bridge ended with ${bridge.process.exitCode}`);
  bridge.process.kill('SIGTERM');
  const [code] = (await once(bridge.process, 'exit')) as [number | null];
  if (code !== 0) problems.push(`the bridge ended with ${code} when it was told to`);
  instrument.close();
  echo.close();
  return problems;
}
