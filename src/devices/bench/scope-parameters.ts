// Settings of an oscilloscope as parameters of an instrument: `1.scale` is that of channel 1, `timeScale` the scope's own.

import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { ScopeDialect, ScopeSettingId, SettingWords } from '../scope/dialect.ts';

/** What the scope does: it is no setting of its own in most families. */
export const RUN_MODE = 'run';
/** Fetch everything in memory instead of what is on the screen. */
export const DEEP = 'deep';

const OF_CHANNEL: readonly ScopeSettingId[] = ['on', 'range', 'scale', 'offset', 'coupling', 'probe'];
const OF_SCOPE: readonly ScopeSettingId[] = ['timeScale', 'timeDelay', 'triggerSource', 'triggerLevel', 'triggerSlope'];

interface Named {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

/** Far beyond what any scope has: it answers itself what it takes. */
const ANY = { min: -1e4, max: 1e4 };

const NAMES: Readonly<Record<ScopeSettingId, Named>> = {
  on: { label: 'On', unit: '', ...ANY },
  range: { label: 'Input range', unit: '', ...ANY },
  scale: { label: 'Scale per division', unit: 'V', min: 1e-6, max: 1e4 },
  offset: { label: 'Offset', unit: 'V', ...ANY },
  coupling: { label: 'Coupling', unit: '', ...ANY },
  probe: { label: 'Probe factor', unit: '', min: 1e-6, max: 1e6 },
  timeScale: { label: 'Time per division', unit: 's', min: 1e-12, max: 1e4 },
  timeDelay: { label: 'Time of the middle', unit: 's', ...ANY },
  triggerSource: { label: 'Trigger source', unit: '', ...ANY },
  triggerLevel: { label: 'Trigger level', unit: 'V', ...ANY },
  triggerSlope: { label: 'Trigger slope', unit: '', ...ANY },
};

const WORDS: Readonly<Record<string, string>> = {
  low: '±1 V (jumper LV)',
  high: '±20 V (jumper HV)',
  dc: 'DC',
  ac: 'AC',
  ground: 'Ground',
  rise: 'Rising',
  fall: 'Falling',
  either: 'Either',
};

/** Setting and channel of a parameter's id. */
export function scopeSettingOf(parameterId: string): { readonly id: ScopeSettingId; readonly channelNumber: number } {
  const [number, id] = parameterId.split('.');
  return id === undefined
    ? { id: parameterId as ScopeSettingId, channelNumber: 1 }
    : { id: id as ScopeSettingId, channelNumber: Number(number) };
}

/** Ids of all settings that a dialect has words for. */
export function scopeSettingIds(dialect: ScopeDialect, channelCount: number): readonly string[] {
  const has = (id: ScopeSettingId) => dialect.settings[id] !== undefined;
  const channels = Array.from({ length: channelCount }, (_, index) => index + 1);
  return [
    ...channels.flatMap((number) => OF_CHANNEL.filter(has).map((id) => `${number}.${id}`)),
    ...OF_SCOPE.filter(has),
  ];
}

const WHOLE_MEMORY: Parameter = {
  kind: 'toggle',
  id: DEEP,
  label: 'Whole memory',
  help: 'Fetches every sample in memory after a single trigger, not only what is on the screen. It takes longer.',
  group: 'Acquisition',
  default: false,
};

export function scopeParameters(dialect: ScopeDialect, channelCount: number): readonly Parameter[] {
  return [
    {
      kind: 'choice',
      id: RUN_MODE,
      label: 'Acquisition',
      help: 'Run shows what comes, again and again; Single waits for one trigger; Stop keeps what is there.',
      group: 'Acquisition',
      choices: [
        { value: 'run', label: 'Run' },
        { value: 'single', label: 'Single' },
        { value: 'stop', label: 'Stop' },
      ],
      default: 'stop',
      isSetOnce: true,
    },
    ...(dialect.isOneShot ? [] : [WHOLE_MEMORY]),
    ...scopeSettingIds(dialect, channelCount).map((parameterId) => {
      const { id } = scopeSettingOf(parameterId);
      return parameterOf(parameterId, NAMES[id], dialect.settings[id]!);
    }),
  ];
}

function parameterOf(id: string, { label, unit, min, max }: Named, { words, isSwitch }: SettingWords): Parameter {
  const { channelNumber } = scopeSettingOf(id);
  const group = id.includes('.') ? `Channel ${channelNumber}` : id.startsWith('trigger') ? 'Trigger' : 'Time';
  if (isSwitch) {
    const help = 'Off, the channel is not recorded.';
    return { id, label, group, help, isSetOnce: true, kind: 'toggle', default: false };
  }
  const base = { id, label, group, help: 'The instrument may choose a step of its own.', isSetOnce: true };
  if (!words) return { ...base, kind: 'number', unit, min, max, step: 0, default: Math.max(min, Math.min(0, max)) };
  const choices = Object.keys(words).map((word) => ({ value: word, label: WORDS[word] ?? `Channel ${word}` }));
  return { ...base, kind: 'choice', choices, default: choices[0]!.value };
}

/**
 * Values in the middle of the screen, `1.middle` of channel 1, where an offset does not raise the trace by so many volts:
 * who draws the screen need not know the family.
 */
export function screenMiddles(
  { settings }: ScopeDialect,
  values: Readonly<Record<string, ParameterValue>>,
): Readonly<Record<string, number>> {
  const offsetIs = settings.offset?.offsetIs;
  if (offsetIs === undefined) return {};
  const middles = Object.entries(values).flatMap(([id, offset]) => {
    const number = /^(\d+)\.offset$/.exec(id)?.[1];
    const scale = values[`${number}.scale`];
    if (number === undefined || typeof offset !== 'number' || typeof scale !== 'number') return [];
    return [[`${number}.middle`, offsetIs === 'middle' ? offset : -offset * scale] as const];
  });
  return Object.fromEntries(middles);
}
