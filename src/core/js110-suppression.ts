// Names and figures of the JS110's range-switch suppression modes, `mode_pre_window_post` (pyjoulescope,
// joulescope/stream_buffer.pyx).

import { LabError } from '../base/errors.ts';

export interface Suppression {
  readonly mode: 'off' | 'interp' | 'mean' | 'nan';
  /** Samples before and after the window that the mean is taken over. */
  readonly pre: number;
  readonly post: number;
  /** Samples to suppress at a change of range, at 16 * range after + range before (0-6, 7 off, 8 missing). */
  readonly windows: Uint8Array;
}

// Rows: range after, 0 to 6; columns: range before, 0 to 7. Changes to off and from or to missing have no window.
const TABLES = {
  n: ['05777778', '30777778', '55077778', '55507778', '55550778', '55555078', '55555508'],
  m: ['05555566', '30555678', '44066778', '44406677', '44440676', '44444076', '44444406'],
};

/** Reads a mode name: `off`, `normal`, or (`interp` | `mean` | `nan`)_pre_window_post. Throws `setup/invalid`. */
export function parseSuppression(name: string): Suppression {
  if (name === 'off') return { mode: 'off', pre: 0, post: 0, windows: new Uint8Array(256) };
  if (name === 'normal') return parseSuppression('interp_1_n_1');
  const match = /^(interp|mean|nan)_([0-8])_(n|m|\d|1[0-2])_([0-8])$/.exec(name);
  if (!match) {
    throw new LabError('setup/invalid', `"${name}" is not a way to suppress range switches. Use off or normal.`);
  }
  const [, mode, pre, window, post] = match as unknown as [string, 'interp' | 'mean' | 'nan', string, string, string];
  const windows = windowTable(window);
  if (mode === 'nan') return { mode, pre: 0, post: 0, windows };
  if (mode === 'interp' || Number(pre) + Number(post) === 0) return { mode, pre: 1, post: 1, windows };
  return { mode, pre: Number(pre), post: Number(post), windows };
}

function windowTable(window: string): Uint8Array {
  const windows = new Uint8Array(256);
  if (window === 'n' || window === 'm') {
    TABLES[window].forEach((row, after) => {
      [...row].forEach((samples, before) => {
        windows[16 * after + before] = Number(samples);
      });
    });
    return windows;
  }
  for (let after = 0; after <= 8; after++) {
    for (let before = 0; before <= 8; before++) {
      if (after !== before) windows[16 * after + before] = Number(window);
    }
  }
  return windows;
}
