// What the keyboard (and the command palette) can do in the scope view.

/** What a command may use of the view. */
export interface ScopeActions {
  toggleRun(): boolean;
  setMode(mode: 'run' | 'single' | 'stop'): boolean;
  /** Earlier records are negative. */
  stepRecord(by: number): boolean;
  pin(): boolean;
  exportRecord(): boolean;
  /** The instrument's own screen, kept with the record. */
  photograph(): boolean;
  /** All records that are still there, as the segments of a sequence. */
  exportAll(): boolean;
  toggleFit(): boolean;
  resetStatistics(): boolean;
  readonly plot: ScopePlotActions | undefined;
}

interface ScopePlotActions {
  zoom(factor: number): void;
  pan(part: number): void;
  reset(): void;
  showAll(): void;
}

export interface ScopeCommand {
  readonly id: string;
  readonly label: string;
  readonly keys: readonly string[];
  /** False when there is nothing to act on. */
  readonly run: (view: ScopeActions) => boolean;
}

const KEY_ZOOM = 2;
const KEY_PAN = 0.2;

const onPlot =
  (act: (plot: ScopePlotActions) => void) =>
  ({ plot }: ScopeActions): boolean => {
    if (plot) act(plot);
    return plot !== undefined;
  };

export const SCOPE_COMMANDS: readonly ScopeCommand[] = [
  { id: 'scope.run-stop', label: 'Run or stop', keys: ['Space'], run: (view) => view.toggleRun() },
  { id: 'scope.single', label: 'Wait for a single trigger', keys: ['S'], run: (view) => view.setMode('single') },
  { id: 'scope.pin', label: 'Pin the record', keys: ['P'], run: (view) => view.pin() },
  { id: 'scope.export', label: 'Save the record…', keys: ['E'], run: (view) => view.exportRecord() },
  { id: 'scope.export-all', label: 'Save all records…', keys: ['Shift+E'], run: (view) => view.exportAll() },
  { id: 'scope.photograph', label: 'Fetch the instrument’s screen', keys: ['I'], run: (view) => view.photograph() },
  { id: 'scope.previous', label: 'Previous record', keys: ['['], run: (view) => view.stepRecord(-1) },
  { id: 'scope.next', label: 'Next record', keys: [']'], run: (view) => view.stepRecord(1) },
  { id: 'scope.fit', label: 'Fit the values, or as on the scope', keys: ['F'], run: (view) => view.toggleFit() },
  { id: 'scope.reset-statistics', label: 'Reset statistics', keys: ['A'], run: (view) => view.resetStatistics() },
  { id: 'scope.zoom-in', label: 'Magnify', keys: ['Plus', '=', 'ArrowUp'], run: onPlot((plot) => plot.zoom(KEY_ZOOM)) },
  {
    id: 'scope.zoom-out',
    label: 'Magnify less',
    keys: ['-', 'ArrowDown'],
    run: onPlot((plot) => plot.zoom(1 / KEY_ZOOM)),
  },
  { id: 'scope.pan-left', label: 'Show earlier', keys: ['ArrowLeft'], run: onPlot((plot) => plot.pan(-KEY_PAN)) },
  { id: 'scope.pan-right', label: 'Show later', keys: ['ArrowRight'], run: onPlot((plot) => plot.pan(KEY_PAN)) },
  { id: 'scope.screen', label: 'Show the scope’s screen', keys: ['0', 'Escape'], run: onPlot((plot) => plot.reset()) },
  { id: 'scope.whole', label: 'Show the whole record', keys: ['*'], run: onPlot((plot) => plot.showAll()) },
];
