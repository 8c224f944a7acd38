// The editor of a definition: CodeMirror with the completion, the hover texts and the errors of the definition language.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentLess, insertNewlineAndIndent } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "lw-yaml-key" },
  { tag: tags.comment, class: "lw-yaml-comment" },
  { tag: [tags.string, tags.special(tags.string)], class: "lw-yaml-string" },
]);

/** Two spaces at the cursor, or a deeper indentation of the selected lines. */
function indent({ state, dispatch }) {
  dispatch(state.update(state.replaceSelection("  "), { scrollIntoView: true, userEvent: "input" }));
  return true;
}

/** An editor in place of an element's content. `onChange` gets the text of every change by the reader. */
export function createEditor(parent, text, language, onChange) {
  const view = new EditorView({
    parent,
    state: EditorState.create({ doc: text, extensions: [
      lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), indentOnInput(), closeBrackets(),
      indentUnit.of("  "), yaml(), syntaxHighlighting(highlighting), lintGutter(),
      autocompletion({ override: [async (context) => (await language).complete(context)], icons: false }),
      hoverTooltip(async (view, position) => {
        const found = (await language).describe(view.state.doc.toString(), position);
        return found && { pos: found.from, end: found.to, create: () => ({ dom: found.element }) };
      }),
      // Escape, then Tab leaves the editor: CodeMirror lets the next Tab pass
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap,
        { key: "Enter", run: insertNewlineAndIndent }, { key: "Tab", run: indent, shift: indentLess }]),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "Definition in YAML", "aria-describedby": "lw-editor-keys", spellcheck: "false" }),
      EditorView.updateListener.of((update) => { if (update.docChanged && !isLoading) onChange(update.state.doc.toString()); }),
    ] }),
  });
  let isLoading = false;

  return {
    get text() { return view.state.doc.toString(); },

    /** Replace the whole text. */
    load(content) {
      isLoading = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: content }, selection: { anchor: 0 }, scrollIntoView: true });
      isLoading = false;
    },

    /** Underline errors, each a line, a column in characters and a message. */
    mark(diagnostics) {
      const { doc } = view.state;
      view.dispatch(setDiagnostics(view.state, diagnostics.map(([line, column, message]) => {
        const at = doc.line(Math.min(line, doc.lines));
        const from = at.from + [...at.text].slice(0, column - 1).join("").length;
        const length = at.text.slice(from - at.from).match(/^(?:"[^"]*"|'[^']*'|[^\s,:{}[\]]+|.)?/)[0].length;
        return { from, to: from + length, severity: "error", message };
      })));
    },

    /** Put the cursor at a line and column. */
    goTo(line, column) {
      const at = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: Math.min(at.from + column - 1, at.to) }, scrollIntoView: true });
      view.focus();
    },
  };
}
