// Writes the spectra of the gamma example from a simple model of a sodium iodide detector: per line a full-energy peak
// and a Compton continuum below it, backscatter, and X-rays, all smeared with the detector's resolution.
// Pages of the form that the simulator reads: two pairs of "x" and "y" lists, measured with and without background.
//   node scripts/make-gamma-spectra.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/** Rest energy of the electron in keV (CODATA). */
const ELECTRON_KEV = 510.999;
/** Full width at half maximum over energy, at 662 keV: usual for a 2-inch NaI(Tl) crystal. */
const RESOLUTION_662 = 0.07;
const STEP_KEV = 2;
const MAX_KEV = 1500;
const TOTAL_COUNTS = 200_000;

/** Energies in keV and quanta per decay (Nuclear Data Sheets); part of them absorbed whole. */
const SOURCES = {
  'Cs-137': [
    { energyKev: 661.66, intensity: 0.851, photoPart: 0.32 },
    { energyKev: 32.2, intensity: 0.07, photoPart: 1 },
  ],
  'Co-60': [
    { energyKev: 1173.23, intensity: 0.9985, photoPart: 0.2 },
    { energyKev: 1332.49, intensity: 0.9998, photoPart: 0.18 },
  ],
};

/** Width of the detector's answer: fluctuations of the number of light quanta, so it grows with the root. */
const sigmaOf = (energyKev) => (RESOLUTION_662 / 2.3548) * Math.sqrt(661.66 * Math.max(energyKev, 5));

const scatteredKev = (energyKev, cosine) => energyKev / (1 + (energyKev / ELECTRON_KEV) * (1 - cosine));

/** Klein and Nishina's cross-section per solid angle, relative. */
function kleinNishina(energyKev, cosine) {
  const ratio = scatteredKev(energyKev, cosine) / energyKev;
  return ratio ** 2 * (ratio + 1 / ratio - (1 - cosine ** 2));
}

function spectrumOf(lines) {
  const size = MAX_KEV / STEP_KEV;
  const counts = new Float64Array(size);
  const add = (energyKev, weight) => {
    const sigma = sigmaOf(energyKev);
    for (let i = 0; i < size; i++) {
      const distance = ((i + 0.5) * STEP_KEV - energyKev) / sigma;
      if (Math.abs(distance) < 6) counts[i] += (weight * STEP_KEV * Math.exp((-distance * distance) / 2)) / sigma;
    }
  };
  for (const { energyKev, intensity, photoPart } of lines) {
    add(energyKev, intensity * photoPart);
    if (photoPart === 1) continue;
    const cosines = Array.from({ length: 400 }, (_, i) => -1 + (2 * (i + 0.5)) / 400);
    const total = cosines.reduce((sum, cosine) => sum + kleinNishina(energyKev, cosine), 0);
    for (const cosine of cosines) {
      const weight = (intensity * kleinNishina(energyKev, cosine)) / total;
      const kept = energyKev - scatteredKev(energyKev, cosine);
      add(kept, weight * (1 - photoPart));
      // What is scattered back into the crystal by the surroundings and absorbed there.
      if (cosine < -0.6) add(scatteredKev(energyKev, cosine), weight * 0.35);
    }
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => (count / sum) * TOTAL_COUNTS);
}

const list = (values) => `[${[...values].map((value) => Number(value.toFixed(1))).join(',')}]`;

const folder = join(ROOT, 'public', 'examples', 'gamma', 'spectra');
mkdirSync(folder, { recursive: true });
for (const [name, lines] of Object.entries(SOURCES)) {
  const clean = spectrumOf(lines);
  const energies = clean.map((_, i) => (i + 0.5) * STEP_KEV);
  const measured = clean.map((count, i) => count + 150 * Math.exp(-energies[i] / 350));
  const plots = [measured, clean].map((counts) => `{"x":${list(energies)},"y":${list(counts)}}`);
  writeFileSync(
    join(folder, `${name}.html`),
    `<!doctype html><title>${name}, modelled</title><script type="application/json">[${plots.join(',\n')}]</script>\n`,
  );
}
