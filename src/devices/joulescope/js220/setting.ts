// A setting of a JS220: what the panel shows, and the topics behind it.

import type { Parameter, ParameterValue } from '../../../model/parameter.ts';
import type { TypedValue } from './values.ts';

export interface SettingPublication {
  readonly topic: string;
  readonly value: ParameterValue;
}

/** What is known of the instrument's topics. */
export interface KnownTopics {
  readonly values: ReadonlyMap<string, TypedValue['value']>;
  /** The code of an option, by the instrument's own description. */
  codeOf(topic: string, name: string): number | undefined;
}

export interface Js220Setting {
  readonly parameter: Parameter;
  /** An instrument that has this topic has the setting. */
  readonly topic: string;
  /** What to publish, in this order, for a value that was checked. `current`: what all parameters are now. */
  publish(
    value: ParameterValue,
    current: Readonly<Record<string, ParameterValue>>,
    known: KnownTopics,
  ): readonly SettingPublication[];
  /** What it is now; `undefined` while that is not known. Left out where nothing shows it. */
  readonly read?: (known: KnownTopics) => ParameterValue | undefined;
}
