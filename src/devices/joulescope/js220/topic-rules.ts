// What the host adds to a published topic: its own topics (rate, filter, factors) become settings of the instrument's
// decimators, and the switches of the streams follow the rule that the link cannot carry three signals at full rate.

import { LabError } from '../../../base/errors.ts';
import type { Js220Versions } from './admin.ts';
import { PORT } from './constants.ts';
import type { Js220HostSettings } from './host-settings.ts';
import type { Js220Processor } from './processor.ts';
import type { PlainValue, Publisher } from './publisher.ts';
import { canDecimate, JS220_STREAMS, type Js220RateChoice, planRates, STATISTICS_TOPIC } from './streams.ts';
import { factorOf, filterOf, invalid, rateOf, switchOf } from './topics.ts';
import type { TypedValue } from './values.ts';

const INPUT_MODE_TOPIC = 's/gpi/+/dwnN/mode';
const SWITCHES = new Map<string, number>([
  ...JS220_STREAMS.map(({ controlTopic, port }): [string, number] => [controlTopic, port]),
  [STATISTICS_TOPIC, PORT.statistics],
]);
/** Commands that change the outputs, and what each makes of their levels (bit n = output n). */
const OUTPUT_COMMANDS: Readonly<Record<string, (levels: number, bits: number) => number>> = {
  's/gpo/+/!set': (levels, bits) => levels | bits,
  's/gpo/+/!clr': (levels, bits) => levels & ~bits,
  's/gpo/+/!value': (_levels, bits) => bits,
};
/** Levels of the outputs as the host left them: the instrument does not tell them. */
export const OUTPUTS_TOPIC = 'h/gpo';
const ANALOG_PORTS: readonly number[] = [PORT.current, PORT.voltage, PORT.power];

export class TopicRules {
  readonly #publisher: Publisher;
  readonly #processor: Js220Processor;
  readonly #host: Js220HostSettings;
  #canDecimate = false;

  constructor(publisher: Publisher, processor: Js220Processor, host: Js220HostSettings) {
    this.#publisher = publisher;
    this.#processor = processor;
    this.#host = host;
  }

  /** After the instrument told its values: takes over what runs, and sets its decimators. */
  async adopt(versions: Js220Versions): Promise<void> {
    this.#canDecimate = canDecimate(versions);
    const { values } = this.#publisher;
    const { rateChoice, scale } = this.#host;
    this.#noteHost('h/fs', rateChoice.sampleRateHz);
    this.#noteHost('h/filter', rateChoice.filter === 'sinc1' && this.#canDecimate ? 1 : 0);
    this.#noteHost('h/i_scale', scale.current);
    this.#noteHost('h/v_scale', scale.voltage);
    this.#noteHost(OUTPUTS_TOPIC, 0);
    this.#processor.setScale(scale);
    for (const [topic, port] of SWITCHES) if (values.get(topic)) this.#processor.enable(port, true);
    const areInputsDecimated = Number(values.get(INPUT_MODE_TOPIC) ?? 0) !== 0;
    await this.#setRates({ ...this.#host.rateChoice, areInputsDecimated });
  }

  /** Nothing is sent for a value that the topic has already. */
  async publish(topic: string, value: PlainValue): Promise<void> {
    if (topic.startsWith('h/')) {
      await this.#publishHost(topic, value);
      return;
    }
    const port = SWITCHES.get(topic);
    const typed = this.#publisher.coerce(topic, port === undefined ? value : switchOf(topic, value));
    if (port !== undefined) {
      if (this.#processor.isEnabled(port) !== (typed.value === 1)) await this.#switch(topic, port, typed);
      return;
    }
    if (this.#publisher.isKnown(topic, typed)) return;
    if (topic === INPUT_MODE_TOPIC) {
      await this.#setRates({ ...this.#host.rateChoice, areInputsDecimated: Number(typed.value) !== 0 });
    }
    await this.#publisher.publish(topic, typed);
    const outputs = OUTPUT_COMMANDS[topic];
    if (outputs) {
      this.#noteHost(OUTPUTS_TOPIC, outputs(Number(this.#publisher.values.get(OUTPUTS_TOPIC)), Number(typed.value)));
    }
  }

  async #publishHost(topic: string, value: PlainValue): Promise<void> {
    if (topic === 'h/fs') {
      await this.#setRates({ ...this.#host.rateChoice, sampleRateHz: rateOf(topic, value) });
    } else if (topic === 'h/filter') {
      await this.#setFilter(topic, value);
    } else if (topic === 'h/i_scale' || topic === 'h/v_scale') {
      const factor = factorOf(topic, value);
      this.#host.scale = { ...this.#host.scale, [topic === 'h/i_scale' ? 'current' : 'voltage']: factor };
      this.#processor.setScale(this.#host.scale);
    } else if (topic !== 'h/fp') {
      // h/fp sets the size of the vendor host's messages; ours are as long as frames.
      throw invalid(topic, value);
    }
    this.#publisher.note(topic, this.#publisher.coerce(topic, value));
  }

  async #setFilter(topic: string, value: PlainValue): Promise<void> {
    const filter = filterOf(topic, value);
    if (filter === 'sinc1' && !this.#canDecimate) {
      throw new LabError(
        'device/unsupported',
        'The sinc1 filter needs firmware 1.3.0 in this JS220. Update it with the Joulescope UI, or use wideband.',
      );
    }
    await this.#setRates({ ...this.#host.rateChoice, filter });
  }

  async #switch(topic: string, port: number, value: TypedValue): Promise<void> {
    const wasEnabled = this.#processor.isEnabled(port);
    const wasPowerComputed = this.#processor.isPowerComputed;
    this.#processor.enable(port, value.value !== 0);
    if (ANALOG_PORTS.includes(port) && this.#processor.isPowerComputed) {
      await this.#tell('s/p/ctrl', 0);
      await this.#tell('s/i/ctrl', 1);
      await this.#tell('s/v/ctrl', 1);
      this.#publisher.note(topic, value);
      return;
    }
    try {
      await this.#publisher.publish(topic, value);
    } catch (error) {
      this.#processor.enable(port, wasEnabled);
      throw error;
    }
    // With one of the others gone, the link has room for the instrument's own power again.
    if (wasPowerComputed && ANALOG_PORTS.includes(port) && port !== PORT.power) await this.#tell('s/p/ctrl', 1);
  }

  /** Streams pause while the decimators change. Without memory for the new rates they go on at the old ones. */
  async #setRates(choice: Js220RateChoice): Promise<void> {
    const rates = planRates(choice);
    const running = [...SWITCHES].filter(([, port]) => this.#processor.isEnabled(port));
    for (const [topic] of running) await this.#tell(topic, 0);
    try {
      this.#processor.setRates(rates);
      this.#host.rateChoice = choice;
      if (this.#canDecimate) {
        await this.#tell('s/dwnN/N', rates.instrumentAnalogFactor);
        await this.#tell('s/gpi/+/dwnN/N', rates.instrumentInputFactor);
      }
    } finally {
      for (const [topic, port] of running) {
        if (port !== PORT.power || !this.#processor.isPowerComputed) await this.#tell(topic, 1);
      }
    }
  }

  #noteHost(topic: string, value: number): void {
    this.#publisher.note(topic, { type: 'f64', value });
  }

  /** Something that the host decides by itself: always a u32, and retained. */
  #tell(topic: string, value: number): Promise<void> {
    return this.#publisher.publish(topic, { type: 'u32', value }, true);
  }
}
