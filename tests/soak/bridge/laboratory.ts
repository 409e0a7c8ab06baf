// A page that serves variables to Channel Access clients: those that read, one that does not, and one that writes.

import { CaClient } from '../../../bridge/epics/ca-client.mjs';
import { RawCircuit, wire, wireMask } from '../../support/ca-wire.ts';
import { monitor } from '../../support/epics-lab.ts';
import { Page } from '../../support/epics-page.ts';

const CLIENT_COUNT = 4;
const UPDATE_MS = 20;
const PUT_MS = 100;
const POINT_COUNT = 10_000;
const LAST_VALUE_TIMEOUT_MS = 30_000;
/** EVENT_ADD of Channel Access, a DBR_TIME_DOUBLE, and the mask for values. */
const EVENT_ADD = 1;
const TIME_DOUBLE = 20;
const VALUE = 1;

const COUNTER = 'SOAK:counter';
const WAVE = 'SOAK:wave';
const SET = 'SOAK:set';

/** Each value is a count that only grows; a wave has it in every point. */
class Monitor {
  heardCount = 0;
  newest = 0;
  readonly problems: string[] = [];

  constructor(client: CaClient, name: string) {
    client.channel(name, {
      onConnected: () => undefined,
      onDisconnected: (reason: string) => this.problems.push(`${name} was disconnected: ${reason}`),
      onValue: ({ values }: { values: ArrayLike<number | string> }) => {
        const value = Number(values[0]);
        if (value < this.newest) this.problems.push(`${name} went back from ${this.newest} to ${value}`);
        if (values[values.length - 1] !== values[0]) this.problems.push(`${name} was mixed of two values`);
        this.newest = value;
        this.heardCount++;
      },
      onRights: () => undefined,
      onFault: (reason: string) => this.problems.push(`${name}: ${reason}`),
    });
  }
}

export class Laboratory {
  readonly #page: Page;
  readonly #ports: { readonly tcp: number; readonly udp: number };
  readonly #clients: readonly CaClient[];
  readonly #monitors: readonly Monitor[];
  readonly #problems: string[] = [];
  #updateCount = 0;
  #putCount = 0;
  #isOn = true;
  #finished: Promise<unknown> = Promise.resolve();

  private constructor(page: Page, ports: { readonly tcp: number; readonly udp: number }) {
    this.#page = page;
    this.#ports = ports;
    const addresses = [{ host: '127.0.0.1', port: ports.udp }];
    this.#clients = Array.from({ length: CLIENT_COUNT }, () => new CaClient({ addresses }));
    this.#monitors = this.#clients.flatMap((client) => [new Monitor(client, COUNTER), new Monitor(client, WAVE)]);
  }

  static async start(url: string, ports: { readonly tcp: number; readonly udp: number }): Promise<Laboratory> {
    const page = await Page.open(url);
    page.say({
      op: 'define',
      pvs: [
        { name: COUNTER, type: 'DOUBLE' },
        { name: WAVE, type: 'DOUBLE', maxCount: POINT_COUNT },
        { name: SET, type: 'DOUBLE', isWritable: true },
      ],
    });
    await page.next('defined');
    const laboratory = new Laboratory(page, ports);
    laboratory.#update();
    laboratory.#finished = Promise.all([
      laboratory.#keepUpdating(),
      laboratory.#keepPutting(),
      laboratory.#readNothing(),
    ]);
    return laboratory;
  }

  get summary(): string {
    const heard = this.#monitors.reduce((sum, { heardCount }) => sum + heardCount, 0);
    return `${this.#updateCount} updates, ${heard} heard by ${CLIENT_COUNT} clients, ${this.#putCount} puts`;
  }

  /** Resolves with what is wrong. */
  async end(): Promise<string[]> {
    this.#isOn = false;
    await this.#finished;
    const end = performance.now() + LAST_VALUE_TIMEOUT_MS;
    const isBehind = () => this.#monitors.some(({ newest }) => newest !== this.#updateCount);
    while (isBehind() && performance.now() < end) await new Promise((wake) => setTimeout(wake, 10));
    if (isBehind()) this.#problems.push('not every Channel Access client has the last value');
    for (const client of this.#clients) client.close();
    this.#page.socket.terminate();
    return [...this.#problems, ...this.#monitors.flatMap(({ problems }) => problems)];
  }

  #update(): void {
    const count = ++this.#updateCount;
    const data = Array.from({ length: POINT_COUNT }, () => count);
    this.#page.say({
      op: 'update',
      values: [
        { name: COUNTER, type: 'DOUBLE', data: [count] },
        { name: WAVE, type: 'DOUBLE', data },
      ],
    });
  }

  async #keepUpdating(): Promise<void> {
    while (this.#isOn) {
      await new Promise((wake) => setTimeout(wake, UPDATE_MS));
      this.#update();
    }
  }

  async #keepPutting(): Promise<void> {
    const { rights, channel } = monitor(this.#clients[0]!, SET);
    while (rights.length === 0 && this.#isOn) await new Promise((wake) => setTimeout(wake, 10));
    while (this.#isOn) {
      const done = channel.put(Float64Array.of(++this.#putCount));
      const { put, values } = await this.#page.next('put', LAST_VALUE_TIMEOUT_MS);
      if (values![0]!.data![0] !== this.#putCount) this.#problems.push(`put ${this.#putCount} came as another`);
      this.#page.say({ op: 'put-done', put });
      await done;
      await new Promise((wake) => setTimeout(wake, PUT_MS));
    }
  }

  /** Subscribes to the waves and takes none, until the bridge lets it go; then again. */
  async #readNothing(): Promise<void> {
    while (this.#isOn) {
      const circuit = await RawCircuit.open(this.#ports.tcp);
      await circuit.take(1);
      circuit.send(wire(0, { dataCount: 13 }));
      const { sid } = await circuit.create(WAVE);
      circuit.socket.pause();
      circuit.send(wire(EVENT_ADD, { dataType: TIME_DOUBLE, p1: sid, p2: 7, payload: wireMask(VALUE) }));
      while (this.#isOn && !circuit.socket.closed) await new Promise((wake) => setTimeout(wake, 100));
      circuit.socket.destroy();
    }
  }
}
