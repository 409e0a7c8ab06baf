// Variables of a MATLAB file of level 5 (versions 5 to 7), packed or not, of either byte order. Cells and structs are
// taken apart. Layout: MathWorks, "MAT-File Format", chapter 1.

import { FormatError, toError } from '../../base/errors.ts';
import type { SampleType } from '../../model/signal-store.ts';
import { MemoryFile } from '../memory-file.ts';
import type { RandomAccess } from '../source.ts';
import { unpack } from './inflate.ts';
import {
  type Element,
  type Elements,
  elementAt,
  integers,
  letters,
  MI_COMPRESSED,
  MI_MATRIX,
  numberType,
} from './read-element.ts';
import { denseOf } from './sparse.ts';
import { type NumberRun, rowsOfText, type Variable } from './variable.ts';

/** Text, place of the subsystem's data, version and byte order. */
const HEADER_BYTES = 128;
const ORDER_OFFSET = 126;
/** Array classes (mxCELL_CLASS …). */
const CELL = 1;
const STRUCT = 2;
const OBJECT = 3;
const CHAR = 4;
const SPARSE = 5;
const FUNCTION = 16;
const OPAQUE = 17;
const COMPLEX_FLAG = 0x800;
const LOGICAL_FLAG = 0x200;
const NUMBER_TYPES: Readonly<Record<number, SampleType>> = {
  6: 'f64',
  7: 'f32',
  8: 'i8',
  9: 'u8',
  10: 'i16',
  11: 'u16',
  12: 'i32',
  13: 'u32',
  14: 'i64',
  15: 'u64',
};
const MAX_DIMENSIONS = 32;
const MAX_FIELDS = 4096;
const MAX_DEPTH = 16;
/** Arrays that are looked at, those inside of cells and structs counted. */
const MAX_ARRAYS = 16_384;

/** Tells what is left out: a sentence, and whether the file is damaged there. */
export type Say = (message: string, isDamaged: boolean) => void;

/** Everything that can be told. Rejects with a FormatError when the first variable is damaged already. */
export async function level5Variables(source: RandomAccess, say: Say): Promise<readonly Variable[]> {
  const order = await source.read(ORDER_OFFSET, 2);
  const reader = new Level5(say);
  const isLittle = order[0] === 0x49;
  for (let offset = HEADER_BYTES; offset < source.sizeBytes; ) {
    try {
      offset = await reader.topLevel({ source, isLittle, placeBytes: 0 }, offset);
    } catch (thrown) {
      if (reader.variables.length === 0) throw thrown;
      say(toError(thrown).message, true);
      break;
    }
  }
  return reader.variables;
}

/** Name and place of an array among the others. */
interface Place {
  readonly id: string;
  readonly group: string;
  readonly name: string;
}

class Level5 {
  readonly variables: Variable[] = [];
  readonly #say: Say;
  #left = MAX_ARRAYS;

  constructor(say: Say) {
    this.#say = say;
  }

  /** Resolves with where the next one begins. */
  async topLevel(elements: Elements, offset: number): Promise<number> {
    const element = await elementAt(elements, offset, elements.source.sizeBytes);
    if (element.type === MI_MATRIX) {
      await this.#matrix(elements, element, undefined, 0);
    } else if (element.type === MI_COMPRESSED) {
      const { file, isWhole } = await unpack(elements.source, element.dataOffset, element.lengthBytes);
      if (!isWhole)
        this.#say(`The packed variable at byte ${offset} is damaged: what could be unpacked is shown.`, true);
      if (file.sizeBytes === 0) {
        throw new FormatError('format/damaged', `The packed variable at byte ${offset} cannot be unpacked.`, offset);
      }
      const inner = { ...elements, source: file, placeBytes: offset };
      const packed = await elementAt(inner, 0, file.sizeBytes);
      if (packed.type === MI_MATRIX) await this.#matrix(inner, packed, undefined, 0);
    } else if (element.lengthBytes === 0) {
      throw new FormatError(
        'format/damaged',
        `What stands at byte ${offset} of this MATLAB file is no variable.`,
        offset,
      );
    }
    return element.endOffset;
  }

