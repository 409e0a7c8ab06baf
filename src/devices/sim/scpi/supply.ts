// A power supply channel and the resistor that hangs on it: constant voltage until the limit of the current is reached,
// constant current from there, off when a protection trips.

export interface SupplyRating {
  readonly maxV: number;
  readonly maxA: number;
  readonly voltageStepV: number;
  readonly currentStepA: number;
}

export type Regulation = 'CV' | 'CC' | 'OFF';

/** What its output gives. */
export interface WorkingPoint {
  readonly voltageV: number;
  readonly currentA: number;
  readonly regulation: Regulation;
}

/** Grid of set-points and read-back, as a supply's converter has it. */
const stepped = (value: number, step: number) => Number((Math.round(value / step) * step).toFixed(9));

export class SupplyChannel {
  readonly rating: SupplyRating;
  /** What hangs on it; Infinity is nothing. */
  readonly loadOhm: number;
  #setV = 0;
  #limitA: number;
  #isOn = false;
  overVoltageV: number;
  overCurrentA: number;
  isOverVoltageOn = false;
  isOverCurrentOn = false;
  hasOverVoltageTripped = false;
  hasOverCurrentTripped = false;

  constructor(rating: SupplyRating, loadOhm: number) {
    this.rating = rating;
    this.loadOhm = loadOhm;
    this.#limitA = rating.maxA;
    this.overVoltageV = rating.maxV * 1.1;
    this.overCurrentA = rating.maxA * 1.1;
  }

  get setV(): number {
    return this.#setV;
  }

  set setV(value: number) {
    this.#setV = stepped(value, this.rating.voltageStepV);
    this.#protect();
  }

  get limitA(): number {
    return this.#limitA;
  }

  set limitA(value: number) {
    this.#limitA = stepped(value, this.rating.currentStepA);
    this.#protect();
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** A protection that has tripped keeps it off until it is cleared. */
  set isOn(isOn: boolean) {
    this.#isOn = isOn && !this.hasOverVoltageTripped && !this.hasOverCurrentTripped;
    this.#protect();
  }

  get point(): WorkingPoint {
    if (!this.#isOn) return { voltageV: 0, currentA: 0, regulation: 'OFF' };
    const wantedA = this.#setV / this.loadOhm;
    return wantedA <= this.#limitA
      ? { voltageV: this.#setV, currentA: wantedA, regulation: 'CV' }
      : { voltageV: this.#limitA * this.loadOhm, currentA: this.#limitA, regulation: 'CC' };
  }

  clearProtection(): void {
    this.hasOverVoltageTripped = false;
    this.hasOverCurrentTripped = false;
  }

  reset(): void {
    this.clearProtection();
    this.#isOn = false;
    this.#setV = 0;
    this.#limitA = this.rating.maxA;
    this.isOverVoltageOn = false;
    this.isOverCurrentOn = false;
  }

  /** To be called after a level of protection was changed. */
  checkProtection(): void {
    this.#protect();
  }

  #protect(): void {
    const { voltageV, currentA } = this.point;
    if (this.isOverVoltageOn && voltageV > this.overVoltageV) this.hasOverVoltageTripped = true;
    if (this.isOverCurrentOn && currentA > this.overCurrentA) this.hasOverCurrentTripped = true;
    if (this.hasOverVoltageTripped || this.hasOverCurrentTripped) this.#isOn = false;
  }
}
