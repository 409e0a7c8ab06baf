// A simulated JS110 behind its USB socket: vendor requests, settings, the sample clock, packets, on-instrument
// statistics. Knows nothing of USB transfers, timing or faults (usb-device.ts).

import { LoadPlayer, type LoadProfile, type LoadTruth } from '../../../sim/load.ts';
import {
  PACKET_BYTES,
  PACKET_HEADER_BYTES,
  PACKET_SAMPLES,
  PACKET_TYPE_RAW,
  PACKET_VOLTAGE_5V,
  SAMPLE_RATE_HZ,
} from '../constants.ts';
import {
  decodeExtio,
  decodeSettings,
  EXTIO_BYTES,
  encodeExtio,
  encodeSettings,
  type Js110Extio,
  type Js110Settings,
  MESSAGE,
  message,
  REQUEST,
  SETTINGS_BYTES,
  STATUS_BYTES,
  STREAMING_ON,
} from '../messages.ts';
import { type CalibrationFile, hexBytes } from './calibration-file.ts';
import { FrontEnd, RANGE_OFF, WindowSums } from './front-end.ts';

/** Packets made at once; bounds the scratch arrays. */
const BATCH_PACKETS = 64;
const BATCH_SAMPLES = BATCH_PACKETS * PACKET_SAMPLES;
/** Statistics come at 2 Hz. */
const WINDOW_SAMPLES = 1_000_000;
/** settings_result while a change is being applied. */
const RESULT_BUSY = 19;
const LOOPBACK_BYTES = 132;

export interface Js110ModelOptions {
  readonly profile: LoadProfile;
  readonly seed: number;
  readonly serialHex: string;
  readonly calibration: CalibrationFile;
  /** What the calibration request answers, if not the file (for faults). */
  readonly calibrationBytes?: Uint8Array;
  /** STATUS reads that answer "busy" after a SETTINGS or EXTIO write; `Infinity` never becomes ready. */
  readonly settingsBusyReads?: number;
  readonly extioBusyReads?: number;
  /** GPO0/1 wired to GPI0/1. */
  readonly isGpoLoopback?: boolean;
  /** How the inputs and outputs are set at power-up. */
  readonly extio?: Js110Extio;
  /** Packet index after each start; a real one starts at 0. */
  readonly firstPacketIndex?: number;
}

export const DEFAULT_EXTIO: Js110Extio = {
  currentLsb: 0,
  voltageLsb: 0,
  gpo0: false,
  gpo1: false,
  gpi: 0,
  ioVoltageMv: 3300,
};

export class Js110Model {
  readonly #options: Js110ModelOptions;
  readonly #load: LoadPlayer;
  readonly #frontEnd: FrontEnd;
  readonly #sums = new WindowSums();
  #window: { readonly status: Uint8Array<ArrayBuffer>; isFresh: boolean } | undefined;
  #settings: Js110Settings = { currentSelect: 0x80, voltageRange: 0, isStreaming: false };
  #extio: Js110Extio = DEFAULT_EXTIO;
  #loopback: Uint8Array<ArrayBuffer> = new Uint8Array(LOOPBACK_BYTES);
  #busyReads = 0;
  #packetIndex = 0;
  #streamSample = 0;
  #poweredSample = 0;
  /** Samples that the load has played. */
  #loadSample = 0;
  #chargeC = 0;
  #energyJ = 0;
  #frameCount = 0;
  #discardedFrames = 0;
  #lastActive = 0;

  readonly #current = new Float64Array(BATCH_SAMPLES);
  readonly #voltage = new Float64Array(BATCH_SAMPLES);
  readonly #active = new Uint8Array(BATCH_SAMPLES);
  readonly #words = new Uint16Array(2 * BATCH_SAMPLES);
  readonly #wordBytes = new Uint8Array(this.#words.buffer);
  readonly #packet = new Uint8Array(PACKET_BYTES);

  constructor(options: Js110ModelOptions) {
    this.#options = options;
    this.#load = new LoadPlayer(options.profile, options.seed, SAMPLE_RATE_HZ);
    this.#frontEnd = new FrontEnd(options.calibration.values, options.seed + 1);
    this.powerUp();
  }

  /** The cable was put in: settings, counters and totals begin anew. The load goes on. */
  powerUp(): void {
    this.#settings = { currentSelect: 0x80, voltageRange: 0, isStreaming: false };
    this.#extio = this.#options.extio ?? DEFAULT_EXTIO;
    this.#configureFrontEnd();
    this.#window = undefined;
    this.#sums.clear();
    this.#poweredSample = 0;
    this.#chargeC = 0;
    this.#energyJ = 0;
    this.#frameCount = 0;
    this.#discardedFrames = 0;
    this.#busyReads = 0;
  }

  readonly sampleRateHz = SAMPLE_RATE_HZ;

  get isStreaming(): boolean {
    return this.#settings.isStreaming;
  }

  /** Samples since power-up. */
  get poweredSample(): number {
    return this.#poweredSample;
  }

