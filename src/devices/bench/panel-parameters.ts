// Settings of a front panel as parameters of an instrument: `CH1.voltage`, and `CH1.output` for its switch.

import type { Parameter } from '../../model/parameter.ts';
import type { PanelChannel, PanelDialect, PanelSetting } from '../panel/dialect.ts';

/** Switches every output of the instrument off. */
export const ALL_OFF = 'all-off';

export function outputId(channelId: string): string {
  return `${channelId}.output`;
}

/** Channel and setting of a parameter's id. */
export function placeOf(parameterId: string): { readonly channelId: string; readonly settingId: string } {
  const at = parameterId.indexOf('.');
  return { channelId: parameterId.slice(0, at), settingId: parameterId.slice(at + 1) };
}

export function panelParameters({ channels }: PanelDialect): readonly Parameter[] {
  const hasOutputs = channels.some(({ output }) => output);
  return [
    ...channels.flatMap((channel) => parametersOf(channel)),
    ...(hasOutputs
      ? [
          {
            kind: 'action',
            id: ALL_OFF,
            label: 'All outputs off',
            help: 'Switches every output of this instrument off at once.',
            group: 'Outputs',
          } as const,
        ]
      : []),
  ];
}

function parametersOf(channel: PanelChannel): readonly Parameter[] {
  const settings = channel.settings.map((setting) => parameterOf(channel.id, setting));
  if (!channel.output) return settings;
  return [
    ...settings,
    {
      kind: 'toggle',
      id: outputId(channel.id),
      label: 'Output',
      help: 'Never switched on by itself, also not when the instrument comes back after its cable was pulled.',
      group: channel.id,
      default: false,
      isSetOnce: true,
    },
  ];
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
