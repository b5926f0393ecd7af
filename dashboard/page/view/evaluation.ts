/// <reference lib="dom" />
/** How much a critic helps, turn by turn, beside the baselines. */

import type { CriticEvaluation, EvaluatedTurn } from "../../run/evaluation_file.ts";
import { watch } from "../data/watch.ts";
import { h, replace } from "../dom.ts";
import { visible } from "../text/visible.ts";
import type { Context, View } from "../view.ts";
import { RunFrame } from "./run_frame.ts";

/** A number of every turn. */
interface Measure {
  /** Its name in arXiv 2502.03492. */
  name: string;
  /** What it is. */
  told: string;
  /** Which way is better. */
  better: "more" | "less";
  /** The number; null where a method has none. */
  of: (turn: EvaluatedTurn) => number | null;
}

const MEASURES: Measure[] = [
  {
    name: "Pass@1",
    told: "solutions that pass all tests after the turn",
    better: "more",
    of: (turn) => turn["pass@1"],
  },
  {
    name: "Δ↑",
    told: "wrong at first, right now",
    better: "more",
    of: (turn) => turn.turn === 0 ? null : turn.delta_up,
  },
  {
    name: "Δ↓",
    told: "right at first, wrong now",
    better: "less",
    of: (turn) => turn.turn === 0 ? null : turn.delta_down,
  },
  {
    name: "F1",
    told: "how well the judgments tell right from wrong (mean of both classes)",
    better: "more",
    of: (turn) => turn.discrimination?.f1_macro ?? null,
  },
  {
    name: "Timeouts",
    told: "solutions that ran out of time",
    better: "less",
    of: (turn) => turn.timeout_rate,
  },
];

/** The evaluations of the route's run. */
export function evaluation(context: Context): View {
  const { source, signal, failed, route } = context;
  const name = route.run!, frame = new RunFrame(route), body = h("div", { class: "evaluations" });
  let shown = "";
  watch(async () => {
    const run = await source.run(name);
    if (signal.aborted) return;
    frame.update(run);
    const now = JSON.stringify(run.evaluations);
    if (now === shown) return;
    shown = now;
    replace(
      body,
      run.evaluations.map(evaluated),
      run.evaluations.length === 0 && h(
        "p",
        { class: "empty" },
        "There is no evaluation here. `deno task ctrl:eval … --out ",
        visible(name),
        "/eval` in the folder of runs makes one.",
      ),
    );
  }, { live: source.live, signal, failed });
  return {
    title: `${name}: evaluation`,
    move: (next) => next.run === name && next.tab === "evaluation",
    element: h("div", {}, frame.element, body),
  };
}

function evaluated({ folder, tasks, solutions, results }: CriticEvaluation): HTMLElement {
  const turns = Math.max(...results.map(({ turns }) => turns.length));
  return h(
    "section",
    {},
    h(
      "p",
      { class: "facts" },
      folder && h("b", {}, visible(folder)),
      h("span", {}, `${solutions} solutions of ${tasks} problems`),
      h("span", {}, "percent of all solutions; the best of a turn is bold"),
    ),
    h(
      "div",
      { class: "measures" },
      MEASURES.map((measure) => measureTable(measure, results, turns)).filter((table) => table),
    ),
  );
}

function measureTable(
  { name, told, better, of }: Measure,
  results: CriticEvaluation["results"],
  turns: number,
): HTMLElement | null {
  const columns = Array.from({ length: turns }, (_, t) => t)
    .filter((t) => results.some(({ turns }) => turns[t] && of(turns[t]) !== null));
  if (columns.length === 0) return null;
  const values = columns.map((t) =>
    results.map(({ turns }) => turns[t] ? of(turns[t]) : null).filter((value) => value !== null)
  );
  const best = values.map((some) => better === "more" ? Math.max(...some) : Math.min(...some));
  const differ = values.map((some) => some.some((value) => value !== some[0]));
  return h(
    "section",
    { class: "measure" },
    h("h2", {}, name),
    h("small", {}, told),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": name },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", {}, "Turn"),
            columns.map((t) => h("th", { class: "number" }, String(t))),
          ),
        ),
        h(
          "tbody",
          {},
          results.map(({ method, turns }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, visible(method)),
              columns.map((t, i) => {
                const value = turns[t] ? of(turns[t]) : null;
                const text = value === null ? "–" : (100 * value).toFixed(1);
                // At turn 0 all methods have the same solutions.
                const first = t > 0 && value === best[i] && differ[i];
                return h("td", { class: "number" }, first ? h("b", {}, text) : text);
              }),
            )
          ),
        ),
      ),
    ),
  );
}
