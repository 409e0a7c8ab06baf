// The one sequence of an instrument, and what else may be set while it runs: switching off always, and ends it; limits, too;
// other set-points and commands not, since the next step would undo them behind the back of who set them.

import type { Clock } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import type { Driver, SetPointDriver } from '../../devices/api/instrument.ts';
import { checkSequence, type SetPoints } from '../../devices/api/sequence-check.ts';
import { Sequencer } from '../../devices/api/sequencer.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import { columnName, type Sequence, type SequenceEndKind, type SequenceProgress } from '../../model/sequence.ts';

export interface SequenceKeeperOptions {
  readonly clock: Clock;
  readonly onChanged: () => void;
}

export class SequenceKeeper {
  readonly #options: SequenceKeeperOptions;
  #sequencer: Sequencer | undefined;

  constructor(options: SequenceKeeperOptions) {
    this.#options = options;
  }

  get progress(): SequenceProgress | undefined {
    return this.#sequencer?.progress;
  }

  /** Rejects with `setup/invalid`, `run/state` or `device/…` before anything is set. */
  async start(driver: Driver, sequence: Sequence): Promise<void> {
    const { setPoints } = driver;
    if (!setPoints) throw new LabError('device/unsupported', 'This instrument has no set-points for a sequence.');
    this.#checkFree();
    await this.#sequencer?.settled;
    await setPoints.forgetRefusals();
    this.#checkFree();
    checkSequence(sequence, driver.values, (values, before) => setPoints.check(values, before));
    this.#sequencer = this.#run(driver, setPoints, sequence);
  }

  /** Resolves when nothing more goes to the instrument. */
  async end(kind: SequenceEndKind, reason?: string): Promise<void> {
    this.#sequencer?.end(kind, reason);
    await this.#sequencer?.settled;
  }

  look(values: SetPoints): void {
    this.#sequencer?.look(values);
  }

  /** Before somebody sets a parameter by hand. Rejects with `run/state` for what would come between. */
  async beforeSet({ parameters }: Driver, parameterId: string, value: ParameterValue): Promise<void> {
    if (!this.#sequencer?.isRunning) return;
    const parameter = parameters.find(({ id }) => id === parameterId);
    // nothing waits behind what switches all off
    if (parameter?.kind === 'action') this.#sequencer.end('off');
    else if (parameter?.isSetPoint && value === false) await this.end('off');
    else if (parameter?.isSetPoint) throw inTheWay(columnName(parameter));
  }

  /** Before a typed line goes out. Rejects with `run/state` unless it only asks. */
  beforeLine({ setPoints }: Driver, line: string): void {
    if (this.#sequencer?.isRunning && setPoints && !setPoints.isQuestion(line)) throw inTheWay('The instrument');
  }

  #run({ parameters, values }: Driver, setPoints: SetPointDriver, sequence: Sequence): Sequencer {
    const names = new Map(parameters.map((parameter) => [parameter.id, columnName(parameter)]));
    return new Sequencer({
      ...this.#options,
      sequence,
      before: values,
      set: (id, value) => setPoints.set(id, value),
      nameOf: (id) => names.get(id) ?? id,
    });
  }

  #checkFree(): void {
    if (!this.#sequencer?.isRunning) return;
    throw new LabError(
      'run/state',
      'A sequence of this instrument runs already, and goes on. Stop it before you start another one.',
    );
  }
}

function inTheWay(what: string): LabError {
  return new LabError(
    'run/state',
    `${what} stays as it is: a sequence runs. Stop it first; switching off is possible at any time, and ends it.`,
  );
}
