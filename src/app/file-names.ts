// Which files belong together, as their names tell.

/** Those that share the beginning of its name: a head and its samples, `run.bin` and `run.Wfm.bin`. */
export function neighboursOf(file: File, files: readonly { readonly file: File }[]): readonly File[] {
  const first = (name: string): string => name.split('.', 1)[0]!;
  return files.flatMap(({ file: other }) => (other !== file && first(other.name) === first(file.name) ? other : []));
}

/** `run` of `run.jls`. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}

/** `run` of `run.anno.jls` or `run.anno-2.jls`, as the Joulescope UI names side files; undefined for other names. */
export function recordingStem(name: string): string | undefined {
  return /^(.+)\.anno[^.]*\.jls$/i.exec(name)?.[1];
}
