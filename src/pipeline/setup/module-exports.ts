// Names that a JavaScript module exports, from its text: nothing of it is run before the user has agreed. Pure.

const NAME = '[\\p{ID_Start}$_][\\p{ID_Continue}$]*';
const DECLARED = new RegExp(`\\bexport\\s+(?:async\\s+)?(?:function\\s*\\*?|class|const|let|var)\\s+(${NAME})`, 'gu');
const LISTED = /\bexport\s*\{([^}]*)\}/g;

/** `undefined` when that cannot be told: it passes on all of another module, or takes values apart. */
export function exportedNames(source: string): readonly string[] | undefined {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  if (/\bexport\s*\*/.test(text) || /\bexport\s+(?:const|let|var)\s*[{[]/.test(text)) return undefined;
  const declared = [...text.matchAll(DECLARED)].map(([, name]) => name!);
  const listed = [...text.matchAll(LISTED)].flatMap(([, list]) =>
    list!.split(',').flatMap(
      (item) =>
        item
          .trim()
          .split(/\s+as\s+/)
          .at(-1) || [],
    ),
  );
  return [...declared, ...listed];
}
