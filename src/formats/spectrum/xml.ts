// Elements of an XML document, strictly: what is not closed, nested too deep or declares entities of its own is refused.
// Prefixes of names are left out. Workers have no DOMParser.

import { FormatError } from '../../base/errors.ts';

export interface XmlElement {
  /** Without a prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, joined. */
  readonly text: string;
}

/** Elements within each other. */
const MAX_DEPTH = 64;
/** Letters of the document per element, at least, beyond the first thousand: shorter ones are made to fill memory. */
const LEAST_LETTERS = 10;
const FREE_ELEMENTS = 1000;
const NONE: ReadonlyMap<string, string> = new Map();
const NAME = /[^\s/>=<"'&]+/y;
const ATTRIBUTE = /\s+([^\s/>=<"'&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

interface OpenElement {
  readonly name: string;
  readonly fullName: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
  readonly at: number;
}

/** The outermost element. Throws a FormatError that names the line. */
export function parseXml(text: string): XmlElement {
  return new XmlParser(text).parse();
}

class XmlParser {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;
  #at = 0;
  #elementCount = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): XmlElement {
    const text = this.#text;
    while (this.#at < text.length) {
      const next = text.indexOf('<', this.#at);
      this.#takeText(this.#at, next < 0 ? text.length : next);
      if (next < 0) break;
      this.#at = next;
      if (text.startsWith('<?', next)) this.#skipTo('?>', 'processing instruction');
      else if (text.startsWith('<!--', next)) this.#skipTo('-->', 'comment');
      else if (text.startsWith('<![CDATA[', next)) this.#takeCharacters();
      else if (text.startsWith('<!', next)) this.#skipDoctype();
      else if (text.startsWith('</', next)) this.#closeElement();
      else this.#openElement();
    }
    const inner = this.#open.at(-1);
    if (inner) throw this.#problem(`The file ends inside <${inner.fullName}>, which begins`, inner.at);
    if (!this.#root) throw this.#problem('There is no element in this XML file, up to', text.length);
    return this.#root;
  }

  #takeText(start: number, end: number): void {
    const inner = this.#open.at(-1);
    if (inner) inner.text += this.#decoded(this.#text.slice(start, end), start);
    else if (this.#text.slice(start, end).trim() !== '')
      throw this.#problem('Text stands outside of all elements', start);
    this.#at = end;
  }

  #takeCharacters(): void {
    const start = this.#at + '<![CDATA['.length;
    this.#skipTo(']]>', 'CDATA section');
    const inner = this.#open.at(-1);
    if (!inner) throw this.#problem('A CDATA section stands outside of all elements', start);
    inner.text += this.#text.slice(start, this.#at - 3);
  }

  #skipTo(mark: string, what: string): void {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) throw this.#problem(`The ${what} does not end that begins`, this.#at);
    this.#at = end + mark.length;
  }

  #skipDoctype(): void {
    const start = this.#at;
    this.#skipTo('>', 'declaration');
    if (!this.#text.slice(start, this.#at).includes('[')) return;
    throw this.#problem(
      'Entities or types of its own are declared, which are not read: take the DOCTYPE out. It stands',
      start,
    );
  }

  #openElement(): void {
    const at = this.#at;
    const fullName = this.#match(NAME, at + 1)?.[0];
    if (fullName === undefined) throw this.#problem('A tag has no name', at);
    let attributes: Map<string, string> | undefined;
    for (let found = this.#match(ATTRIBUTE); found; found = this.#match(ATTRIBUTE)) {
      attributes ??= new Map();
      attributes.set(localName(found[1]!), this.#decoded(found[2] ?? found[3] ?? '', at));
    }
    const end = this.#match(TAG_END);
    if (!end) throw this.#problem(`The tag <${fullName}> is not well formed`, at);
    if (this.#open.length === 0 && this.#root) throw this.#problem('A second outermost element begins', at);
    if (this.#open.length >= MAX_DEPTH) throw this.#problem(`More than ${MAX_DEPTH} elements lie in each other`, at);
    if (++this.#elementCount > FREE_ELEMENTS + this.#text.length / LEAST_LETTERS) {
      throw this.#problem('There are more elements than a file of spectra has', at);
    }
    this.#open.push({
      name: localName(fullName),
      fullName,
      attributes: attributes ?? NONE,
      children: [],
      text: '',
      at,
    });
    if (end[1] === '/') this.#close();
  }

  #closeElement(): void {
    const at = this.#at;
    const fullName = this.#match(NAME, at + 2)?.[0] ?? '';
    const end = this.#match(TAG_END);
    const inner = this.#open.at(-1);
    if (!inner || inner.fullName !== fullName || !end || end[1] === '/') {
      const wanted = inner ? `</${inner.fullName}> should stand` : 'No element is open';
      throw this.#problem(`${wanted} where </${fullName}> stands`, at);
    }
    this.#close();
  }

  #close(): void {
    const { name, attributes, children, text } = this.#open.pop()!;
    const element = { name, attributes, children, text };
    const outer = this.#open.at(-1);
    if (outer) outer.children.push(element);
    else this.#root = element;
  }

  /** Moves on behind what matches. */
  #match(pattern: RegExp, at = this.#at): RegExpExecArray | null {
    pattern.lastIndex = at;
    const found = pattern.exec(this.#text);
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #decoded(raw: string, at: number): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&]{0,10};?)/g, (whole, body: string) => {
      const name = body.slice(0, -1);
      const code = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name);
      const point = code ? Number.parseInt(code[1] ?? code[2]!, code[1] ? 16 : 10) : 0;
      if (body.endsWith(';') && point > 0 && point <= 0x10_ffff) return String.fromCodePoint(point);
      const letter = body.endsWith(';') && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (letter === undefined) throw this.#problem(`"${whole}" is no entity of XML`, at);
      return letter;
    });
  }

  #problem(what: string, at: number): FormatError {
    let line = 1;
    for (let end = this.#text.indexOf('\n'); end >= 0 && end < at; end = this.#text.indexOf('\n', end + 1)) line++;
    return new FormatError('format/damaged', `${what} in line ${line}. Save the file again, or repair that line.`);
  }
}

function localName(fullName: string): string {
  return fullName.slice(fullName.indexOf(':') + 1);
}

/** The first child of a name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** Trimmed text of the first child of a name; empty without one. */
export function childText(element: XmlElement | undefined, name: string): string {
  return childOf(element, name)?.text.trim() ?? '';
}

/** Every element of a name below this one, in order of the document. */
export function descendantsOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);
}
