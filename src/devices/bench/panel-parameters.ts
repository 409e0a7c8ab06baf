// Settings of a front panel as parameters of an instrument: `CH1.voltage`, and `CH1.output` for its switch.

import type { Parameter } from '../../model/parameter.ts';
import type { PanelChannel, PanelDialect, PanelSetting } from '../panel/dialect.ts';
import type { Panel } from '../panel/panel.ts';

/** Switches every output of the instrument off. */
export const ALL_OFF = 'all-off';

export function outputId(channelId: string): string {
  return `${channelId}.output`;
}

/** Ends of what may be set, behind the id of a setting. */
const LIMIT_ENDS = { least: '.least', most: '.most' } as const;

/** The setting that a parameter is a limit of, and which; `undefined` for others. */
export function limitOf(
  parameterId: string,
): { readonly settingId: string; readonly end: 'least' | 'most' } | undefined {
  for (const end of ['least', 'most'] as const) {
    const suffix = LIMIT_ENDS[end];
    if (parameterId.endsWith(suffix)) return { settingId: parameterId.slice(0, -suffix.length), end };
  }
  return undefined;
}

/** In seconds, between two rounds of readings. */
export const READING_PAUSE = 'readings.pause';
/** A meter shows no more than that, and a supply has time for its own work. */
export const USUAL_PAUSE_S = 0.1;
const LEAST_PAUSE_S = 1e-3;
const MOST_PAUSE_S = 3600;

/** Channel and setting of a parameter's id. */
export function placeOf(parameterId: string): { readonly channelId: string; readonly settingId: string } {
  const at = parameterId.indexOf('.');
  return { channelId: parameterId.slice(0, at), settingId: parameterId.slice(at + 1) };
}

/** What the limits of a panel are, as values of parameters. */
export function limitValues(panel: Panel): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const { id: channelId, settings } of panel.dialect.channels) {
    for (const { id, kind } of settings) {
      if (kind !== 'number') continue;
      const { min, max } = panel.limits(channelId, id);
      values[`${channelId}.${id}${LIMIT_ENDS.least}`] = min;
      values[`${channelId}.${id}${LIMIT_ENDS.most}`] = max;
    }
  }
  return values;
}

export function panelParameters({ channels }: PanelDialect): readonly Parameter[] {
  const hasOutputs = channels.some(({ output }) => output);
  const hasReadings = channels.some(({ readings }) => readings.length > 0);
  return [
    ...channels.flatMap((channel) => parametersOf(channel)),
    ...(hasReadings
      ? [
          {
            kind: 'number',
            id: READING_PAUSE,
            label: 'Pause between readings',
            help: 'Beside the time that the instrument takes for them. Its settings are followed all the time.',
            group: 'Readings',
            unit: 's',
            min: LEAST_PAUSE_S,
            max: MOST_PAUSE_S,
            step: 0,
            default: USUAL_PAUSE_S,
          } as const,
        ]
      : []),
    ...(hasOutputs
      ? [
          {
            kind: 'action',
            id: ALL_OFF,
            label: 'All outputs off',
            help: 'Switches every output of this instrument off at once.',
            group: 'Outputs',
            isAllOff: true,
          } as const,
        ]
      : []),
  ];
}

function parametersOf(channel: PanelChannel): readonly Parameter[] {
  const isSetPoint = hasSetPoints(channel);
  const settings = channel.settings.map((setting) => ({ ...parameterOf(channel.id, setting), isSetPoint }));
  const limits = channel.settings.flatMap((setting) => limitsOf(channel, setting));
  if (!channel.output) return [...settings, ...limits];
  return [
    ...settings,
    ...limits,
    {
      kind: 'toggle',
      id: outputId(channel.id),
      label: 'Output',
      help: 'Never switched on by itself, also not when the instrument comes back after its cable was pulled.',
      group: channel.id,
      default: false,
      isSetOnce: true,
      isSetPoint,
    },
  ];
}

/** A channel that gives something; the function of a meter is no set-point. */
export function hasSetPoints({ settings }: PanelChannel): boolean {
  return settings.some(({ kind }) => kind === 'number');
}

function parameterOf(channelId: string, setting: PanelSetting): Parameter {
  const base = { id: `${channelId}.${setting.id}`, label: setting.label, help: '', group: channelId, isSetOnce: true };
  if (setting.kind === 'choice') {
    const choices = setting.choices.map(({ word, label }) => ({ value: word, label }));
    return { ...base, kind: 'choice', choices, default: choices[0]!.value };
  }
  const { unit, min, max } = setting;
  const help = 'The instrument may choose a step of its own.';
  return { ...base, kind: 'number', help, unit, min, max, step: 0, default: Math.max(min, Math.min(0, max)) };
}

/** What the user allows of a number. Set again when the unit comes back, before anything else can be. */
function limitsOf({ id: channelId, output }: PanelChannel, setting: PanelSetting): readonly Parameter[] {
  if (setting.kind !== 'number') return [];
  const { id, label, unit, min, max } = setting;
  const switched = output
    ? ' What is set already stays, but an output that is set beyond it is not switched on.'
    : ' What is set already stays.';
  const help = `Nothing beyond it is sent, also not from the console.${switched} Kept for this unit in this browser.`;
  const limit = (end: 'least' | 'most', word: string, value: number): Parameter => ({
    kind: 'number',
    id: `${channelId}.${id}${LIMIT_ENDS[end]}`,
    label: `${label}, ${word}`,
    help,
    group: `${channelId} limits`,
    unit,
    min,
    max,
    step: 0,
    default: value,
    isRemembered: true,
  });
  return [limit('least', 'at least', min), limit('most', 'at most', max)];
}
