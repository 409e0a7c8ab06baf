// How many buffers each template takes.

export type Template = 'Importer' | 'Exporter' | 'Filter' | 'Processor' | 'Observer' | 'IsAlive';

interface Arity {
  readonly noun: 'sources' | 'sinks' | 'observes';
  readonly min: number;
  readonly max: number;
}

function arity(sources: [number, number], sinks: [number, number], observes: [number, number]): readonly Arity[] {
  return [
    { noun: 'sources', min: sources[0], max: sources[1] },
    { noun: 'sinks', min: sinks[0], max: sinks[1] },
    { noun: 'observes', min: observes[0], max: observes[1] },
  ];
}

const ANY = Number.POSITIVE_INFINITY;

/** How many buffers of each kind a template takes (mimocorb2/worker_templates.py). */
export const TEMPLATE_ARITY: Readonly<Record<Template, readonly Arity[]>> = {
  Importer: arity([0, 0], [1, 1], [0, 0]),
  Exporter: arity([1, 1], [0, ANY], [0, 0]),
  Filter: arity([1, 1], [1, ANY], [0, 0]),
  Processor: arity([1, 1], [1, ANY], [0, 0]),
  Observer: arity([0, 0], [0, 0], [1, 1]),
  IsAlive: arity([0, 0], [0, 0], [1, 1]),
};

/** `1 source`, `at least 1 sink`, `1 observes`, in the reference's words. */
export function arityText(noun: Arity['noun'], min: number, max: number): string {
  const wanted = min === max ? String(min) : `at least ${min}`;
  return `${wanted} ${min === 1 && noun !== 'observes' ? noun.slice(0, -1) : noun}`;
}
