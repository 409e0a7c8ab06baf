// The editor for setups: CodeMirror with YAML, completion and the loader's remarks in the margin. Fetched when it is
// first needed.

import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Text } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { basicSetup, EditorView } from 'codemirror';
import { PREBUILT } from '../../../pipeline/functions/catalogue.ts';
import type { SetupDiagnostic } from '../../../pipeline/setup/setup.ts';
import { completionsAt, typesAt } from './completion.ts';

export interface CodeEditor {
  /** Replaces the text unless it is what is there already. */
  setText(text: string): void;
  setDiagnostics(diagnostics: readonly SetupDiagnostic[]): void;
  /** Puts the cursor there and the focus into the editor. */
  showPlace(line: number, column: number): void;
  destroy(): void;
}

/** Makes an editor inside `parent`, which lies in `root`. */
export function createCodeEditor(parent: Element, root: ShadowRoot, onChange: (text: string) => void): CodeEditor {
  let isSetting = false;
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      extensions: [
        basicSetup,
        yaml(),
        lintGutter(),
        autocompletion({ override: [complete] }),
        EditorView.contentAttributes.of({ 'aria-label': 'Setup, YAML', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isSetting) onChange(update.state.doc.toString());
        }),
        editorTheme,
        syntaxHighlighting(highlightStyle),
      ],
    }),
  });
  return {
    setText: (text) => {
      const { doc } = view.state;
      if (doc.toString() === text) return;
      isSetting = true;
      view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
      isSetting = false;
    },
    setDiagnostics: (diagnostics) => {
      const marks = diagnostics.map((diagnostic) => markOf(view.state.doc, diagnostic));
      view.dispatch(setDiagnostics(view.state, marks));
    },
    showPlace: (line, column) => {
      const position = positionOf(view.state.doc, line, column);
      view.dispatch({ selection: { anchor: position }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function complete(context: CompletionContext): CompletionResult | null {
  const text = context.state.doc.sliceString(0, context.pos);
  const found = typesAt(text) ?? completionsAt(text, PREBUILT);
  if (!found || (found.replaceCount === 0 && !context.explicit)) return null;
  return {
    from: context.pos - found.replaceCount,
    options: found.options.map(({ label, kind, detail }) => ({
      label,
      type: kind,
      ...(detail === undefined ? {} : { detail }),
    })),
  };
}

function positionOf(doc: Text, line: number, column: number): number {
  const { from, to } = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(to, from + column - 1);
}

/** The rest of the word or value at the place; loaders know where something begins, not where it ends. */
function markOf(doc: Text, { line, column, severity, message }: SetupDiagnostic): Diagnostic {
  const from = positionOf(doc, line, column);
  const rest = doc.lineAt(from).text.slice(from - doc.lineAt(from).from);
  const length = /^[^\s,\]}#]*/.exec(rest)?.[0].length ?? 0;
  return { from, to: Math.min(doc.length, from + Math.max(1, length)), severity, message };
}

const editorTheme = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: 'var(--lab-size-small)',
    color: 'var(--lab-text)',
    backgroundColor: 'var(--lab-ground-plot)',
  },
  '.cm-scroller': { fontFamily: 'var(--lab-font-mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--lab-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--lab-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--lab-ground-1)',
    color: 'var(--lab-text-dim)',
    borderRight: '1px solid var(--lab-line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--lab-accent) 8%, transparent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--lab-accent-ground)' },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--lab-ground-3)',
    color: 'var(--lab-text)',
    border: '1px solid var(--lab-line)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--lab-accent)',
    color: 'var(--lab-on-accent)',
  },
});

const highlightStyle = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--lab-accent)' },
  { tag: tags.comment, color: 'var(--lab-text-dim)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--lab-ok)' },
  { tag: [tags.labelName, tags.keyword], color: 'var(--lab-warn)' },
]);
