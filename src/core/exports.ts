// The core's functions as TypeScript sees them, one interface per room of assembly/. Addresses are byte
// addresses in the shared memory; tests/assembly/exports.test.ts holds the list equal to the module's own.

export interface MemoryExports {
  heapBase(): number;
}

/** assembly/stats. A record is STATS_BYTES of shared memory; every function adds to it. */
export interface StatsExports {
  statsClear(record: number): void;
  statsMerge(record: number, other: number): void;
  statsF32(record: number, address: number, count: number): void;
  statsF64(record: number, address: number, count: number): void;
  statsI16(record: number, address: number, count: number): void;
  statsU8(record: number, address: number, count: number): void;
  /** Packed; `first` counts samples from the lowest bits of the byte at `address` on. */
  statsU4(record: number, address: number, first: number, count: number): void;
  statsU1(record: number, address: number, first: number, count: number): void;
}

/** assembly/stream. Use src/core/stream-ring.ts instead. */
export interface StreamExports {
  streamStart(ring: number): number;
  streamOverviewStart(ring: number): number;
  streamEnd(ring: number): number;
  streamAppend(ring: number, sources: number, count: number, record: number): void;
  streamMissing(ring: number, count: number, record: number): void;
  streamStatistics(ring: number, signalIndex: number, start: number, end: number, record: number): number;
  streamSummary(
    ring: number,
    signalIndex: number,
    start: number,
    increment: number,
    count: number,
    scratch: number,
  ): void;
  /** 1 or 0. */
  streamIsIntact(ring: number, generation: number, start: number): number;
  streamReset(ring: number): void;
  streamSetClock(ring: number, rateHz: number, sample: bigint, utc: bigint): void;
  streamClock(ring: number, into: number): void;
}

/** File-format kernels: checksums and reductions of packed samples (assembly/codec). */
export interface CodecExports {
  codecCrcTables(tables: number, polynomial: number): void;
  codecCrc(tables: number, address: number, lengthBytes: number, crc: number): number;
  codecGather(
    source: number,
    strideBytes: number,
    count: number,
    widthBytes: number,
    isSwapped: boolean,
    target: number,
  ): void;
  codecBins(
    code: number,
    samples: number,
    firstIndex: number,
    binSamples: number,
    binCount: number,
    target: number,
  ): void;
  codecSummarise(
    code: number,
    samples: number,
    groupSamples: number,
    groupCount: number,
    isWide: boolean,
    target: number,
    record: number,
  ): void;
  codecCondense(isWide: boolean, entries: number, groupSize: number, groupCount: number, target: number): void;
}

/** Rows of text (assembly/text). Use src/core/text-rows.ts instead. */
export interface TextExports {
  /** 0 at the end, 1 when `times` is full, 2 at an odd line. */
  textIndex(
    text: number,
    end: number,
    separator: number,
    decimal: number,
    keyColumn: number,
    powers: number,
    times: number,
    room: number,
    blocks: number,
    state: number,
  ): number;
  textTakeLine(text: number, isRow: boolean, time: number, times: number, blocks: number, state: number): void;
  textColumns(
    text: number,
    end: number,
    separator: number,
    decimal: number,
    wanted: number,
    columnCount: number,
    powers: number,
    out: number,
    capacity: number,
    odd: number,
    oddRoom: number,
    state: number,
  ): void;
}

/** Event ring (assembly/ring): `ring` is its address, results below 0 are RING_WOULD_BLOCK, _ENDED, _KILLED. */
export interface RingExports {
  ringBytes(slotCount: number, metadataBytes: number, dataBytes: number, writers: number, observers: number): number;
  ringInit(
    ring: number,
    slotCount: number,
    metadataBytes: number,
    dataBytes: number,
    writers: number,
    observers: number,
  ): void;
  ringTryClaim(ring: number, owner: number): number;
  ringClaim(ring: number, owner: number, spins: number): number;
  /** 1, or 0 when the slot was not the writer's any more. */
  ringCommit(ring: number, writer: number, token: number, deadtime: number): number;
  ringTryRead(ring: number, owner: number): number;
  ringRead(ring: number, owner: number, spins: number): number;
  ringRelease(ring: number, owner: number, token: number): void;
  ringPrepareSleep(ring: number, queue: number): number;
  ringCloseWriter(ring: number, writer: number): void;
  ringControl(ring: number, set: number, clear: number): void;
  ringRecover(ring: number, owner: number): number;
  ringEventCount(ring: number): number;
  ringPausedCount(ring: number): number;
  ringTotalDeadtime(ring: number): number;
  ringQueueLength(ring: number, queue: number): number;
  ringTryObserve(ring: number, observer: number): number;
  ringObserve(ring: number, observer: number): number;
}

/** assembly/unpack. Use src/devices/joulescope/js110/processor.ts instead. */
export interface UnpackExports {
  js110Start(state: number): void;
  js110Process(state: number, ring: number, packets: number, packetCount: number): void;
  js110Missing(state: number, ring: number, count: number): void;
  downsampleStart(state: number, firstSample: number): void;
  downsampleF32(state: number, from: number, count: number, to: number): number;
  downsampleU8(state: number, from: number, count: number, to: number): number;
  js110Words(
    state: number,
    words: number,
    count: number,
    voltageRange: number,
    current: number,
    voltage: number,
    power: number,
    bits: number,
  ): number;
}

/** Pulse-height analysis (assembly/pulse). Use src/core/pulse.ts instead. Arrays are given by their address. */
export interface PulseExports {
  pulsePeaks(x: number, length: number, low: number, high: number, peaks: number): number;
  /** 0xffffffff (-1) for a signal with NaN. */
  pulseProminent(x: number, length: number, least: number, peaks: number): number;
  pulseHasRun(x: number, length: number, runLength: number): number;
  pulseKeepCommon(peaks: number, count: number, all: number, allCount: number, flags: number): void;
  pulsePlateaus(x: number, peaks: number, count: number, lefts: number, rights: number, sizes: number): void;
  pulseHeights(x: number, peaks: number, count: number, heights: number): void;
  pulseThresholds(x: number, peaks: number, count: number, lefts: number, rights: number): void;
  pulseDistance(peaks: number, heights: number, count: number, distance: number, flags: number, work: number): void;
  pulseBases(
    x: number,
    length: number,
    all: number,
    allCount: number,
    peaks: number,
    count: number,
    leftBases: number,
    rightBases: number,
    stack: number,
  ): void;
  pulseLimitBases(x: number, peaks: number, count: number, half: number, leftBases: number, rightBases: number): void;
  pulseProminences(
    x: number,
    peaks: number,
    count: number,
    leftBases: number,
    rightBases: number,
    prominences: number,
  ): number;
  pulseWidths(
    x: number,
    peaks: number,
    count: number,
    relativeHeight: number,
    prominences: number,
    leftBases: number,
    rightBases: number,
    widths: number,
    widthHeights: number,
    leftCrossings: number,
    rightCrossings: number,
  ): number;
  pulseKeepAtLeast(values: number, count: number, border: number, borders: number, peaks: number, flags: number): void;
  pulseKeepAtMost(values: number, count: number, border: number, borders: number, peaks: number, flags: number): void;
  histogramFill(values: number, count: number, edges: number, binCount: number, scale: number, counts: number): number;
  pulseCloseU32(array: number, flags: number, count: number): number;
  pulseCloseF64(array: number, flags: number, count: number): void;
}

export interface CoreExports
  extends MemoryExports,
    StatsExports,
    StreamExports,
    CodecExports,
    TextExports,
    RingExports,
    UnpackExports,
    PulseExports {}
