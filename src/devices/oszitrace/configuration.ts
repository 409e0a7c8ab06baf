// The configuration of OsziTrace, in its own names (`OSZI_…`): a dialogue with its options, channels, an instrument's
// address. What is not an OSZI_ name is left alone; a name that is not known is refused.

import { LabError } from '../../base/errors.ts';
import { SIM_DEFAULTS, type SimOptions } from './sim.ts';

/** Name and value as given; of the environment only those that begin with OSZI_. */
export type OsziSettings = Readonly<Record<string, string | undefined>>;

export interface InstrumentAddress {
  readonly host: string;
  readonly port: number;
}

export interface OsziConfiguration {
  /** Without the colon behind it. */
  readonly prefix: string;
  readonly name: string;
  /** Which dialogue: `sim`, `lecroy`, `agilent`. */
  readonly dialogue: string;
  readonly initTalkPath: string | undefined;
  readonly address: InstrumentAddress | undefined;
  /** Silence after which an answer counts as missing. */
  readonly timeoutMs: number | undefined;
  readonly channels: readonly string[];
  readonly sim: SimOptions;
}

interface Name {
  readonly name: string;
  readonly does: string;
}

/** What can be said, for the help. */
export const OSZI_NAMES: readonly Name[] = [
  { name: 'OSZI_DIALOGUE', does: 'sim, lecroy or agilent; a class behind a colon is taken as said (sim)' },
  { name: 'OSZI_EPICS_PREFIX', does: 'first part of every PV name, with or without the colon (KMC3:XPP:OSZI)' },
  { name: 'OSZI_NAME', does: 'name of the device (that of the dialogue)' },
  { name: 'OSZI_INIT_TALK', does: 'file of what is said to the instrument at the start' },
  { name: 'OSZI_SCPI_HOST', does: 'host or host:port (5025)' },
  { name: 'OSZI_SCPI_DEV', does: 'the same as a VISA resource, TCPIP::host::port::SOCKET' },
  { name: 'OSZI_SCPI_ARGS', does: 'key=value:key=value; timeout is in ms, terminations find themselves' },
  { name: 'OSZI_CHANNELS', does: 'channels of a real instrument (ch1:ch2:ch3:ch4)' },
  { name: 'OSZI_LECROY_CHANNELS', does: 'the same, of the dialogue lecroy' },
  { name: 'OSZI_SIM_CHANNELS', does: 'channels of the simulated instrument (default)' },
  { name: 'OSZI_SIM_TRIGGERED', does: 'yes: a trace only for each time it is armed (no)' },
  { name: 'OSZI_SIM_POINTS', does: `points of a simulated trace (${SIM_DEFAULTS.pointCount})` },
  { name: 'OSZI_SIM_AMPLITUDE', does: 'of the simulated sine (1)' },
  { name: 'OSZI_SIM_FREQUENCY', does: 'of the simulated sine along the axis (1)' },
  { name: 'OSZI_SIM_FAIL', does: 'part of the simulated reads that find nothing, 0 to 1 (0)' },
  { name: 'OSZI_SIM_SEED', does: 'of what fails (1)' },
  { name: 'OSZI_LOG_LEVEL', does: 'ERROR, WARNING, INFO or DEBUG; all that is to be said is said' },
];

const KNOWN = new Set(OSZI_NAMES.map(({ name }) => name));
/** It needs no instrument. */
const SIM_DIALOGUE = 'sim';
const DEFAULT_PREFIX = 'KMC3:XPP:OSZI';
const DEFAULT_CHANNELS = 'ch1:ch2:ch3:ch4';
/** Registered for SCPI over a bare TCP connection (IANA: scpi-raw). */
const SCPI_RAW_PORT = 5025;
const MAX_POINTS = 10_000_000;
/** What VISA needs and a stream finds by itself. */
const NOT_NEEDED = new Set(['read_termination', 'write_termination']);

