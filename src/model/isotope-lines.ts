// Gamma lines of the sources that laboratories have, to name peaks with, not to measure with: energies in keV and photons per
// 100 decays in round figures, as they are commonly given. Only the energies of Na-22, Co-60, Cs-137 and Eu-152 were compared
// with a table (IAEA, X-ray and gamma-ray decay data standards: within 0.02 keV). Lines of daughters in equilibrium are under
// the name of the parent that people know them by.

export interface GammaLine {
  readonly keV: number;
  /** Photons per 100 decays. */
  readonly intensity: number;
}

export interface Isotope {
  readonly name: string;
  /** By energy. */
  readonly lines: readonly GammaLine[];
}

/** Rest energy of the electron in keV (CODATA 2018): of an annihilation's photons, and what escapes. */
export const ELECTRON_KEV = 510.999;

const isotope = (name: string, ...lines: readonly (readonly [keV: number, intensity: number])[]): Isotope => ({
  name,
  lines: lines.map(([keV, intensity]) => ({ keV, intensity })),
});

export const ISOTOPES: readonly Isotope[] = [
  isotope('Na-22', [511, 180], [1274.54, 99.9]),
  isotope('K-40', [1460.82, 10.7]),
  isotope('Mn-54', [834.85, 100]),
  isotope('Co-57', [14.41, 9.16], [122.06, 85.6], [136.47, 10.7]),
  isotope('Co-60', [1173.23, 99.9], [1332.49, 100]),
  isotope('Zn-65', [511, 2.84], [1115.54, 50]),
  isotope('Cd-109', [88.03, 3.64]),
  isotope('I-131', [284.31, 6.12], [364.49, 81.5], [636.99, 7.16]),
  isotope('Ba-133', [81, 32.9], [276.4, 7.16], [302.85, 18.3], [356.01, 62.1], [383.85, 8.94]),
  isotope('Cs-137', [32.06, 5.8], [661.66, 85.1]),
  isotope(
    'Eu-152',
    [121.78, 28.5],
    [244.7, 7.55],
    [344.28, 26.6],
    [778.9, 12.9],
    [964.06, 14.5],
    [1085.84, 10.1],
    [1112.08, 13.7],
    [1408.01, 20.9],
  ),
  isotope('Am-241', [26.34, 2.27], [59.54, 35.9]),
  isotope('Ra-226', [186.21, 3.64], [295.22, 18.4], [351.93, 35.6], [609.31, 45.5], [1120.29, 14.9], [1764.49, 15.3]),
  isotope('Th-232', [238.63, 43.6], [583.19, 30.6], [911.2, 25.8], [968.97, 15.8], [2614.51, 35.9]),
];
