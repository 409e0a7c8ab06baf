// Units of products, quotients and powers. Symbols are taken as they are written: mA and A are different units.

import { LabError } from '../base/errors.ts';

/** Powers of symbols, none of them 0; empty for a bare number. */
export type UnitPowers = ReadonlyMap<string, number>;

export const NO_UNIT: UnitPowers = new Map();

/** Reads `A`, `m/s^2`, `1/s`, `V·A`. Throws `setup/invalid` for anything else. */
export function parseUnit(text: string): UnitPowers {
  let powers = NO_UNIT;
  if (text.trim() === '') return powers;
  text
    .trim()
    .split('/')
    .forEach((part, index) => {
      for (const factor of part.split(/[·*]/)) {
        const match = /^\s*([^\s\d^·*/]+)(?:\^(-?\d+(?:\.\d+)?))?\s*$/.exec(factor);
        if (match)
          powers = multiplied(powers, raised(new Map([[match[1]!, Number(match[2] ?? 1)]]), index > 0 ? -1 : 1));
        else if (factor.trim() !== '1')
          throw new LabError('setup/invalid', `"${text}" is no unit that can be calculated with.`);
      }
    });
  return powers;
}

export function multiplied(left: UnitPowers, right: UnitPowers): UnitPowers {
  const product = new Map(left);
  for (const [symbol, power] of right) {
    const sum = (product.get(symbol) ?? 0) + power;
    if (sum === 0) product.delete(symbol);
    else product.set(symbol, sum);
  }
  return product;
}

export function raised(unit: UnitPowers, exponent: number): UnitPowers {
  return exponent === 0 ? NO_UNIT : new Map([...unit].map(([symbol, power]) => [symbol, power * exponent]));
}

export function isSameUnit(left: UnitPowers, right: UnitPowers): boolean {
  return multiplied(left, raised(right, -1)).size === 0;
}

/** `parseUnit` reads it again; empty for a bare number. */
export function unitText(unit: UnitPowers): string {
  const factors = (sign: 1 | -1) =>
    [...unit]
      .filter(([, power]) => power * sign > 0)
      .map(([symbol, power]) => (Math.abs(power) === 1 ? symbol : `${symbol}^${Math.abs(power)}`));
  const over = factors(1).join('·');
  const under = factors(-1);
  if (under.length === 0) return over;
  return `${over || '1'}/${under.join('/')}`;
}
