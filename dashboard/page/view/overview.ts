/// <reference lib="dom" />
/** All runs of the folder. */

import type { RunDigest } from "../../run/formats.ts";
import { watch } from "../data/watch.ts";
import { h, replace } from "../dom.ts";
import { ago } from "../quantity.ts";
import { hashOf } from "../route.ts";
import { sparkline } from "../sparkline.ts";
import type { Context, View } from "../view.ts";
import { heldOut } from "./held_out.ts";

/** The overview. */
export function overview(context: Context): View {
  const { source, signal, failed } = context;
  const body = h("tbody");
  const find = h("input", {
    type: "search",
    id: "find",
    placeholder: "Find a run",
    "aria-label": "Find a run by name or method",
    value: context.route.query.get("find"),
  });
  const compare = h("a", { class: "button", hidden: true }, "Compare");
  const empty = h("p", { class: "empty", hidden: true });
  const chosen = new Set<string>();
  let runs: RunDigest[] = [], shown = "";

  const draw = () => {
    const words = find.value.toLowerCase();
    const rows = runs.filter((run) =>
      `${run.name} ${run.method} ${run.state}`.toLowerCase().includes(words)
    );
    const [first, ...others] = runs.map((run) => run.name).filter((name) => chosen.has(name));
    compare.hidden = others.length === 0;
    compare.setAttribute(
      "href",
      hashOf({ run: first, query: new URLSearchParams({ with: others.join(",") }) }),
    );
    compare.textContent = `Compare ${chosen.size} runs`;
    empty.hidden = rows.length > 0;
    empty.textContent = runs.length > 0
      ? `No run matches “${find.value}”.`
      : "There are no runs here yet. `deno task train` makes one; it shows up by itself.";
    // Drawn anew only when something changed, so that no focus is lost.
    const now = JSON.stringify([
      rows,
      [...chosen],
      rows.map((run) => ago(Date.now() - (run.written ?? 0))),
    ]);
    if (now === shown) return;
    shown = now;
    const focused = document.activeElement?.closest("tr")?.dataset.run;
    replace(body, rows.map((run) => row(run, chosen, draw)));
    if (focused !== undefined) focusRow(body, (tr) => tr.dataset.run === focused);
  };
  find.addEventListener("input", draw);
  watch(async () => {
    runs = await source.runs();
    draw();
  }, { live: source.live, signal, failed });

  const move = (by: number) => {
    const rows = [...body.rows];
    const at = rows.indexOf(document.activeElement?.closest("tr") as HTMLTableRowElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.querySelector("a")?.focus();
  };
  return {
    title: "Runs",
    keys: {
      j: () => move(1),
      k: () => move(-1),
      c: () => compare.hidden || compare.click(),
    },
    element: h(
      "div",
      { class: "overview" },
      h("div", { class: "toolbar" }, h("h1", {}, "Runs"), find, compare),
      h(
        "table",
        { class: "runs" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", {}, h("span", { class: "unseen" }, "Compare")),
            ["Run", "Method", "Steps", "Held-out pass@1, before → now", "State"].map((name) =>
              h("th", {}, name)
            ),
          ),
        ),
        body,
      ),
      empty,
    ),
  };
}

function focusRow(
  body: HTMLTableSectionElement,
  which: (row: HTMLTableRowElement) => boolean,
): void {
  [...body.rows].find(which)?.querySelector("a")?.focus();
}

function row(run: RunDigest, chosen: Set<string>, changed: () => void): HTMLTableRowElement {
  const { name, step, total, warnings } = run, held = heldOut(run);
  const box = h("input", {
    type: "checkbox",
    "aria-label": `Compare ${name}`,
    onchange: () => {
      if (box.checked) chosen.add(name);
      else chosen.delete(name);
      changed();
    },
  });
  box.checked = chosen.has(name);
  const only = run.method === "ctrl:eval";
  return h(
    "tr",
    { "data-run": name },
    h("td", {}, box),
    h(
      "td",
      { class: "name" },
      h("a", { href: hashOf({ run: name, tab: only ? "evaluation" : "curves" }) }, name),
      warnings.map(({ level, headline }) => h("div", { class: `worry ${level}` }, headline)),
    ),
    h("td", {}, run.method ?? "–", run.seed === null ? null : h("small", {}, ` seed ${run.seed}`)),
    h(
      "td",
      { class: only ? "number" : "number steps-done" },
      only ? "–" : total === null ? String(step) : `${step} / ${total}`,
    ),
    h(
      "td",
      { class: "pass" },
      held && held.points.length > 1 ? sparkline(held.points) : null,
      held?.name === "loss" && "loss ",
      held?.before && `${held.before} → `,
      h("b", {}, held?.after ?? "–"),
    ),
    h("td", {}, stateText(run)),
  );
}

/** How a run stands, in words. */
export function stateText({ state, written }: Pick<RunDigest, "state" | "written">): HTMLElement {
  const when = written === null || state === "running" ? "" : ` ${ago(Date.now() - written)}`;
  return h("span", { class: `state ${state}` }, `${state}${when}`);
}
