// The examples that come with the program. Their files lie in public/examples/<folder>/.

export interface Example {
  readonly id: string;
  readonly title: string;
  /** One line for the gallery. */
  readonly summary: string;
  readonly folder: string;
  /** Path of the setup in the folder. */
  readonly setup: string;
  /** All files of the folder. */
  readonly files: readonly string[];
  /** A file that the setup plays back: that of the newest run that left one of its name, or else this one. */
  readonly recording?: string;
  readonly guide: Guide;
}

/** What the side panel says. */
export interface Guide {
  readonly see: readonly string[];
  readonly tryOut: readonly string[];
  readonly physics: string;
}

const GAMMA_FILES = [
  'cs-137.yaml',
  'co-60.yaml',
  'red-pitaya.yaml',
  'red-pitaya-list.yaml',
  'spectra/Cs-137.html',
  'spectra/Co-60.html',
];

export const EXAMPLES: readonly Example[] = [
  {
    id: 'simple',
    title: 'First steps',
    summary: 'Pulses, a filter, a processor: the parts of every pipeline',
    folder: 'simple',
    setup: 'setup.yaml',
    files: ['setup.yaml'],
    guide: {
      see: [
        'A source makes about a thousand short sine traces per second. Two filter threads keep those that rise above 0.5, three more threads take the highest value of each.',
        'Every buffer in the picture fills from the left and is emptied to the right; the bar shows how full it is.',
        'The histogram gathers around 1: that is the amplitude the source gives its sines, with a spread of a tenth.',
      ],
      tryOut: [
        'Pause the roots: rates fall to zero while the threads stay alive. Resume.',
        'Set number_of_processes of the filter to 1 or 4 and start again; look at the Workers tab.',
        'Set slot_count of Traces to 2 and watch the dead time of the source.',
      ],
      physics:
        'A detector does not wait for its computer. Between the two stands a buffer: as long as it has a free slot, an event costs the detector only the time of copying. Only when all slots are taken does the source wait, and that waiting is the dead time.',
    },
  },
  {
    id: 'own-function',
    title: 'A function of your own',
    summary: 'JavaScript beside the setup, in a box that reaches nothing else',
    folder: 'own-function',
    setup: 'setup.yaml',
    files: ['setup.yaml', 'own.js'],
    guide: {
      see: [
        'The worker “own” is no part of the program: own.js beside the setup has its function. The page shows it and runs it only after you have agreed, in a box that reaches nothing but the events of this worker.',
        'It measures how long each trace stays above one half, to a fraction of a sample: the histogram gathers around 20.7 samples.',
      ],
      tryOut: [
        'Change level to 0.9: the widths shrink, and the small pulses, which no longer reach it, are missing.',
        'Drop the folder of a setup with your own function.js here: Functions of your own in docs/pipelines.md says what it may do.',
        'Run the same folder on the command line: it asks, too, or wants --trust.',
      ],
      physics:
        'The time over a threshold tells how high a pulse was, with one comparator and a clock instead of a converter: a higher pulse of the same form crosses the level earlier and leaves it later. Of a sine of amplitude A and period T the time above a level h is T · (1/2 − asin(h/A)/π). Many detectors with thousands of channels measure charge this way.',
    },
  },
  {
    id: 'muon',
    title: 'Muon lifetime and spin',
    summary: 'Double pulses of stopped cosmic muons in four layers',
    folder: 'muon',
    setup: 'muon_setup.yaml',
    files: ['muon_setup.yaml', 'muon_filter.yaml', 'muon_source.yaml'],
    guide: {
      see: [
        'Four stacked detector layers, A on top. Most muons fly through all of them and give one pulse per layer.',
        'About one in ten stops behind layer B and decays: a second, later pulse appears in A and B (the electron went up) or in C and D (it went down). Only these pass the filter.',
        'The two histograms collect the time between the pulses, upwards and downwards.',
      ],
      tryOut: [
        'Shut down the roots when a few hundred decays are in, and save the run: the tables hold every pulse.',
        'Drag over a histogram from 500 to 14000: the mean life appears, with its uncertainty; the third histogram has the decays of both directions. On a logarithmic scale the decay is a straight line, which bends where there is background: choose “decay + flat”.',
        'Watch the asymmetry of up and down: it swings with the spin, and its uncertainty tells how many decays it takes to see that.',
        'Raise peak_minimal_prominence_secondary in muon_filter.yaml and see how the rate of accepted pulses drops.',
      ],
      physics:
        'Muons from showers high in the atmosphere reach the ground because they live 2.197 microseconds on average. A muon that comes to rest decays into an electron and two neutrinos, and the time until then follows an exponential law. In a magnetic field its spin precesses, and as the electron prefers the direction of the spin, the ratio of upward to downward decays swings with time.',
    },
  },
  {
    id: 'gamma',
    title: 'Gamma spectroscopy with a Red Pitaya',
    summary: 'Pulse heights of a simulated scintillator: Cs-137 and Co-60',
    folder: 'gamma',
    setup: 'cs-137.yaml',
    files: GAMMA_FILES,
    guide: {
      see: [
        'Each pulse stands for one gamma quantum in a scintillator; its height is three counts per keV. The oscilloscope shows single pulses, the histogram their heights.',
        'Caesium-137 has one line: the full-energy peak at 662 keV is near 1986 counts. The broad shelf below it is Compton scattering, the bump near 550 counts is backscatter, and the line at the far left is X-rays of barium, 32 keV.',
      ],
      tryOut: [
        'Calibrate: set the slope to 0.333 keV per count, and the axis reads energies.',
        'Drag over the peak: position, width and net area of the fitted bell appear, each with its uncertainty. Width by position is the energy resolution, here about 7 %.',
        'Remove height_estimator and start again: the highest sample alone carries the luckiest noise, and every height is too large by about the noise. The parabola through 21 samples is not.',
        'Open co-60.yaml in the list above the editor: two lines at 1173 and 1332 keV.',
        'With a real Red Pitaya: start its mcpha server and, on this computer, the bridge (npm run bridge); open red-pitaya.yaml, write the address of the instrument at ip, and start. red-pitaya-list.yaml takes the heights that the instrument finds itself, which it sends faster than records.',
      ],
      physics:
        'A gamma quantum that is absorbed whole leaves all its energy in the crystal: the photopeak. If it is only scattered and leaves, the crystal keeps a part between zero and the Compton edge, 477 keV for caesium-137. The number of light quanta per event fluctuates, so a sharp line becomes a bell whose width grows with the square root of the energy.',
    },
  },
  {
    id: 'mimo-write',
    title: 'Write a .mimo file',
    summary: 'Save every event with its time, for later',
    folder: 'mimo-file',
    setup: 'write.yaml',
    files: ['write.yaml', 'replay.yaml'],
    guide: {
      see: [
        'Every trace that passes the filter goes to the file Recorded.mimo in the run directory, with its number, its time and its dead time.',
        'Nothing is lost on the way: the number of events of the buffer Recorded is the number of events in the file.',
      ],
      tryOut: [
        'Let it run for ten seconds, shut down the roots and open the run from the Runs tab.',
        'Open the example “Replay a .mimo file”: it plays back what was just recorded.',
        'Save the run as a zip: Python with NumPy reads the same file.',
      ],
      physics:
        'Raw traces are worth keeping: an analysis that somebody thinks of later needs them, a table of pulse heights cannot be turned back. The price is room on the disk; here 424 bytes for each event.',
    },
  },
  {
    id: 'mimo-replay',
    title: 'Replay a .mimo file',
    summary: 'Run a recording through an analysis, in its own rhythm',
    folder: 'mimo-file',
    setup: 'replay.yaml',
    files: ['write.yaml', 'replay.yaml'],
    recording: 'Recorded.mimo',
    guide: {
      see: [
        'The source is the file of the newest run of “Write a .mimo file”, or before the first such run one of 600 events that comes with the program. Its events come with the time differences that were recorded, so rates and pile-up are those of the experiment.',
        'The pulse-height analysis takes the highest peak of each trace; the histogram shows them.',
      ],
      tryOut: [
        'Replace simulate_importer by clocked_importer and add rate: 5000 to its configuration: the same events, as fast as that.',
        'Change height of the analysis and start again: the same data, another cut.',
      ],
      physics:
        'An analysis that can be repeated on the same events can be trusted: if the result changes, it was the analysis and not the detector. This is how thresholds are chosen before the beam time, and how systematic errors are estimated after it.',
    },
  },
];

export function findExample(id: string): Example | undefined {
  return EXAMPLES.find((example) => example.id === id);
}
