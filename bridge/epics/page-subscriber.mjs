// The variables of the laboratory that a page listens to, and may write where the bridge was told so. While the page is
// behind, the newest value of each waits.

const MAX_SUBSCRIPTIONS = 1000;
const MAX_PUTS_UNDER_WAY = 100;

export class PageSubscriber {
  #client;
  #mayPut;
  #outlet;
  #log;
  #putsUnderWay = 0;
  /** By the page's own number. @type {Map<number, import('./ca-client.mjs').ClientChannel>} */
  #channels = new Map();
  #waiting = new Map();

  /**
   * @param {import('./ca-client.mjs').CaClient} client
   * @param {{ mayPut: (name: string) => boolean, log: (line: string) => void, from: string,
   *   outlet: { tell(message: object): void, isFull: boolean } }} options
   */
  constructor(client, { mayPut, outlet, log, from }) {
    this.#client = client;
    this.#mayPut = mayPut;
    this.#outlet = outlet;
    this.#log = (line) => log(`${line} by a page of ${from}`);
  }

  subscribe({ id, name }) {
    const isFree = Number.isInteger(id) && !this.#channels.has(id) && this.#channels.size < MAX_SUBSCRIPTIONS;
    if (!isFree || typeof name !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(name)) {
      this.#outlet.tell({
        op: 'fault',
        id,
        reason: 'This subscription is not taken: no name, a number twice or too many.',
      });
      return;
    }
    const tell = (op, more) => this.#outlet.tell({ op, id, ...more });
    const channel = this.#client.channel(name, {
      onConnected: (about) => tell('connected', about),
      onDisconnected: (reason) => {
        this.#waiting.delete(id);
        tell('disconnected', { reason });
      },
      onRights: (isWritable) => tell('rights', { isWritable }),
      onFault: (reason) => tell('fault', { reason }),
      onValue: (reading) => this.#offer(id, channel.type, reading),
    });
    this.#channels.set(id, channel);
  }

  unsubscribe({ id }) {
    this.#channels.get(id)?.close();
    this.#channels.delete(id);
    this.#waiting.delete(id);
  }

  async write({ id, put, values }) {
    const channel = this.#channels.get(id);
    let reason;
    try {
      if (!channel) throw new Error('There is no such subscription.');
      if (!this.#mayPut(channel.name))
        throw new Error(`Start the bridge with --epics-put ${channel.name} to write it.`);
      const data = values?.[0]?.data;
      if (data === undefined || values[0].type !== channel.type) throw new Error(`${channel.name} is ${channel.type}.`);
      if (this.#putsUnderWay >= MAX_PUTS_UNDER_WAY) throw new Error('Too many writes are under way.');
      this.#putsUnderWay++;
      try {
        await channel.put(data);
      } finally {
        this.#putsUnderWay--;
      }
    } catch (error) {
      reason = error.message;
    }
    this.#log(`put into ${channel?.name} ${reason === undefined ? 'done' : `refused (${reason})`}`);
    this.#outlet.tell({ op: 'written', put, ...(reason === undefined ? {} : { reason }) });
  }

  /** The page has taken what was sent. */
  drained() {
    for (const [id, value] of this.#waiting) {
      if (this.#outlet.isFull) return;
      this.#waiting.delete(id);
      this.#outlet.tell({ op: 'value', values: [value] });
    }
  }

  close() {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
    this.#waiting.clear();
  }

  #offer(id, type, { values, utcNs, status, severity }) {
    const value = { id, type, data: values, utcNs: utcNs?.toString(), status, severity };
    if (!this.#outlet.isFull) {
      this.#outlet.tell({ op: 'value', values: [value] });
      return;
    }
    const older = this.#waiting.get(id);
    if (older) value.passedOverCount = (older.passedOverCount ?? 0) + 1;
    this.#waiting.set(id, value);
  }
}
