// Simulated pulses of a gamma-ray detector, as the spectroscopy example of mimoCoRB2 makes them: energies drawn from a
// measured spectrum, pulses of the shape (t/tau)^M·exp(-t/tau) scaled to the energy, Gaussian noise, endless.

import { LabError } from '../../base/errors.ts';
import { createChoice, createNormal, exponentialWait } from './random.ts';
import type { Importer, WorkerContext } from './template.ts';

export interface EnergySpectrum {
  readonly energiesKev: Float64Array;
  /** Counts per energy; negative ones (background subtracted) count as zero. */
  readonly counts: Float64Array;
}

/** Largest spectrum page that is read; those of the database have a few hundred kB. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;

/**
 * The clean spectrum in a page of the OpenGammaProject database: the second pair of `"x":[…]` and `"y":[…]` arrays of
 * its Plotly plot.
 */
export function parseSpectrumPage(html: string): EnergySpectrum {
  const column = (axis: 'x' | 'y'): Float64Array | undefined => {
    const second = [...html.matchAll(new RegExp(`"${axis}":\\[([^\\]]*)\\]`, 'g'))][1];
    return second && Float64Array.from(second[1]!.split(','), Number);
  };
  const energiesKev = column('x');
  const counts = column('y');
  if (!energiesKev || !counts || energiesKev.length !== counts.length) {
    throw new LabError('setup/invalid', 'This page holds no spectrum: two pairs of "x" and "y" lists are needed.');
  }
  return { energiesKev, counts };
}

/** Reads `file` (default `spectra/Co-60.html`) beside the setup; `average_rate` in Hz with random waits. */
export async function simulateGammas(context: WorkerContext): Promise<Importer> {
  const { config, random } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink.');
  const page = await context.files.open(config.text('file', 'spectra/Co-60.html'));
  const bytes = await page.read(0, Math.min(page.sizeBytes, MAX_PAGE_BYTES));
  const { energiesKev, counts } = parseSpectrumPage(new TextDecoder().decode(bytes));
  const order = config.number('M', 1);
  const tau = config.number('tau', 1);
  const triggerLevel = config.number('trigger_level', 0);
  const preTrigger = config.number('number_of_samples_before_trigger', 0);
  const [slope = 1, offset = 0] = config.numbers('energy_conversion', [1, 0]);
  const noise = config.number('noise', 0);
  const meanWaitS = 1 / config.number('average_rate', 100);
  const normal = createNormal(random);
  const drawEnergy = createChoice(random, counts);
  const shape = Float64Array.from({ length: sink.dataLength }, (_, i) => Math.exp(-i / tau) * (i / tau) ** order);
  const peak = shape.reduce((max, value) => Math.max(max, value), 0);
  const trace = new Float64Array(sink.dataLength);

  return {
    template: 'Importer',
    isSimulated: true,
    next: (sleep) => {
      const amplitude = (energiesKev[drawEnergy()]! * slope + offset) / peak;
      const trigger = Math.max(
        0,
        shape.findIndex((value) => value * amplitude > triggerLevel),
      );
      const start = trigger + preTrigger;
      for (let i = 0; i < trace.length; i++) {
        trace[i] = (i < start ? 0 : shape[i - start]! * amplitude) + noise * normal();
      }
      sleep(exponentialWait(random, meanWaitS));
      return true;
    },
    write: (event) => {
      for (const { name } of sink.dtype.fields) event.writeChannel(name, trace);
    },
  };
}
