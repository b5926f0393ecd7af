/// <reference lib="dom" />
/** A run's settings, and how they differ from another run's. */

import type { Settings } from "../../run/settings.ts";
import { watch } from "../data/watch.ts";
import { h, replace } from "../dom.ts";
import { withValue } from "../route.ts";
import { visible } from "../text/visible.ts";
import type { Context, View } from "../view.ts";
import { RunFrame } from "./run_frame.ts";

/** The settings of the route's run. */
export function config(context: Context): View {
  const { source, signal, failed, go } = context;
  let { route } = context;
  const name = route.run!, frame = new RunFrame(route);
  const table = h("table", { class: "settings" });
  const said = h("p", { class: "facts", "aria-live": "polite" });
  const set = (key: string, value: string) =>
    go({ ...route, query: withValue(route.query, key, value) }, { replace: true });
  const find = h("input", {
    type: "search",
    id: "find",
    placeholder: "Find a setting",
    "aria-label": "Find a setting by name or value",
    value: route.query.get("find"),
    oninput: () => set("find", find.value),
  });
  const other = h("select", {
    "aria-label": "Compare with another run",
    onchange: () => set("with", other.value),
  });
  let mine: Settings = {}, theirs: Settings | null = null;

  const draw = () => {
    const words = find.value.toLowerCase(), beside = route.query.get("with") ?? "";
    const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs ?? {})])]
      .filter((key) => theirs === null || mine[key] !== theirs[key])
      .filter((key) => `${key} ${mine[key]} ${theirs?.[key]}`.toLowerCase().includes(words));
    said.textContent = theirs === null
      ? `${keys.length} settings, as the run resolved them.`
      : keys.length === 0
      ? `${name} and ${beside} have the same settings.`
      : `${keys.length} settings differ.`;
    replace(
      table,
      theirs &&
        h("thead", {}, h("tr", {}, h("th", {}, "Setting"), h("th", {}, name), h("th", {}, beside))),
      h(
        "tbody",
        {},
        keys.map((key) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, broken(key)),
            h("td", {}, visible(mine[key] ?? "–")),
            theirs && h("td", {}, visible(theirs[key] ?? "–")),
          )
        ),
      ),
    );
  };
  const load = async () => {
    const beside = route.query.get("with");
    const [run, runs, second] = await Promise.all([
      source.run(name),
      source.runs(),
      beside ? source.run(beside) : null,
    ]);
    if (signal.aborted || beside !== route.query.get("with")) return;
    frame.update(run);
    mine = run.settings;
    theirs = second && second.settings;
    const names = runs.map((run) => run.name).filter((other) => other !== name);
    other.hidden = names.length === 0;
    replace(
      other,
      h("option", { value: "" }, "Compare with …"),
      names.map((run) => h("option", { value: run, selected: run === beside }, run)),
    );
    draw();
  };
  // Settings change only when a run is taken up again: once is enough.
  watch(load, { live: false, signal, failed });
  return {
    title: `${name}: settings`,
    move(next) {
      if (next.run !== name || next.tab !== "config") return false;
      const before = route.query.get("with");
      route = next;
      if (route.query.get("with") === before) draw();
      else load().catch(failed);
      return true;
    },
    element: h("div", {}, frame.element, h("div", { class: "toolbar" }, find, other), said, table),
  };
}

/** A long key may wrap after each dot. */
function broken(key: string): (Node | string)[] {
  return key.split(/(?<=\.)/).flatMap((part, i) => i > 0 ? [h("wbr"), part] : [part]);
}
