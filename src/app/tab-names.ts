// Names of open files, told apart where they are equal: by the folder they came from, else by a number.

export interface NamedFile {
  readonly key: string;
  readonly source: File;
}

/** A name for each file, by its key. */
export function tabNames(files: readonly NamedFile[]): ReadonlyMap<string, string> {
  const isShared = (name: string) => files.filter(({ source }) => source.name === name).length > 1;
  const counts = new Map<string, number>();
  return new Map(
    files.map(({ key, source }) => {
      const folder = isShared(source.name) ? source.webkitRelativePath.split('/').at(-2) : undefined;
      const name = folder ? `${folder}/${source.name}` : source.name;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return [key, count === 1 ? name : `${name} (${count})`];
    }),
  );
}
