// What each built-in function takes from a setup, as plain data: keys of its configuration and what may stand there, and
// fields that it needs. The loader says with it at once what would fail, or do nothing, when the run has begun.
// Keys as in mimoCoRB2 0.0.3, and ours where docs/pipelines.md names them.

/** What may stand at a key. `null` counts as left out where `isOptional` functions say so: see `nullable`. */
export type Value =
  | { readonly kind: 'number'; readonly min?: number; readonly above?: number; readonly isWhole?: boolean }
  | { readonly kind: 'text' | 'truth' | 'texts' }
  | { readonly kind: 'choice'; readonly of: readonly (string | number)[] }
  /** So many numbers; a single number stands for one of one where `canBeSingle`. */
  | { readonly kind: 'numbers'; readonly min: number; readonly max: number; readonly canBeSingle?: boolean }
  /** A number, or [min, max] with `null` for none. */
  | { readonly kind: 'interval' }
  /** [factor, offset, label]. */
  | { readonly kind: 'scaling' }
  /** Field to [min, max, number of edges]. */
  | { readonly kind: 'bins' }
  /** A field of the buffer that is read or observed, or a list of them. */
  | { readonly kind: 'field' | 'fields' }
  /** A list of pairs of lists of `+`, `-` and `0`. */
  | { readonly kind: 'signatures' };

export type Key = Value & {
  readonly isRequired?: boolean;
  /** Null counts as left out. */
  readonly canBeNull?: boolean;
  /** A value that cannot be used is passed over; without it the function stops. */
  readonly isPassedOver?: boolean;
  /** Why it must not be there, as the rest of a sentence that begins with its name. */
  readonly obstacle?: string;
};

export interface Declaration {
  readonly keys: Readonly<Record<string, Key>>;
  /** Keys that are made of a field of the source and this ending, required for each field. */
  readonly perField?: { readonly ending: string; readonly key: Key };
  /** Fields that the source must have. */
  readonly sourceFields?: readonly string[];
  /** Fields that the first sink must have. */
  readonly sinkFields?: readonly string[];
  /** It needs events of one item. */
  readonly takesSingleItems?: boolean;
  /** It writes a file of its own, which two threads cannot write. */
  readonly writesFile?: boolean;
}

const INTERVAL_S: Key = { kind: 'number', min: 0 };
const NUMBER: Key = { kind: 'number' };
const NEEDED: Key = { kind: 'number', isRequired: true };
const TEXT: Key = { kind: 'text' };
const TRUTH: Key = { kind: 'truth' };
const CONDITION: Key = { kind: 'interval', canBeNull: true };
const SLOPE: Key = { kind: 'choice', of: ['rising', 'falling'] };

export const PEAK_MODES = ['first', 'highest', 'all'] as const;
export const HEIGHT_ESTIMATORS = ['sample', 'parabola', 'mean'] as const;
export const REDPITAYA_RATES = [1, 4, 8, 16, 32, 54, 128, 256];
export const HISTOGRAM_TYPES = ['line', 'bar', 'step'];
export const RATE_DISTRIBUTIONS = ['uniform', 'poisson'];

/** The condition that makes a property of a peak exist; `position` always does. */
export const PEAK_PROPERTIES: ReadonlyMap<string, string | undefined> = new Map([
  ['position', undefined],
  ['peak_heights', 'height'],
  ['left_thresholds', 'threshold'],
  ['right_thresholds', 'threshold'],
  ['prominences', 'prominence'],
  ['left_bases', 'prominence'],
  ['right_bases', 'prominence'],
  ['widths', 'width'],
  ['width_heights', 'width'],
  ['left_ips', 'width'],
  ['right_ips', 'width'],
  ['plateau_sizes', 'plateau_size'],
  ['left_edges', 'plateau_size'],
  ['right_edges', 'plateau_size'],
]);

/** Both kinds of `simulate_source`: muons, and the gammas of a scintillator. */
const SIMULATED: Readonly<Record<string, Key>> = {
  analogue_offset: NUMBER,
  trigger_level: NUMBER,
  sample_time_ns: NUMBER,
  pre_trigger_samples: { kind: 'number', min: 0 },
  eventcount: { kind: 'number', isWhole: true, min: -1 },
  sleeptime: { kind: 'number', min: 0 },
  random: TRUTH,
  pulseWindow: { kind: 'number', above: 0 },
  pulseHeight: { kind: 'numbers', min: 1, max: Number.POSITIVE_INFINITY, canBeSingle: true },
  pulseSpread: NUMBER,
  prbIteraction: NUMBER,
  prb2ndPulse: NUMBER,
  file: TEXT,
  M: NUMBER,
  tau: { kind: 'number', above: 0 },
  number_of_samples_before_trigger: { kind: 'number', min: 0 },
  energy_conversion: { kind: 'numbers', min: 2, max: 2 },
  noise: NUMBER,
  average_rate: { kind: 'number', above: 0 },
};

