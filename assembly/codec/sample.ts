// One sample of any stored type as f64. `code` is a constant at every call site, so the choice is made by the
// compiler. The codes are mirrored in src/core/codec.ts.

export const U1: u32 = 0;
export const U4: u32 = 1;
export const I4: u32 = 2;
export const U8: u32 = 3;
export const I8: u32 = 4;
export const U16: u32 = 5;
export const I16: u32 = 6;
export const U24: u32 = 7;
export const I24: u32 = 8;
export const U32: u32 = 9;
export const I32: u32 = 10;
export const U64: u32 = 11;
export const I64: u32 = 12;
export const F32: u32 = 13;
export const F64: u32 = 14;

@inline
export function sampleAt(code: u32, base: usize, index: usize): f64 {
  if (code == U1) return <f64>((load<u8>(base + (index >> 3)) >>> (<u32>index & 7)) & 1);
  if (code == U4) return <f64>((load<u8>(base + (index >> 1)) >>> ((<u32>index & 1) << 2)) & 15);
  if (code == I4) {
    const nibble = <i32>((load<u8>(base + (index >> 1)) >>> ((<u32>index & 1) << 2)) & 15);
    return <f64>((nibble << 28) >> 28);
  }
  if (code == U8) return <f64>load<u8>(base + index);
  if (code == I8) return <f64>load<i8>(base + index);
  if (code == U16) return <f64>load<u16>(base + (index << 1));
  if (code == I16) return <f64>load<i16>(base + (index << 1));
  if (code == U24) return <f64>(<u32>load<u16>(base + index * 3) | ((<u32>load<u8>(base + index * 3, 2)) << 16));
  if (code == I24) return <f64>(<i32>load<u16>(base + index * 3) | ((<i32>load<i8>(base + index * 3, 2)) << 16));
  if (code == U32) return <f64>load<u32>(base + (index << 2));
  if (code == I32) return <f64>load<i32>(base + (index << 2));
  if (code == U64) return <f64>load<u64>(base + (index << 3));
  if (code == I64) return <f64>load<i64>(base + (index << 3));
  if (code == F32) return <f64>load<f32>(base + (index << 2));
  return load<f64>(base + (index << 3));
}
