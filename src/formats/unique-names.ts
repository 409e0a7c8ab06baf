// Names that are ids, too.

/** The names in order; one that came before gets a number behind it. Empty ones are called `fallback`. */
export function uniqueNames(names: readonly string[], fallback = 'signal'): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const own = name.trim() || fallback;
    let unique = own;
    for (let count = 2; taken.has(unique); count++) unique = `${own} (${count})`;
    taken.add(unique);
    return unique;
  });
}
