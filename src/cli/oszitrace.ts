// `oszitrace`: reads the traces of one oscilloscope as OsziTrace does, configured by OSZI_ names of the environment and of
// --set, and prints what init-talk found and every trace.

import { assert } from '../base/assert.ts';
import { systemClock } from '../base/clock.ts';
import {
  instrumentAddress,
  OSZI_NAMES,
  type OsziConfiguration,
  type OsziSettings,
  parseConfiguration,
} from '../devices/oszitrace/configuration.ts';
import { DEFAULT_TIMEOUT_S, type OsziTrace, type Retry, reachOf } from '../devices/oszitrace/dialogue.ts';
import { makeDialogue } from '../devices/oszitrace/dialogues.ts';
import { type InitTalk, parseInitTalk } from '../devices/oszitrace/init-talk.ts';
import { Rounds } from '../devices/oszitrace/rounds.ts';
import { ScpiSession } from '../devices/scpi/session.ts';
import { openInstrumentLink } from './instrument-link.ts';
import { toJson } from './json.ts';
import { readInput } from './session.ts';
import { printLine } from './terminal-text.ts';
import { Arguments, UsageError } from './usage.ts';

export const OSZITRACE_HELP = `Names of oszitrace, from the environment or --set NAME=VALUE:
${OSZI_NAMES.map(({ name, does }) => `  ${name.padEnd(22)}${does}`).join('\n')}`;

export async function oszitrace(args: readonly string[]): Promise<void> {
  const parsed = new Arguments(args, {
    words: [],
    values: ['frames', 'timeout'],
    repeats: ['set', 'channel'],
    switches: ['arm', 'json'],
  });
  const configuration = parseConfiguration({ ...environment(), ...assignments(parsed.list('set')) });
  const channels = chosenChannels(configuration, parsed.list('channel'));
  const timeoutS = seconds(parsed.value('timeout'));
  const talk = configuration.initTalkPath === undefined ? [] : readTalk(configuration.initTalkPath);
  let session: ScpiSession | undefined;
  const connect = async () => {
    session = await openSession(configuration);
    return session;
  };
  try {
    const dialogue = await makeDialogue(configuration, systemClock, connect);
    const printer = new Printer(channels, parsed.count('frames') ?? 1, parsed.has('json'));
    const rounds: Rounds = new Rounds(dialogue, {
      clock: systemClock,
      channels,
      timeoutS,
      onReady: async () => {
        printer.begin(configuration, dialogue.parameters);
        if (parsed.has('arm')) await rounds.arm();
      },
      onTrace: (channel, trace) => printer.trace(channel, trace),
      onRetry: (channel, retry) => printer.retry(channel, retry),
      onRound: async () => {
        if (printer.isDone) rounds.stop();
        else if (printer.hasWholeFrame() && parsed.has('arm')) await rounds.arm();
      },
    });
    await rounds.run(talk);
    if (rounds.error) throw rounds.error;
  } finally {
    await session?.close();
  }
}

function environment(): OsziSettings {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('OSZI_')));
}

function assignments(list: readonly string[]): OsziSettings {
  return Object.fromEntries(
    list.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 1) throw new UsageError(`--set needs NAME=VALUE, not "${text}".`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function chosenChannels({ channels }: OsziConfiguration, wanted: readonly string[]): readonly string[] {
  const unknown = wanted.find((name) => !channels.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no channel "${unknown}"; known are ${channels.join(', ')}.`);
  return wanted.length === 0 ? channels : channels.filter((name) => wanted.includes(name));
}

function seconds(text: string | undefined): number {
  const value = text === undefined ? DEFAULT_TIMEOUT_S : Number(text);
  if (value >= 0 && Number.isFinite(value) && text?.trim() !== '') return value;
  throw new UsageError(`--timeout needs seconds, not "${text}".`);
}

function readTalk(path: string): InitTalk {
  return parseInitTalk(new TextDecoder().decode(readInput(path)));
}

async function openSession(configuration: OsziConfiguration): Promise<ScpiSession> {
  const address = instrumentAddress(configuration);
  assert(address, 'the simulated dialogue asks for no session');
  const { timeoutMs } = configuration;
  const link = await openInstrumentLink(address.host, address.port);
  return new ScpiSession(link, { clock: systemClock, ...(timeoutMs !== undefined && { timeoutMs }) });
}

/** Counts and prints; frame 0 is the first trace of each channel. */
class Printer {
  readonly #frameCount: number;
  readonly #asJson: boolean;
  readonly #counts: Map<string, number>;
  #wholeFrames = 0;

  constructor(channels: readonly string[], frameCount: number, asJson: boolean) {
    this.#counts = new Map(channels.map((channel) => [channel, 0]));
    this.#frameCount = frameCount;
    this.#asJson = asJson;
  }

  get isDone(): boolean {
    return this.#least() >= this.#frameCount;
  }

  /** Whether every channel brought one more trace since it was asked last. */
  hasWholeFrame(): boolean {
    const least = this.#least();
    const isWhole = least > this.#wholeFrames;
    this.#wholeFrames = least;
    return isWhole;
  }

  begin({ prefix, name, dialogue }: OsziConfiguration, parameters: unknown): void {
    const channels = [...this.#counts.keys()];
    if (this.#asJson) printLine(toJson({ prefix, name, dialogue, channels, parameters }));
    else
      printLine(`${prefix}:${name} (${dialogue}), channels ${channels.join(', ')}, parameters ${toJson(parameters)}`);
  }

  trace(channel: string, trace: OsziTrace): void {
    const frame = this.#counts.get(channel)!;
    this.#counts.set(channel, frame + 1);
    if (frame >= this.#frameCount) return;
    const { values, unit, axisName, axisUnit, x0, dx } = trace;
    if (this.#asJson) {
      const axis = { name: axisName, unit: axisUnit };
      const where = { xoffset: x0, xdelta: dx, xreach: reachOf(trace) };
      printLine(toJson({ frame, channel, axis, unit, ...where, signal: values }));
    } else {
      printLine(
        `${channel} ${frame}: ${values.length} points${unit && ` in ${unit}`}, ${axisName} from ${x0} by ${dx} ${axisUnit}`.trim(),
      );
    }
  }

  retry(channel: string, retry: Retry): void {
    if (this.#asJson) {
      const reason = retry.kind === 'empty-retry' ? { reason: retry.reason } : {};
      printLine(toJson({ channel, retry: retry.kind, ...reason }));
    } else printLine(`${channel}: ${retry.kind === 'empty-retry' ? retry.reason : 'waiting for trigger'}`);
  }

  #least(): number {
    return Math.min(...this.#counts.values());
  }
}