/** By the names of the catalogue's rows. */
export const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  'exporters.drain': { keys: {} },
  'exporters.histogram': {
    keys: { bins: { kind: 'bins', isRequired: true }, update_interval: INTERVAL_S },
    takesSingleItems: true,
    writesFile: true,
  },
  'exporters.csv': { keys: { save_interval: INTERVAL_S, filename: TEXT }, takesSingleItems: true, writesFile: true },
  'analyzers.pha': {
    keys: {
      channel: { kind: 'field' },
      height: CONDITION,
      threshold: CONDITION,
      distance: { kind: 'number', min: 1, canBeNull: true },
      prominence: CONDITION,
      width: CONDITION,
      wlen: { kind: 'number', canBeNull: true },
      rel_height: { kind: 'number', min: 0, canBeNull: true },
      plateau_size: CONDITION,
      peak: { kind: 'choice', of: PEAK_MODES },
      height_estimator: { kind: 'choice', of: HEIGHT_ESTIMATORS },
      height_samples: { kind: 'number', min: 3 },
    },
  },
  'data.export': { keys: {}, writesFile: true },
  'data.simulate_importer': { keys: { filename: { kind: 'text', isRequired: true } } },
  'data.clocked_importer': {
    keys: {
      filename: { kind: 'text', isRequired: true },
      rate: { kind: 'number', above: 0, isRequired: true },
      distribution: { kind: 'choice', of: RATE_DISTRIBUTIONS },
    },
  },
  'misc.copy': { keys: {} },
  'observers.oscilloscope': {
    keys: {
      ylim: { kind: 'numbers', min: 2, max: 2, canBeNull: true, isPassedOver: true },
      t_scaling: { kind: 'scaling', isPassedOver: true },
      y_scaling: { kind: 'scaling', isPassedOver: true },
      channels: { kind: 'fields', canBeNull: true },
      trigger_level: { kind: 'number', canBeNull: true, isPassedOver: true },
      update_interval: INTERVAL_S,
      colors: { kind: 'texts', canBeNull: true, isPassedOver: true },
    },
  },
  'visualizers.histogram': {
    keys: { update_interval: INTERVAL_S, plot_type: { kind: 'choice', of: HISTOGRAM_TYPES, canBeNull: true } },
  },
  'visualizers.csv': {
    keys: {
      update_interval: INTERVAL_S,
      bins: { kind: 'bins', isRequired: true },
      filename: TEXT,
      plot_type: { kind: 'choice', of: ['bar', 'barstacked', 'step', 'stepfilled'], isPassedOver: true },
    },
  },
  'importers.redpitaya.waveform': {
    keys: {
      ip: { kind: 'text', isRequired: true },
      sample_rate: { kind: 'choice', of: REDPITAYA_RATES, isRequired: true },
      trigger_level: NEEDED,
      number_of_samples_before_trigger: { kind: 'number', min: 0, isWhole: true, isRequired: true },
      negator_IN1: TRUTH,
      negator_IN2: TRUTH,
      trigger_slope: SLOPE,
      trigger_mode: { kind: 'choice', of: ['normal', 'auto'] },
      trigger_source: { kind: 'choice', of: ['IN1', 'IN2'] },
      set_size: { kind: 'number', above: 0, isWhole: true },
    },
  },
  'importers.redpitaya.list_mode': {
    keys: {
      ip: { kind: 'text', isRequired: true },
      sample_rate: { kind: 'number', min: 1, isWhole: true },
      delay: { kind: 'number', min: 0, isWhole: true },
      min_threshold: { kind: 'number', min: 0, isWhole: true },
      max_threshold: { kind: 'number', min: 0, isWhole: true },
      negator_IN1: TRUTH,
      negator_IN2: TRUTH,
    },
    sinkFields: ['time', 'IN1', 'IN2'],
  },
  'importers.instrument.waveform': {
    keys: {
      instrument: { kind: 'text', canBeNull: true },
      trigger_level: NEEDED,
      channel: TEXT,
      trigger_slope: SLOPE,
      pre_trigger_samples: { kind: 'number', min: 0 },
    },
  },
  'importers.instrument.records': { keys: { instrument: { kind: 'text', canBeNull: true } } },
  'functions.py:simulate_osc': { keys: {}, sinkFields: ['ch1'] },
  'functions.py:filter_data': { keys: {}, sourceFields: ['ch1'] },
  'functions.py:calculate_pulse_heights': { keys: {}, sourceFields: ['ch1'], sinkFields: ['pulse_height'] },
  'functions.py:print_pulse_heights': { keys: {}, sourceFields: ['pulse_height'] },
  'simulate_source.py:simulate_source': { keys: SIMULATED },
  'lifetime_filter.py:calculate_decay_time': {
    keys: {
      analogue_offset: NEEDED,
      sample_time_ns: NEEDED,
      peak_minimal_prominence_initial: NEEDED,
      peak_minimal_prominence_secondary: NEEDED,
      peak_minimal_distance: NEEDED,
      peak_minimal_width: NEEDED,
      trigger_position_tolerance: NEEDED,
      signatures: { kind: 'signatures', isRequired: true },
      reference_pulse_file: { kind: 'text', canBeNull: true, obstacle: 'is not supported; leave the key out.' },
    },
    perField: { ending: '_scaling', key: NEEDED },
  },
};