  async #matrix(elements: Elements, matrix: Element, place: Place | undefined, depth: number): Promise<void> {
    if (this.#left-- <= 0 || depth > MAX_DEPTH) {
      if (this.#left === -1 || depth > MAX_DEPTH)
        this.#say(`"${place?.id}" and what follows is too much to be looked at.`, false);
      return;
    }
    if (matrix.lengthBytes === 0) return this.#empty(place);
    const end = matrix.dataOffset + matrix.lengthBytes;
    let offset = matrix.dataOffset;
    const next = async (): Promise<Element> => {
      const element = await elementAt(elements, offset, end);
      offset = element.endOffset;
      return element;
    };
    const [flags = 0] = await integers(elements, await next(), 1);
    const kind = flags & 0xff;
    if (kind === OPAQUE) {
      const name = place?.id ?? (await letters(elements, await next()));
      if (name !== '')
        this.#say(
          `"${name}" is an object of MATLAB (a string, table or date), which is not shown. Save its numbers.`,
          false,
        );
      return;
    }
    const shape = (await integers(elements, await next(), MAX_DIMENSIONS)).map((size) => size | 0);
    const count = shape.reduce((product, size) => product * size, 1);
    const ownName = await letters(elements, await next());
    const at = place ?? { id: ownName, group: '', name: ownName };
    if (shape.length < 1 || shape.some((size) => size < 0) || !Number.isSafeInteger(count)) {
      throw new FormatError(
        'format/damaged',
        `"${at.id}" has dimensions that no array has.`,
        elements.placeBytes + matrix.dataOffset,
      );
    }
    // the data of MATLAB's own objects, which have no name
    if (at.id === '') return;
    if (kind === CELL || kind === STRUCT || kind === OBJECT) {
      return this.#parts(elements, kind, count, at, next, depth);
    }
    if (count === 0) return this.#empty(at);
    if (kind === CHAR) {
      const text = rowsOfText(await letters(elements, await next()), shape);
      this.variables.push({ kind: 'text', id: at.id, text });
    } else if (kind === SPARSE) {
      await this.#sparse(elements, shape, (flags & COMPLEX_FLAG) !== 0, at, next);
    } else if (kind === FUNCTION) {
      this.#say(`"${at.id}" is a function, which is not shown.`, false);
    } else {
      const stated = (flags & LOGICAL_FLAG) !== 0 ? 'u8' : NUMBER_TYPES[kind];
      if (stated === undefined)
        return this.#say(`"${at.id}" is of a class that is not known (${kind}) and left out.`, false);
      const real = this.#run(elements, await next(), at);
      const imaginary = (flags & COMPLEX_FLAG) === 0 ? undefined : this.#run(elements, await next(), at);
      // whole numbers are stored as such
      const dtype = real.scalar.kind === 'f' && !stated.startsWith('f') ? 'f64' : stated;
      const present = Math.min(real.count, imaginary?.count ?? count);
      this.variables.push({
        kind: 'numbers',
        ...at,
        dtype,
        real,
        imaginary,
        shape: this.#present(shape, count, present, at),
      });
    }
  }

  /** Of a vector that was cut the numbers that are there. */
  #present(shape: readonly number[], count: number, present: number, { id }: Place): readonly number[] {
    if (present >= count) return shape;
    if (present === 0 || Math.max(...shape) !== count) {
      throw new FormatError('format/damaged', `"${id}" has ${present} numbers where ${count} are claimed.`);
    }
    this.#say(`"${id}" has ${present} numbers where ${count} are claimed: those are shown.`, true);
    return shape.map((size) => (size === count ? present : size));
  }

  #run({ source, isLittle, placeBytes }: Elements, element: Element, { id }: Place): NumberRun {
    const scalar = numberType(element, isLittle);
    if (!scalar) {
      throw new FormatError(
        'format/damaged',
        `The numbers of "${id}" have no known type.`,
        placeBytes + element.dataOffset,
      );
    }
    const count = Math.floor(element.lengthBytes / scalar.itemBytes);
    return { source, offsetBytes: element.dataOffset, count, scalar };
  }

  async #parts(
    elements: Elements,
    kind: number,
    count: number,
    at: Place,
    next: () => Promise<Element>,
    depth: number,
  ): Promise<void> {
    if (kind === OBJECT) await next();
    const fields = kind === CELL ? undefined : await fieldNames(elements, next);
    if (count === 0 || fields?.length === 0) return this.#empty(at);
    for (let index = 0; index < count; index++) {
      const number = `${index + 1}`;
      const owner = fields && count > 1 ? `${at.id}(${number})` : at.id;
      const places = fields?.map((name) => ({ id: `${owner}.${name}`, group: owner, name })) ?? [
        { id: `${at.id}{${number}}`, group: at.id, name: `${at.name}{${number}}` },
      ];
      for (const place of places) {
        const part = await next();
        if (part.type !== MI_MATRIX) {
          throw new FormatError('format/damaged', `"${place.id}" is no array.`, elements.placeBytes + part.dataOffset);
        }
        await this.#matrix(elements, part, place, depth + 1);
        if (this.#left <= 0) return;
      }
    }
  }

  async #sparse(
    elements: Elements,
    shape: readonly number[],
    isComplex: boolean,
    at: Place,
    next: () => Promise<Element>,
  ): Promise<void> {
    const [rows, starts, real] = [await next(), await next(), await next()];
    const imaginary = isComplex ? await next() : undefined;
    const dense = (values: Element) => denseOf(elements, shape, { rows, starts, values });
    const bytes = await dense(real);
    if (!bytes) {
      const size = shape.join(' × ');
      return this.#say(
        `"${at.id}" is a sparse matrix of ${size}, which is not shown. Save full(x) in MATLAB to see it.`,
        false,
      );
    }
    const run = (data: Uint8Array<ArrayBuffer>): NumberRun => {
      const scalar = { type: 'scalar', kind: 'f', byteOrder: '<', itemBytes: 8, unit: '' } as const;
      return { source: new MemoryFile(data), offsetBytes: 0, count: data.length / 8, scalar };
    };
    const second = imaginary && (await dense(imaginary));
    this.variables.push({
      kind: 'numbers',
      ...at,
      shape,
      dtype: 'f64',
      real: run(bytes),
      imaginary: second && run(second),
    });
  }

  #empty(place: Place | undefined): void {
    if (place && place.id !== '') this.variables.push({ kind: 'text', id: place.id, text: 'empty' });
  }
}

/** Names of fields lie one after the other, each in as many bytes as the first element says. */
async function fieldNames(elements: Elements, next: () => Promise<Element>): Promise<readonly string[]> {
  const lengthElement = await next();
  const [length = 0] = await integers(elements, lengthElement, 1);
  const text = await letters(elements, await next());
  if (length < 1) return [];
  const count = Math.min(MAX_FIELDS, Math.floor(text.length / length));
  return Array.from({ length: count }, (_, index) => {
    const name = text.slice(index * length, (index + 1) * length);
    return name.includes('\0') ? name.slice(0, name.indexOf('\0')) : name;
  });
}
