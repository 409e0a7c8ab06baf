// What the benchmark of opening files needs of ours on Node: a table of text read with its figures, and .mimo records.

export { encodeMimoHeader, STANDARD_METADATA } from '../src/formats/mimo/write-header.ts';
export { encodeMetadata } from '../src/formats/mimo/writer.ts';
export { packedStruct, scalarDtype } from '../src/formats/numpy/dtype.ts';
export { NodeFile, readWithFigures } from './parquet-entry.ts';
