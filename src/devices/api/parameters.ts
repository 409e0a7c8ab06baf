// Values of an instrument's parameters: where they start, and which ones are taken. For every driver.

import { LabError } from '../../base/errors.ts';
import { isAllowedValue, type Parameter, type ParameterValue } from '../../model/parameter.ts';

/** Defaults of `parameters`, by id. */
export function defaultValues(parameters: readonly Parameter[]): Record<string, ParameterValue> {
  return Object.fromEntries(
    parameters.flatMap((parameter) => (parameter.kind === 'action' ? [] : [[parameter.id, parameter.default]])),
  );
}

/** Throws `setup/invalid` unless `value` is one that the parameter `id` may be set to. */
export function checkValue(parameters: readonly Parameter[], id: string, value: ParameterValue): Parameter {
  const parameter = parameters.find((candidate) => candidate.id === id);
  if (!parameter || parameter.isReadOnly) {
    throw new LabError('setup/invalid', `The instrument has no setting "${id}".`, { context: { id } });
  }
  if (!isAllowedValue(parameter, value)) {
    throw new LabError(
      'setup/invalid',
      `${parameter.label} cannot be set to ${String(value)}. Choose a value that it offers.`,
      { context: { id } },
    );
  }
  return parameter;
}
