/// <reference lib="dom" />
/** An answer to be read: formulas set, code coloured, all else as it was written. */

import hljs from "highlight.js/lib/core";
import cpp from "highlight.js/lib/languages/cpp";
import python from "highlight.js/lib/languages/python";
import katex from "katex";
import { h } from "../dom.ts";
import { segments } from "./segments.ts";
import { visible } from "./visible.ts";

hljs.registerLanguage("python", python);
hljs.registerLanguage("cpp", cpp);

/** Characters that are searched for formulas: setting more would stop the page for seconds. */
const READABLE = 40_000;

/** A formula that is longer is no formula. */
const FORMULA = 2_000;

/** The text as elements. */
export function richText(text: string): (Node | string)[] {
  if (text.length > READABLE) return [visible(text)];
  return segments(text).map((segment) => {
    if (segment.kind === "text") return visible(segment.body);
    if (segment.kind === "code") return code(segment.body, segment.language);
    return formula(segment.body, segment.display, segment.source);
  });
}

/** A formula; its source where it cannot be set. */
export function formula(body: string, display: boolean, source: string): Node {
  const element = h("span", { class: display ? "formula display" : "formula" });
  try {
    if (body.length > FORMULA) throw new Error("too long to be set");
    // `render` builds elements and sets styles one by one, which a strict Content-Security-Policy lets through.
    katex.render(visible(body), element, {
      displayMode: display,
      trust: false,
      maxExpand: 200,
      maxSize: 20,
      strict: "ignore",
      throwOnError: true,
    });
    return element;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return h("code", { class: "broken", title: visible(why.slice(0, 300)) }, visible(source));
  }
}

/** Code in its colours; in none where the language is not known. */
export function code(body: string, language: string): HTMLElement {
  const pre = h("pre", { class: "code", tabindex: 0 });
  const known = hljs.getLanguage(language);
  if (!known) pre.append(visible(body));
  else {
    const { value } = hljs.highlight(visible(body), { language, ignoreIllegals: true });
    const parsed = new DOMParser().parseFromString(value, "text/html").body;
    pre.append(...colours(parsed));
  }
  return pre;
}

/** Spans with classes and text, and nothing else that a parser might have made. */
function colours(parent: Node): (Node | string)[] {
  return [...parent.childNodes].map((node) =>
    node instanceof HTMLSpanElement
      ? h("span", { class: node.className }, colours(node))
      : node.textContent ?? ""
  );
}
