// Vite plugin: the HDF5 library brings its WebAssembly as one long text within its script. Each worker that reads or writes
// HDF5 would carry a copy of that. In the build it is a file of its own, by its content, which all of them fetch.
import type { Plugin } from 'vite';

const SCRIPT = /\/h5wasm\/dist\/esm\/hdf5_util\.js$/;
const EMBEDDED = /function findWasmBinary\(\)\{return binaryDecode\(('(?:[^'\\]|\\.)*')\)\}/s;
/** What a module begins with (WebAssembly core specification, 5.5.16). */
const MAGIC = '\0asm';

export function hdf5WasmPlugin(): Plugin {
  return {
    name: 'pulsebench-hdf5-wasm',
    apply: 'build',
    transform(code, id) {
      if (!SCRIPT.test(id)) return undefined;
      const [whole, literal] = EMBEDDED.exec(code) ?? [];
      // the code of a package that is bundled anyway
      const text: string = literal === undefined ? '' : new Function(`return ${literal}`)();
      if (whole === undefined || !text.startsWith(MAGIC)) this.error('The HDF5 library has its WebAssembly elsewhere.');
      // a zero is written as U+0100 where a text cannot hold it
      const source = Uint8Array.from(text, (char) => char.charCodeAt(0));
      const file = this.emitFile({ type: 'asset', name: 'hdf5.wasm', source });
      const fetched = `fetch(import.meta.ROLLUP_FILE_URL_${file}).then((response) => response.arrayBuffer())`;
      return { code: code.replace(whole, () => `function findWasmBinary(){return ${fetched}}`), map: null };
    },
  };
}
