// A function of your own. The context has the worker's configuration and the shapes of its buffers; what is returned says
// what is done with each event.

/** Of each trace the time from where it rises through `level` to where it falls below it again, in samples. */
export function time_over_threshold(context) {
  const level = context.config.number('level', 0.5);
  const trace = new Float64Array(context.sources[0].dataLength);
  return {
    template: 'Processor',
    process(event, outputs, emit) {
      event.readChannel('ch1', trace);
      const rise = crossing(trace, 1, level, 1);
      const fall = crossing(trace, Math.ceil(rise) + 1, level, -1);
      if (Number.isNaN(fall)) return;
      outputs[0].set('time_over_threshold', fall - rise);
      emit(0);
    },
  };
}

/** Where the trace passes the level upwards (1) or downwards (-1), on the straight line between two samples; NaN if nowhere. */
function crossing(trace, from, level, direction) {
  for (let i = from; i < trace.length; i++) {
    const before = (trace[i - 1] - level) * direction;
    const after = (trace[i] - level) * direction;
    if (before < 0 && after >= 0) return i - after / (after - before);
  }
  return Number.NaN;
}
