// A loaded setup as JSON for scripts: buffers with their NumPy layout, workers with their merged configuration, roots.

import { isPythonDate, isPythonMap, type PythonValue } from '../base/yaml/python-value.ts';
import { type Dtype, dtypeText } from '../formats/numpy/dtype.ts';
import { eventBytes, METADATA_BYTES } from '../pipeline/event-view.ts';
import type { Setup } from '../pipeline/setup/setup.ts';

export function setupAsJson(setup: Setup): unknown {
  return {
    buffers: Object.fromEntries(
      setup.buffers.map((buffer) => [
        buffer.name,
        {
          slot_count: buffer.slotCount,
          data_length: buffer.dataLength,
          dtype: {
            str: dtypeText(buffer.dtype),
            itemsize: buffer.dtype.itemBytes,
            fields: buffer.dtype.fields.map(({ name, dtype, offsetBytes }) => ({
              name,
              str: dtypeText(dtype.type === 'array' ? dtype.base : dtype),
              offset: offsetBytes,
              shape: shapeOf(dtype),
              size: dtype.itemBytes,
            })),
          },
          data_byte_size: eventBytes(buffer),
          slot_byte_size: METADATA_BYTES + eventBytes(buffer),
        },
      ]),
    ),
    workers: Object.fromEntries(
      setup.workers.map((worker) => [
        worker.name,
        {
          function: worker.function,
          ...(worker.file && { file: worker.file }),
          number_of_processes: worker.processCount,
          sources: worker.sources,
          sinks: worker.sinks,
          observes: worker.observes,
          config: plain(worker.config),
        },
      ]),
    ),
    roots: setup.rootBuffers,
    target_directory: setup.targetDirectory,
  };
}

function shapeOf(dtype: Dtype): readonly number[] {
  return dtype.type === 'array' ? dtype.shape : [];
}

/** JSON has no integers beyond 2^53: those become texts, as everywhere in the command line's answers. */
function plain(value: PythonValue): unknown {
  if (isPythonDate(value)) return value.text;
  if (isPythonMap(value)) return Object.fromEntries([...value].map(([key, item]) => [String(plain(key)), plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  return value;
}