/** Throws `setup/invalid`. */
export function parseConfiguration(settings: OsziSettings): OsziConfiguration {
  for (const name of Object.keys(settings)) {
    if (!KNOWN.has(name)) throw invalid(`${name} is not known. Known are ${[...KNOWN].join(', ')}.`);
  }
  const get = (name: string): string | undefined => settings[name]?.trim() || undefined;
  // a module may be named with its package, and its class behind a colon
  const dialogue = (get('OSZI_DIALOGUE') ?? SIM_DIALOGUE).split(':', 1)[0]!.split('.').at(-1)!;
  const name = get('OSZI_NAME') ?? dialogue;
  const listed = dialogue === SIM_DIALOGUE ? get('OSZI_SIM_CHANNELS') : undefined;
  const own = dialogue === 'lecroy' ? get('OSZI_LECROY_CHANNELS') : undefined;
  const channels =
    dialogue === SIM_DIALOGUE
      ? channelList('OSZI_SIM_CHANNELS', listed ?? SIM_DEFAULTS.channels.join(':'))
      : channelList('OSZI_CHANNELS', own ?? get('OSZI_CHANNELS') ?? DEFAULT_CHANNELS);
  return {
    prefix: (get('OSZI_EPICS_PREFIX') ?? DEFAULT_PREFIX).replace(/:+$/, ''),
    name,
    dialogue,
    initTalkPath: get('OSZI_INIT_TALK'),
    address: addressOf(get('OSZI_SCPI_DEV'), get('OSZI_SCPI_HOST')),
    timeoutMs: timeoutOf(get('OSZI_SCPI_ARGS')),
    channels,
    sim: {
      channels,
      isTriggered: yesOrNo('OSZI_SIM_TRIGGERED', get('OSZI_SIM_TRIGGERED') ?? 'no'),
      pointCount: number('OSZI_SIM_POINTS', get('OSZI_SIM_POINTS'), SIM_DEFAULTS.pointCount, 1, MAX_POINTS),
      amplitude: number('OSZI_SIM_AMPLITUDE', get('OSZI_SIM_AMPLITUDE'), SIM_DEFAULTS.amplitude),
      frequency: number('OSZI_SIM_FREQUENCY', get('OSZI_SIM_FREQUENCY'), SIM_DEFAULTS.frequency),
      failPart: number('OSZI_SIM_FAIL', get('OSZI_SIM_FAIL'), SIM_DEFAULTS.failPart, 0, 1),
      seed: number('OSZI_SIM_SEED', get('OSZI_SIM_SEED'), SIM_DEFAULTS.seed, 0, 2 ** 32 - 1),
    },
  };
}

/** Where the instrument of a dialogue is; `undefined` for the simulated one. Throws `setup/invalid` where it is not said. */
export function instrumentAddress({ dialogue, address }: OsziConfiguration): InstrumentAddress | undefined {
  if (dialogue === SIM_DIALOGUE) return undefined;
  if (address) return address;
  throw invalid(`The dialogue ${dialogue} needs an instrument. Set OSZI_SCPI_HOST to host:port.`);
}

export function invalid(message: string): LabError {
  return new LabError('setup/invalid', message);
}

function channelList(name: string, text: string): readonly string[] {
  const channels = text.split(':').map((channel) => channel.trim());
  if (channels.includes('')) throw invalid(`${name} has an empty channel name. Write ch1:ch2.`);
  if (new Set(channels).size < channels.length) throw invalid(`${name} names a channel twice.`);
  return channels;
}

function addressOf(resource: string | undefined, host: string | undefined): InstrumentAddress | undefined {
  if (resource !== undefined) {
    const [, server, port] = /^TCPIP\d*::([^:]+)::(\d+)::SOCKET$/i.exec(resource) ?? [];
    if (server !== undefined) return { host: server, port: portOf(port!) };
    throw invalid(`OSZI_SCPI_DEV has to be TCPIP::host::port::SOCKET here, not "${resource}".`);
  }
  if (host === undefined) return undefined;
  const [, server, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? [];
  if (server === undefined) throw invalid(`OSZI_SCPI_HOST has to be host or host:port, not "${host}".`);
  return { host: server.replace(/^\[|\]$/g, ''), port: port === undefined ? SCPI_RAW_PORT : portOf(port) };
}

function portOf(digits: string): number {
  const port = Number(digits);
  if (port >= 1 && port <= 65535) return port;
  throw invalid(`${digits} is no port. A port is from 1 to 65535.`);
}

function timeoutOf(text: string | undefined): number | undefined {
  let timeoutMs: number | undefined;
  for (const pair of text?.split(':') ?? []) {
    const [key = '', value] = pair.split('=', 2);
    if (key.trim() === 'timeout') timeoutMs = number('timeout in OSZI_SCPI_ARGS', value, 0, 1, 3_600_000);
    else if (!NOT_NEEDED.has(key.trim())) throw invalid(`OSZI_SCPI_ARGS: "${key}" is not known. Known is timeout.`);
  }
  return timeoutMs;
}

function yesOrNo(name: string, text: string): boolean {
  if (/^(yes|1|true)$/i.test(text)) return true;
  if (/^(no|0|false)$/i.test(text)) return false;
  throw invalid(`${name} has to be yes or no, not "${text}".`);
}

function number(name: string, text: string | undefined, otherwise: number, min = -1e300, max = 1e300): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw invalid(`${name} has to be a number${min > -1e300 ? ` from ${min} to ${max}` : ''}, not "${text}".`);
}
