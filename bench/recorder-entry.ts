// What the recorder benchmark needs, in one module for Node.

export { instantiateCore } from '../src/core/core.ts';
export { Arena, createMemory } from '../src/core/memory.ts';
export { StreamRing } from '../src/core/stream-ring.ts';
export { createWorkspace } from '../src/core/workspace.ts';
export { js110Signals } from '../src/devices/joulescope/js110/processor.ts';
export { JlsWriter, jlsWriterWorkspaceBytes } from '../src/formats/jls/v2/writer.ts';
export { SourceFollower } from '../src/workers/recorder/source-follower.ts';
