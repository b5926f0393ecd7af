/// <reference lib="dom" />
/** The page: what stands on every view, and which view stands where the address says. */

import { carriedSource } from "./data/carried_source.ts";
import { serverSource } from "./data/server_source.ts";
import { h, replace } from "./dom.ts";
import { helpDialog } from "./help.ts";
import { listenToKeys } from "./keyboard.ts";
import { hashOf, parseRoute, type Route } from "./route.ts";
import { applyTheme, nextTheme, theme } from "./theme.ts";
import type { Context, View } from "./view.ts";
import { config } from "./view/config.ts";
import { curves } from "./view/curves.ts";
import { evaluation } from "./view/evaluation.ts";
import { groups } from "./view/groups.ts";
import { overview } from "./view/overview.ts";

const source = carriedSource() ?? serverSource;
const trail = h("nav", { class: "trail", "aria-label": "Where you are" });
const trouble = h("p", { class: "trouble", role: "alert", hidden: true });
const main = h("main", { id: "main" });
const help = helpDialog();
const themeButton = h("button", { onclick: turnTheme });

let view: View | null = null;
let away = new AbortController();

function turnTheme(): void {
  nextTheme();
  tellTheme();
}

function tellTheme(): void {
  const now = theme();
  themeButton.textContent = now === "dark" ? "dark" : now === "light" ? "light" : "auto";
  themeButton.setAttribute("aria-label", `Theme: ${themeButton.textContent}`);
}

function failed(error: Error | null): void {
  trouble.hidden = error === null;
  trouble.textContent = error === null
    ? ""
    : error instanceof TypeError
    ? "The server does not answer. Is `deno task dashboard` still running? This page goes on when it is."
    : error.message;
}

function go(route: Partial<Route>, options: { replace?: boolean } = {}): void {
  const hash = hashOf(route);
  if (hash === location.hash) return;
  if (options.replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  show();
}

function show(): void {
  const route = parseRoute(location.hash);
  tellTrail(route);
  if (view?.move?.(route)) return;
  away.abort();
  away = new AbortController();
  failed(null);
  const context: Context = { source, route, signal: away.signal, go, failed };
  const kind = route.run === null ? overview : { curves, groups, config, evaluation }[route.tab];
  view = kind(context);
  document.title = `${view.title} – Emend`;
  replace(main, view.element);
  scrollTo(0, 0);
}

function tellTrail({ run, tab, step, problem }: Route): void {
  const parts: [text: string, route: Partial<Route>][] = [];
  if (run !== null) parts.push([run, { run }]);
  if (run !== null && tab === "groups" && step !== null) {
    parts.push([`step ${step}`, { run, tab, step }]);
    if (problem !== null) parts.push([`problem ${problem + 1}`, { run, tab, step, problem }]);
  }
  replace(
    trail,
    h("a", { class: "mark", href: "#/" }, "Emend"),
    parts.map(([text, route]) => [h("span", {}, "/"), h("a", { href: hashOf(route) }, text)]),
  );
}

/** A report has one run: a list of it would be in the way. */
async function openOnly(): Promise<void> {
  const [run] = await source.runs();
  go({ run: run.name, tab: run.method === "ctrl:eval" ? "evaluation" : "curves" }, {
    replace: true,
  });
}

const tab = (name: Route["tab"]) => () => {
  const { run } = parseRoute(location.hash);
  if (run !== null) go({ run, tab: name });
};
listenToKeys((key) =>
  view?.keys?.[key] ?? {
    "?": () => help.showModal(),
    "/": () => document.getElementById("find")?.focus(),
    g: () => go({}),
    t: turnTheme,
    "1": tab("curves"),
    "2": tab("groups"),
    "3": tab("config"),
    "4": tab("evaluation"),
  }[key]
);

replace(
  document.getElementById("page")!,
  h("a", {
    class: "skip",
    href: "#main",
    onclick: (event: Event) => (event.preventDefault(), main.focus()),
  }, "To the content"),
  h(
    "header",
    { class: "top" },
    trail,
    h(
      "div",
      {},
      themeButton,
      h("button", { "aria-label": "Keys ?", onclick: () => help.showModal() }, "?"),
    ),
  ),
  source.note && h("p", { class: "carried" }, source.note),
  trouble,
  main,
  help,
);
main.tabIndex = -1;
applyTheme();
tellTheme();
addEventListener("hashchange", show);
show();
if (!source.live && parseRoute(location.hash).run === null) openOnly();
