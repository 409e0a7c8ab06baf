// The core's whole export surface. No logic lives here: each line re-exports one room.
export { heapBase } from "./memory";
export { statsF32, statsF64 } from "./stats/float";
export { statsI16, statsU1, statsU4, statsU8 } from "./stats/integer";
export { statsClear, statsMerge } from "./stats/record";
export { streamClock, streamSetClock } from "./stream/clock";
export {
  streamAppend,
  streamEnd,
  streamIsIntact,
  streamMissing,
  streamOverviewStart,
  streamReset,
  streamStart,
  streamStatistics,
  streamSummary,
} from "./stream/ring";
export { codecCrc, codecCrcTables } from "./codec/crc";
export { codecGather } from "./codec/gather";
export { codecBins, codecCondense, codecSummarise } from "./codec/summary";
export { ringObserve, ringTryObserve } from "./ring/observe";
export {
  ringBytes,
  ringClaim,
  ringCloseWriter,
  ringCommit,
  ringControl,
  ringEventCount,
  ringInit,
  ringPausedCount,
  ringPrepareSleep,
  ringQueueLength,
  ringRead,
  ringRecover,
  ringRelease,
  ringTotalDeadtime,
  ringTryClaim,
  ringTryRead,
} from "./ring/ring";
export { downsampleF32, downsampleStart, downsampleU8 } from "./unpack/downsample";
export { js110Missing, js110Process, js110Start } from "./unpack/js110";
export { histogramFill } from "./pulse/histogram";
export { pulseHeights, pulsePeaks, pulsePlateaus, pulseThresholds } from "./pulse/peaks";
export { pulseDistance } from "./pulse/distance";
export { pulseBases, pulseLimitBases, pulseProminences } from "./pulse/prominence";
export { pulseHasRun, pulseProminent } from "./pulse/prominent";
export { pulseCloseF64, pulseCloseU32, pulseKeepAtLeast, pulseKeepAtMost, pulseKeepCommon } from "./pulse/select";
export { pulseWidths } from "./pulse/width";
export { js110Words } from "./unpack/js110-words";
export { textColumns, textIndex, textTakeLine } from "./text/rows";
