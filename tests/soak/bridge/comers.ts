// Connections that come and go beside the others: some ask an instrument for an echo, some break off, some are refused,
// some never finish their handshake.

import { once } from 'node:events';
import { connect } from 'node:net';
import type WebSocket from 'ws';
import { startTarget, type Target } from '../../support/counted-target.ts';
import { NumberedReader, NumberedWriter } from './numbered-bytes.ts';

const PAUSE_MS = 50;
const ECHO_BYTES = 4096;
const ANSWER_TIMEOUT_MS = 60_000;
/** Close code of a refusal (RFC 6455, 7.4.1: policy violation). */
const REFUSED = 1008;
/** Silence of a handshake that is never finished. */
const HALF_OPEN_MS = 2000;
/** The bridge gives an instrument 5 s for the last bytes. */
const GONE_TIMEOUT_MS = 10_000;

export type Open = (port: number, origin?: string) => WebSocket;

export class Comers {
  readonly #bridgePort: number;
  readonly #open: Open;
  readonly #echo: Target;
  readonly #unnamed: Target;
  readonly #problems: string[] = [];
  #isOn = true;
  #count = 0;
  #finished: Promise<void> = Promise.resolve();

  private constructor(bridgePort: number, open: Open, echo: Target, unnamed: Target) {
    this.#bridgePort = bridgePort;
    this.#open = open;
    this.#echo = echo;
    this.#unnamed = unnamed;
  }

  /** `echo` sends back what it gets, and the bridge reaches it. */
  static async start(bridgePort: number, open: Open, echo: Target): Promise<Comers> {
    const comers = new Comers(bridgePort, open, echo, await startTarget(() => undefined));
    comers.#finished = comers.#come();
    return comers;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves with what is wrong. */
  async end(): Promise<string[]> {
    this.#isOn = false;
    await this.#finished;
    const end = performance.now() + GONE_TIMEOUT_MS;
    while (this.#echo.openCount > 0 && performance.now() < end) await new Promise((wake) => setTimeout(wake, 10));
    const { openCount } = this.#echo;
    const { connectionCount } = this.#unnamed;
    this.#unnamed.close();
    return [
      ...this.#problems,
      ...(openCount === 0 ? [] : [`${openCount} connections to the instrument were left open`]),
      ...(connectionCount === 0 ? [] : [`${connectionCount} connections to an instrument that was not named`]),
    ];
  }

  async #come(): Promise<void> {
    const visits = [
      () => this.#askForEcho(),
      () => this.#breakOff(),
      () => this.#askForUnnamed(),
      () => this.#comeFromElsewhere(),
      () => this.#stayHalfOpen(),
    ];
    while (this.#isOn) {
      try {
        await visits[this.#count % visits.length]!();
      } catch (error) {
        this.#problems.push(`visit ${this.#count}: ${String(error)}`);
      }
      this.#count++;
      await new Promise((wake) => setTimeout(wake, PAUSE_MS));
    }
  }

  async #askForEcho(): Promise<void> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const page = this.#open(this.#echo.port);
    const [writer, reader] = [new NumberedWriter(), new NumberedReader()];
    const answered = new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the echo did not come')));
      page.on('message', (bytes: Buffer, isBinary) => {
        if (isBinary) reader.take(bytes);
        if (reader.byteCount === ECHO_BYTES) resolve();
      });
    });
    await once(page, 'open', { signal });
    page.send(writer.next(ECHO_BYTES));
    await answered;
    if (!reader.isWhole) throw new Error('the echo was another');
    page.close();
    await once(page, 'close', { signal });
  }

  async #breakOff(): Promise<void> {
    const page = this.#open(this.#echo.port);
    await once(page, 'open', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    page.send(new NumberedWriter().next());
    page.terminate();
  }

  async #askForUnnamed(): Promise<void> {
    const page = this.#open(this.#unnamed.port);
    const [code] = (await once(page, 'close', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })) as [number];
    if (code !== REFUSED) throw new Error(`an instrument that was not named was closed with ${code}`);
  }

  async #comeFromElsewhere(): Promise<void> {
    const page = this.#open(this.#echo.port, 'http://127.0.0.1.evil.example');
    const [error] = (await once(page, 'error', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) })) as [Error];
    if (!error.message.includes('403')) throw error;
  }

  async #stayHalfOpen(): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: this.#bridgePort });
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    socket.on('error', () => socket.destroy());
    socket.write('GET /tcp HTTP/1.1\r\nHost: ');
    setTimeout(() => socket.destroy(), HALF_OPEN_MS);
  }
}
