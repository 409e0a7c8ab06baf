// What writes a .mimo file for bench/module-browser.bench.mjs.

export { encodeMimoHeader, STANDARD_METADATA } from '../src/formats/mimo/write-header.ts';
export { packedStruct, scalarDtype } from '../src/formats/numpy/dtype.ts';
