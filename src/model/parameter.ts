// Typed parameters of an instrument: one description from which the driver validates, the settings panel is
// generated and the help text is written.

interface ParameterBase {
  /** Dotted, stable id, such as `current.range`. */
  readonly id: string;
  readonly label: string;
  /** One or two sentences for the tooltip. */
  readonly help: string;
  readonly group: string;
  readonly isReadOnly?: boolean;
  /** Shown only when asked for. */
  readonly isExpert?: boolean;
  /** Not set again when the unit comes back after its cable was pulled: what it switches is not switched by itself. */
  readonly isSetOnce?: boolean;
  /** Kept in the browser for the unit, and set again whenever that is connected. */
  readonly isRemembered?: boolean;
  /** A set-point: a sequence (sequence.ts) may set it. */
  readonly isSetPoint?: boolean;
}

export interface ChoiceParameter extends ParameterBase {
  readonly kind: 'choice';
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly default: string;
  /** It decides what a signal is: nothing of its own while it is set to `unless`. */
  readonly carries?: { readonly signalId: string; readonly unless: string };
}

/** Ids of the signals that are nothing of their own as the parameters are set. */
export function emptySignals(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, ParameterValue>>,
): readonly string[] {
  return parameters.flatMap((parameter) => {
    const carries = parameter.kind === 'choice' ? parameter.carries : undefined;
    return carries && values[parameter.id] === carries.unless ? [carries.signalId] : [];
  });
}

export interface NumberParameter extends ParameterBase {
  readonly kind: 'number';
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Smallest change that makes sense; 0 = any. */
  readonly step: number;
  readonly default: number;
}

export interface ToggleParameter extends ParameterBase {
  readonly kind: 'toggle';
  readonly default: boolean;
}

export interface TextParameter extends ParameterBase {
  readonly kind: 'text';
  readonly default: string;
}

/** A button: `set(id, true)` does it once. */
export interface ActionParameter extends ParameterBase {
  readonly kind: 'action';
  /** It switches every output of the instrument off: done with those of all others by one key. */
  readonly isAllOff?: boolean;
}

export type Parameter = ChoiceParameter | NumberParameter | ToggleParameter | TextParameter | ActionParameter;
export type ParameterValue = string | number | boolean;

/** True when `parameter` may be set to `value`: a choice it has, a number in its limits, `true` for an action. */
export function isAllowedValue(parameter: Parameter, value: unknown): value is ParameterValue {
  switch (parameter.kind) {
    case 'choice':
      return parameter.choices.some((choice) => choice.value === value);
    case 'number':
      return (
        typeof value === 'number' &&
        value >= parameter.min &&
        value <= parameter.max &&
        (parameter.step !== 1 || Number.isInteger(value))
      );
    case 'toggle':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string';
    case 'action':
      return value === true;
  }
}
