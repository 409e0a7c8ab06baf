// What can stand at a place of a setup: keys, functions, names of buffers. Works on the lines above the cursor alone, so
// that it helps while the text is not yet YAML.

export interface Completions {
  /** Characters before the cursor that a completion replaces. */
  readonly replaceCount: number;
  readonly options: readonly Completion[];
}

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'function' | 'variable';
  readonly detail?: string;
}

const TOP_KEYS = ['Buffers:', 'Workers:', 'base_config:', 'target_directory:'];
const BUFFER_KEYS = ['slot_count:', 'data_length:', 'data_dtype:'];
const WORKER_KEYS = ['function:', 'file:', 'sources:', 'sinks:', 'observes:', 'number_of_processes:', 'config:'];
const TYPE_NAMES = ['f4', 'f8', 'i2', 'i4', 'i8', 'u2', 'u4', 'int16', 'int32', 'float32', 'float64'];

/** `text` is everything before the cursor; `functions` maps a prebuilt function's name to its template. */
export function completionsAt(text: string, functions: ReadonlyMap<string, string>): Completions | undefined {
  const lines = text.split('\n');
  const line = lines.at(-1) ?? '';
  const word = /[\w.]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const answer = (options: readonly Completion[]): Completions => ({ replaceCount: word.length, options });
  if (/^\s+function:\s*$/.test(before)) {
    return answer([...functions].map(([label, detail]) => ({ label, kind: 'function', detail })));
  }
  if (/^\s+(?:sources|sinks|observes):\s*\[[^\]]*$/.test(before) || isListItem(lines, before)) {
    return answer(bufferNames(text).map((label) => ({ label, kind: 'variable' })));
  }
  const indent = before.length;
  if (before.trim() !== '') return undefined;
  if (indent === 0) return answer(TOP_KEYS.map(keyword));
  const [section, ...path] = pathOf(lines.slice(0, -1), indent);
  if (path.length === 1 && section === 'Buffers') return answer(BUFFER_KEYS.map(keyword));
  if (path.length === 1 && section === 'Workers') return answer(WORKER_KEYS.map(keyword));
  return undefined;
}

/** Type names for a field of `data_dtype`, or `undefined` elsewhere. */
export function typesAt(text: string): Completions | undefined {
  const lines = text.split('\n');
  const match = /^(\s+)\w+:\s*(\w*)$/.exec(lines.at(-1) ?? '');
  if (!match || pathOf(lines.slice(0, -1), match[1]!.length).at(-1) !== 'data_dtype') return undefined;
  return { replaceCount: match[2]!.length, options: TYPE_NAMES.map(keyword) };
}

function keyword(label: string): Completion {
  return { label, kind: 'keyword' };
}

function isListItem(lines: readonly string[], before: string): boolean {
  if (!/^\s+-\s*$/.test(before)) return false;
  const owner = lines
    .slice(0, -1)
    .reverse()
    .find((line) => !/^\s*(?:-|#|$)/.test(line));
  return owner !== undefined && /^\s+(?:sources|sinks|observes):\s*$/.test(owner);
}

/** Keys that lead to a line with this indent, outermost first. */
function pathOf(lines: readonly string[], indent: number): string[] {
  const path: string[] = [];
  let limit = indent;
  for (const line of [...lines].reverse()) {
    const match = /^(\s*)([\w-]+):/.exec(line);
    if (!match || match[1]!.length >= limit) continue;
    path.unshift(match[2]!);
    limit = match[1]!.length;
  }
  return path;
}

/** Keys directly below `Buffers`. */
function bufferNames(text: string): string[] {
  const names: string[] = [];
  let isInside = false;
  let indent: number | undefined;
  for (const line of text.split('\n')) {
    const match = /^(\s*)([\w-]+):/.exec(line);
    if (!match) continue;
    const depth = match[1]!.length;
    if (depth === 0) isInside = match[2] === 'Buffers';
    else if (isInside) {
      indent ??= depth;
      if (depth === indent) names.push(match[2]!);
    }
  }
  return names;
}
