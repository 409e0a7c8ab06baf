// The header of a .npy file: magic, version, and a Python literal that names type, order and shape
// (numpy.lib.format, versions 1.0, 2.0 and 3.0).

import { FormatError } from '../../base/errors.ts';
import { arrayDtype, type ByteOrder, type Dtype, dtypeText, type StructField, scalarDtype } from '../numpy/dtype.ts';
import type { RandomAccess } from '../source.ts';
import { type Literal, parseLiteral } from './literal.ts';

/** Begins our remark. Python reads the header as a literal, in which comments are passed over. */
const REMARK_MARK = '# pulsebench ';
/** Longest header that is read. */
const MAX_HEADER_BYTES = 1 << 20;
/** NumPy pads the header so that the data start at a multiple of this. */
const ALIGNMENT_BYTES = 64;

export interface NpyHeader {
  readonly version: string;
  readonly dtype: Dtype;
  readonly isFortranOrder: boolean;
  readonly shape: readonly number[];
  readonly payloadOffset: number;
  /** What a program of ours wrote behind the dict, as a comment of Python's; empty in other files. */
  readonly remark: string;
}

/** Rejects with a FormatError for a header that is not one, and for Python objects. */
export async function readNpyHeader(source: RandomAccess): Promise<NpyHeader> {
  const head = await source.read(0, Math.min(12, source.sizeBytes));
  const major = head[6] ?? 0;
  const prefixBytes = major === 1 ? 10 : 12;
  if (major < 1 || major > 3 || head.length < prefixBytes) {
    throw damaged('it has an unknown version or ends in its first bytes', 6);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > MAX_HEADER_BYTES || prefixBytes + headerBytes > source.sizeBytes) {
    throw damaged('its header is longer than the file', 8);
  }
  const bytes = await source.read(prefixBytes, headerBytes);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.slice());
  const mark = text.lastIndexOf(REMARK_MARK);
  const literal = parseLiteral(mark < 0 ? text : text.slice(0, mark), prefixBytes);
  if (!(literal instanceof Map)) throw damaged('its header is no dict', prefixBytes);
  const isFortranOrder = literal.get('fortran_order');
  const shape = literal.get('shape');
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0);
  if (typeof isFortranOrder !== 'boolean' || !isShape) throw damaged('its header has no shape', prefixBytes);
  return {
    version: `${major}.${head[7] ?? 0}`,
    dtype: dtypeFromDescr(literal.get('descr'), 0),
    isFortranOrder,
    shape: shape as number[],
    payloadOffset: prefixBytes + headerBytes,
    remark: mark < 0 ? '' : text.slice(mark + REMARK_MARK.length).trim(),
  };
}

/**
 * The bytes in front of a C-order array, as NumPy writes them (version 1.0, or 3.0 for names beyond Latin-1), with a
 * remark of one line, which other programs pass over.
 */
export function encodeNpyHeader(dtype: Dtype, shape: readonly number[], remark = ''): Uint8Array<ArrayBuffer> {
  const shapeText = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': ${descrText(dtype)}, 'fortran_order': False, 'shape': ${shapeText}, }${remark === '' ? '' : ` ${REMARK_MARK}${remark}`}`;
  const isLatin1 = [...dict].every((letter) => letter.codePointAt(0)! < 256);
  const content = isLatin1 ? Uint8Array.from(dict, (letter) => letter.charCodeAt(0)) : new TextEncoder().encode(dict);
  const isLong = content.length > 65_000;
  const major = !isLatin1 ? 3 : isLong ? 2 : 1;
  const prefixBytes = major === 1 ? 10 : 12;
  const total = Math.ceil((prefixBytes + content.length + 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bytes = new Uint8Array(total).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, major, 0]);
  const view = new DataView(bytes.buffer);
  if (major === 1) view.setUint16(8, total - prefixBytes, true);
  else view.setUint32(8, total - prefixBytes, true);
  bytes.set(content, prefixBytes);
  bytes[total - 1] = 0x0a;
  return bytes;
}

/** Python literal of a type: `'<f8'`, or a list of fields for a packed struct. */
function descrText(dtype: Dtype): string {
  if (dtype.type === 'scalar') return `'${dtypeText(dtype)}'`;
  if (dtype.type === 'array') return `(${descrText(dtype.base)}, (${dtype.shape.join(', ')},))`;
  const fields = dtype.fields.map(({ name, dtype: part }) => {
    const quoted = `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
    if (part.type !== 'array') return `(${quoted}, ${descrText(part)})`;
    const shape = part.shape.length === 1 ? `(${part.shape[0]},)` : `(${part.shape.join(', ')})`;
    return `(${quoted}, ${descrText(part.base)}, ${shape})`;
  });
  return `[${fields.join(', ')}]`;
}

function dtypeFromDescr(descr: Literal | undefined, depth: number): Dtype {
  if (depth > 16) throw damaged('its type is nested too deeply', 10);
  if (typeof descr === 'string') return scalarFromText(descr);
  if (!Array.isArray(descr) || descr.length === 0) throw damaged('its type is unreadable', 10);
  let offsetBytes = 0;
  const fields: StructField[] = [];
  for (const entry of descr) {
    if (!Array.isArray(entry) || entry.length < 2) throw damaged('a field has no type', 10);
    const [nameEntry, typeEntry, shapeEntry] = entry;
    const name = Array.isArray(nameEntry) ? nameEntry[1] : nameEntry;
    if (typeof name !== 'string') throw damaged('a field has no name', 10);
    const dtype = withShape(dtypeFromDescr(typeEntry, depth + 1), shapeEntry);
    // a nameless field of raw bytes is padding
    if (name !== '' || dtype.type !== 'scalar' || dtype.kind !== 'V') fields.push({ name, dtype, offsetBytes });
    offsetBytes += dtype.itemBytes;
  }
  if (fields.length === 0 || !Number.isSafeInteger(offsetBytes)) throw damaged('its type has no fields', 10);
  return { type: 'struct', fields, itemBytes: offsetBytes };
}

function withShape(base: Dtype, shape: Literal | undefined): Dtype {
  if (shape === undefined) return base;
  const sizes = Array.isArray(shape) ? shape : [shape];
  if (sizes.length === 0) return base;
  const isShape = sizes.every((size) => Number.isSafeInteger(size) && (size as number) >= 1) && sizes.length <= 32;
  if (!isShape) throw damaged('a field has an unreadable shape', 10);
  const array = arrayDtype(base, sizes as number[]);
  if (!Number.isSafeInteger(array.itemBytes)) throw damaged('a field is larger than any file', 10);
  return array;
}

function scalarFromText(text: string): Dtype {
  const match = /^([<>|=]?)([a-zA-Z?])(\d{0,10})(?:\[(\d*[A-Za-z]+)\])?$/.exec(text);
  if (match?.[2] === 'O') {
    throw new FormatError(
      'format/unsupported',
      'The array holds Python objects, which only Python can read. Save it with a plain number type.',
      10,
    );
  }
  const kind = match?.[2] === '?' ? 'b' : (match?.[2] ?? '');
  const order: ByteOrder = match?.[1] === '>' ? '>' : '<';
  const dtype = scalarDtype(kind, match?.[3] ? Number(match[3]) : kind === 'b' ? 1 : 0, order, match?.[4] ?? '');
  if (!dtype)
    throw new FormatError('format/unsupported', `The number type "${text.slice(0, 20)}" is not readable.`, 10);
  return dtype;
}

function damaged(reason: string, offset: number): FormatError {
  return new FormatError('format/damaged', `This NumPy array file cannot be read: ${reason}.`, offset);
}