  /** Exact mean current of the load since it was switched on. */
  get meanCurrentA(): number {
    return this.#loadSample === 0 ? 0 : (this.truth().chargeC * SAMPLE_RATE_HZ) / this.#loadSample;
  }

  /** `poweredSample` at which the present stream began. */
  get streamStartSample(): number {
    return this.#poweredSample - this.#streamSample;
  }

  /** Analytic charge and energy of the load since power-up, as if it had never been switched off. */
  truth(): LoadTruth {
    return this.#load.truth();
  }

  /** Counts packets that the USB side had to throw away. */
  countDiscarded(packetCount: number): void {
    this.#discardedFrames += packetCount;
  }

  /** Plays `sampleCount` samples that nobody streams; the statistics see them. */
  idle(sampleCount: number): void {
    for (let left = sampleCount; left > 0; ) {
      const n = Math.min(left, BATCH_SAMPLES);
      this.#play(n);
      left -= n;
    }
  }

  /** As `idle`, but the packet counter goes on: a hole in the stream. */
  skipPackets(packetCount: number): void {
    this.idle(packetCount * PACKET_SAMPLES);
    this.#streamSample += packetCount * PACKET_SAMPLES;
    this.#packetIndex += packetCount;
    this.#frameCount += packetCount;
  }

  /** Makes `packetCount` packets. `emit` gets each one (valid during the call) and its number since the start. */
  makePackets(packetCount: number, emit: (packet: Uint8Array<ArrayBuffer>, packetNumber: number) => void): void {
    for (let left = packetCount; left > 0 && this.isStreaming; ) {
      const batch = Math.min(left, BATCH_PACKETS);
      const sampleCount = batch * PACKET_SAMPLES;
      this.#play(sampleCount);
      this.#frontEnd.convert(this.#current, this.#voltage, this.#active, sampleCount, this.#streamSample, this.#words);
      this.#streamSample += sampleCount;
      const payloadBytes = PACKET_BYTES - PACKET_HEADER_BYTES;
      for (let p = 0; p < batch; p++) {
        this.#writeHeader();
        this.#packet.set(this.#wordBytes.subarray(p * payloadBytes, (p + 1) * payloadBytes), PACKET_HEADER_BYTES);
        const number = this.#packetIndex - (this.#options.firstPacketIndex ?? 0);
        this.#packetIndex++;
        this.#frameCount++;
        emit(this.#packet, number);
      }
      left -= batch;
    }
  }

  /** Answer to a vendor IN request; `undefined` = stall. */
  controlIn(request: number, value: number, index: number, lengthBytes: number): Uint8Array | undefined {
    switch (request) {
      case REQUEST.loopbackValue:
        return Uint8Array.of(value & 0xff, value >> 8);
      case REQUEST.loopbackBuffer:
        return this.#loopback.subarray(0, lengthBytes);
      case REQUEST.settings:
        return encodeSettings(this.#settings);
      case REQUEST.extio:
        return encodeExtio({ ...this.#extio, gpi: this.#frontEnd.gpi(this.#lastActive, this.#streamSample) });
      case REQUEST.status:
        return this.#status();
      case REQUEST.serialNumber:
        return hexBytes(this.#options.serialHex);
      case REQUEST.calibration: {
        const bytes = this.#options.calibrationBytes ?? this.#options.calibration.bytes;
        return bytes.subarray(index, index + lengthBytes);
      }
      case REQUEST.info:
        return new TextEncoder().encode(infoText(this.#options.serialHex));
      default:
        return undefined;
    }
  }

  /** Takes a vendor OUT request. False = stall. */
  controlOut(request: number, data: Uint8Array): boolean {
    switch (request) {
      case REQUEST.loopbackValue:
        return true;
      case REQUEST.loopbackBuffer:
        if (data.byteLength > LOOPBACK_BYTES) return false;
        this.#loopback = new Uint8Array(LOOPBACK_BYTES);
        this.#loopback.set(data);
        return true;
      case REQUEST.settings:
        if (!isMessage(data, MESSAGE.settings, SETTINGS_BYTES)) return false;
        this.#apply({ ...decodeSettings(data), isStreaming: (data[12]! & STREAMING_ON) === STREAMING_ON });
        this.#busyReads = this.#options.settingsBusyReads ?? 2;
        return true;
      case REQUEST.extio:
        if (!isMessage(data, MESSAGE.extio, EXTIO_BYTES)) return false;
        this.#extio = decodeExtio(data);
        this.#configureFrontEnd();
        this.#busyReads = this.#options.extioBusyReads ?? 1;
        return true;
      default:
        return false;
    }
  }

  #apply(settings: Js110Settings): void {
    if (settings.isStreaming && !this.#settings.isStreaming) {
      this.#packetIndex = this.#options.firstPacketIndex ?? 0;
      this.#streamSample = 0;
      this.#frontEnd.startStream();
    }
    this.#settings = settings;
    this.#configureFrontEnd();
  }

  #configureFrontEnd(): void {
    const select = this.#settings.currentSelect;
    this.#frontEnd.configure({
      isAutoRange: (select & 0x80) !== 0,
      range: select === 0 ? RANGE_OFF : Math.log2(select & -select),
      voltageRange: this.#settings.voltageRange,
      currentLsb: this.#extio.currentLsb,
      voltageLsb: this.#extio.voltageLsb,
      loopback: this.#options.isGpoLoopback ? { gpi0: this.#extio.gpo0, gpi1: this.#extio.gpo1 } : undefined,
    });
  }

  /** The next `count` true values into the scratch arrays, and into the statistics. */
  #play(count: number): void {
    this.#load.play(this.#current, this.#voltage, this.#active, count);
    this.#loadSample += count;
    if (this.#frontEnd.isOff) {
      this.#current.fill(0, 0, count);
      this.#voltage.fill(0, 0, count);
    }
    this.#lastActive = this.#active[count - 1]!;
    for (let start = 0; start < count; ) {
      const end = Math.min(count, start + WINDOW_SAMPLES - this.#sums.sampleCount);
      this.#sums.add(this.#current, this.#voltage, start, end);
      this.#poweredSample += end - start;
      start = end;
      if (this.#sums.sampleCount === WINDOW_SAMPLES) this.#closeWindow();
    }
  }

  #writeHeader(): void {
    const packet = this.#packet;
    const lengthWord = PACKET_BYTES | (this.#settings.voltageRange === 1 ? PACKET_VOLTAGE_5V : 0);
    packet[0] = PACKET_TYPE_RAW;
    packet[1] = 0;
    packet[2] = lengthWord & 0xff;
    packet[3] = lengthWord >> 8;
    packet[4] = this.#packetIndex & 0xff;
    packet[5] = (this.#packetIndex >> 8) & 0xff;
    // Eight USB microframes per millisecond; a packet takes 63 µs.
    const frame = Math.floor(this.#packetIndex * 0.063 * 8);
    packet[6] = frame & 0xff;
    packet[7] = (frame >> 8) & 0xff;
  }

  #closeWindow(): void {
    const { current, voltage, power, sampleCount } = this.#sums;
    this.#chargeC += current.sum / SAMPLE_RATE_HZ;
    this.#energyJ += power.sum / SAMPLE_RATE_HZ;
    const status = message(MESSAGE.status, STATUS_BYTES);
    const view = new DataView(status.buffer);
    const fixed64 = (offset: number, value: number, bits: number) => {
      view.setBigInt64(offset, BigInt(Math.round(value * 2 ** bits)), true);
    };
    const fixed32 = (offset: number, value: number, bits: number) => {
      view.setInt32(offset, Math.round(value * 2 ** bits), true);
    };
    view.setBigInt64(24, BigInt(this.#poweredSample), true);
    fixed64(32, power.sum / sampleCount, 34);
    fixed64(40, this.#chargeC, 27);
    fixed64(48, this.#energyJ, 27);
    view.setInt32(56, sampleCount, true);
    view.setInt32(60, WINDOW_SAMPLES, true);
    view.setInt32(64, SAMPLE_RATE_HZ, true);
    fixed32(68, current.sum / sampleCount, 27);
    fixed32(72, current.min, 27);
    fixed32(76, current.max, 27);
    fixed32(80, voltage.sum / sampleCount, 17);
    fixed32(84, voltage.min, 17);
    fixed32(88, voltage.max, 17);
    fixed32(92, power.min, 21);
    fixed32(96, power.max, 21);
    this.#window = { status, isFresh: true };
    this.#sums.clear();
  }

  #status(): Uint8Array {
    const bytes = this.#window ? this.#window.status.slice() : message(MESSAGE.status, STATUS_BYTES);
    const view = new DataView(bytes.buffer);
    view.setInt32(8, this.#busyReads > 0 ? RESULT_BUSY : 0, true);
    if (this.#busyReads > 0) this.#busyReads--;
    view.setUint32(12, this.#frameCount >>> 0, true);
    view.setUint32(16, this.#discardedFrames, true);
    const settings = encodeSettings(this.#settings);
    bytes.set(Uint8Array.of(settings[8]! | 0x80, settings[9]!, settings[10]!, settings[11]!), 20);
    if (!this.#window?.isFresh) view.setInt32(56, 0, true);
    else this.#window.isFresh = false;
    return bytes;
  }
}

function isMessage(data: Uint8Array, type: number, lengthBytes: number): boolean {
  return data.byteLength === lengthBytes && data[0] === 1 && data[1] === lengthBytes && data[2] === type;
}

function infoText(serialHex: string): string {
  return JSON.stringify({
    type: 'info',
    ver: 1,
    ctl: {
      mfg: { country: 'none', location: 'simulated', lot: '0' },
      hw: { rev: 'A', sn_mcu: serialHex, sn_mfg: '' },
      fw: { ver: '1.3.2' },
      fpga: { ver: '0.2.0', prod_id: '0x1' },
    },
    sensor: { fw: { ver: '1.3.2' }, fpga: { ver: '0.2.0' } },
  });
}
