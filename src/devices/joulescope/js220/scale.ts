// Factors that the user puts on current and voltage, for a shunt or a divider of their own.

export interface Js220Scale {
  readonly current: number;
  readonly voltage: number;
}

export const NO_SCALE: Js220Scale = { current: 1, voltage: 1 };
