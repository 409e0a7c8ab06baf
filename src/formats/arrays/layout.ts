// Which dimension of an array counts samples, and which of the others make channels.

/** An array as channels of samples. */
export interface ArrayLayout {
  readonly sampleDimension: number;
  readonly sampleCount: number;
  readonly channelCount: number;
}

/** The longest dimension counts samples (of equal ones the first), unless an axis belongs to another. */
export function arrayLayout(shape: readonly number[], axisDimension?: number): ArrayLayout {
  const sampleDimension = axisDimension ?? shape.indexOf(Math.max(...shape));
  const total = shape.reduce((product, size) => product * size, 1);
  const sampleCount = shape[sampleDimension] ?? 1;
  return { sampleDimension, sampleCount, channelCount: sampleCount === 0 ? 0 : total / sampleCount };
}

/** Place of a channel in all dimensions, 0 in that of the samples; the last dimension counts fastest. */
export function channelPlace(shape: readonly number[], sampleDimension: number, channel: number): readonly number[] {
  const place = shape.map(() => 0);
  let rest = channel;
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    if (dimension === sampleDimension) continue;
    place[dimension] = rest % shape[dimension]!;
    rest = Math.floor(rest / shape[dimension]!);
  }
  return place;
}

/** Such as `[3]` or `[0,2]`; empty for the only channel. Dimensions of one element are not told. */
export function channelLabel(shape: readonly number[], sampleDimension: number, place: readonly number[]): string {
  const told = place.filter((_, dimension) => dimension !== sampleDimension && shape[dimension]! > 1);
  return told.length === 0 ? '' : `[${told.join(',')}]`;
}
