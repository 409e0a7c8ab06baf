// One export under way in its worker. Page only.

import type { ExportProgress } from '../../model/ports.ts';
import { proxy } from '../rpc.ts';
import { WorkerLink } from '../worker-link.ts';
import type { ExportApi, ExportOrder, WrittenExport } from './protocol.ts';

/** Aborting ends the worker, whatever it is doing; then this rejects with `cancelled`. */
export async function runExport(
  order: ExportOrder,
  coreModule: WebAssembly.Module,
  onProgress: ExportProgress,
  signal: AbortSignal,
): Promise<WrittenExport> {
  const link = new WorkerLink<ExportApi>(
    () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `export ${order.job.fileName}` }),
    'The export',
  );
  const abort = (): void => link[Symbol.dispose]();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await link.call((remote) => remote.run(order, coreModule, proxy(onProgress)));
  } finally {
    signal.removeEventListener('abort', abort);
    link[Symbol.dispose]();
    // From now on its files can be removed.
    await link.gone;
  }
}
