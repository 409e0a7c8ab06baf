// The core's functions as TypeScript sees them, one interface per room of assembly/. Addresses are byte
// addresses in the shared memory; tests/assembly/exports.test.ts holds the list equal to the module's own.

export interface MemoryExports {
  heapBase(): number;
}

export interface CoreExports extends MemoryExports {}
