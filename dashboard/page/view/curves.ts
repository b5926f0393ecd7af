/// <reference lib="dom" />
/** A run's curves, other runs beside it. */

import type { MetricsTail, RunDigest } from "../../run/formats.ts";
import { Chart } from "../chart/chart.ts";
import { LazyCharts } from "../chart/lazy_charts.ts";
import { metricGroups } from "../chart/metric_groups.ts";
import { watch } from "../data/watch.ts";
import { h, replace } from "../dom.ts";
import { withValue } from "../route.ts";
import type { Context, View } from "../view.ts";
import { RunFrame } from "./run_frame.ts";
import { WarningList } from "./warning_list.ts";

/** Smoothing where the address does not say: enough to see a trend in a batch of 16. */
const SMOOTHING = 0.6;

/** The curves of the route's run. */
export function curves(context: Context): View {
  const { source, signal, failed, go } = context;
  let { route } = context;
  const name = route.run!;
  const frame = new RunFrame(route), warnings = new WarningList();
  const metrics = new Map<string, MetricsTail>();
  const charts = new Map<string, Chart>();
  const body = h("div", { class: "groups" });
  const others = h("div", { class: "chips", role: "group", "aria-label": "Runs beside this one" });
  const beside = () =>
    (route.query.get("with") ?? "").split(",").filter((other) => other && other !== name);
  const set = (key: string, value: string) =>
    go({ ...route, query: withValue(route.query, key, value) }, { replace: true });

  const find = h("input", {
    type: "search",
    id: "find",
    placeholder: "Find a metric",
    "aria-label": "Find a metric by name",
    value: route.query.get("find"),
    oninput: () => set("find", find.value),
  });
  const smoothing = h("input", {
    type: "range",
    min: 0,
    max: 0.98,
    step: 0.02,
    value: route.query.get("smooth") ?? SMOOTHING,
    "aria-label": "Smoothing",
    oninput: () => set("smooth", smoothing.value),
  });

  const lazy = new LazyCharts();

  let layout = "";
  const draw = () => {
    const drawn = [name, ...beside()].map((run) => ({
      name: run,
      lines: metrics.get(run)?.lines ?? [],
    }));
    const names = new Set<string>();
    for (const { lines } of drawn) for (const line of lines) for (const key in line) names.add(key);
    const words = find.value.toLowerCase();
    const groups = metricGroups(names)
      .map(({ title, metrics }) => ({
        title,
        metrics: metrics.filter((metric) => metric.toLowerCase().includes(words)),
      }))
      .filter(({ metrics }) => metrics.length > 0);
    const now = JSON.stringify(groups);
    if (now !== layout) {
      layout = now;
      lazy.clear();
      replace(
        body,
        groups.map(({ title, metrics }) =>
          h(
            "section",
            {},
            h("h2", { tabindex: -1 }, title),
            h("div", { class: "charts" }, metrics.map(chartOf)),
          )
        ),
        groups.length === 0 && h("p", { class: "empty" }, emptyText(names.size, find.value)),
      );
    }
    const weight = Number(smoothing.value);
    for (const { metrics } of groups) {
      for (const metric of metrics) charts.get(metric)!.update(drawn, weight);
    }
    lazy.draw();
    warnings.update(drawn[0].lines);
  };
  const chartOf = (metric: string): HTMLElement => {
    let chart = charts.get(metric);
    if (!chart) charts.set(metric, chart = new Chart(metric));
    lazy.watch(chart);
    return chart.element;
  };

  let known = "";
  const chips = (runs: RunDigest[]) => {
    const names = runs.map((run) => run.name).filter((other) => other !== name);
    const on = beside(), now = JSON.stringify([names, on]);
    if (now === known) return;
    known = now;
    replace(
      others,
      h("span", { class: "chip run-0" }, name),
      names.map((other) => {
        const at = on.indexOf(other);
        return h("button", {
          class: at < 0 ? "chip" : `chip run-${(at + 1) % 6}`,
          "aria-pressed": String(at >= 0),
          onclick: () =>
            set("with", (at < 0 ? [...on, other] : on.filter((run) => run !== other)).join(",")),
        }, other);
      }),
    );
  };

  const look = async (): Promise<void> => {
    let changed = metrics.size === 0;
    const listing = source.runs();
    await Promise.all([name, ...beside()].map(async (run) => {
      const before = metrics.get(run);
      const tail = await source.metrics(run, before);
      const replaced = before?.version !== tail.version || tail.next < before.next;
      if (tail.lines.length === 0 && !replaced) return;
      metrics.set(run, {
        ...tail,
        lines: replaced ? tail.lines : [...before.lines, ...tail.lines],
      });
      changed = true;
    }));
    const runs = await listing;
    if (signal.aborted) return;
    const digest = runs.find((run) => run.name === name);
    if (digest) frame.update(digest);
    chips(runs);
    if (changed) draw();
  };
  watch(look, { live: source.live, signal, failed });

  const redraw = () => charts.forEach((chart) => chart.draw());
  const refit = new ResizeObserver(() => charts.forEach((chart) => chart.resize()));
  refit.observe(body);
  document.addEventListener("themechange", redraw, { signal });
  signal.addEventListener("abort", () => {
    lazy.clear();
    refit.disconnect();
    charts.forEach((chart) => chart.destroy());
  });

  const jump = (by: number) => {
    const heads = [...body.querySelectorAll("h2")];
    const at = heads.findIndex((head) => head.getBoundingClientRect().top > 70);
    const passed = at < 0 ? heads.length : at;
    const next = by > 0
      ? (heads[passed]?.getBoundingClientRect().top < 90 ? passed + 1 : passed)
      : passed - 1;
    const head = heads[Math.min(heads.length - 1, Math.max(0, next))];
    head?.scrollIntoView({ block: "start" });
    head?.focus({ preventScroll: true });
  };
  return {
    title: name,
    keys: { j: () => jump(1), k: () => jump(-1) },
    move(next) {
      if (next.run !== name || next.tab !== "curves") return false;
      const before = route.query.get("with");
      route = next;
      const words = route.query.get("find") ?? "",
        weight = route.query.get("smooth") ?? String(SMOOTHING);
      if (find.value !== words) find.value = words;
      if (smoothing.value !== weight) smoothing.value = weight;
      if (route.query.get("with") !== before) {
        look().catch(failed).then(() => signal.aborted || draw());
      } else draw();
      return true;
    },
    element: h(
      "div",
      {},
      frame.element,
      warnings.element,
      h(
        "div",
        { class: "toolbar" },
        find,
        h("label", { class: "smoothing" }, "smoothing ", smoothing),
        others,
      ),
      body,
    ),
  };
}

function emptyText(metrics: number, words: string): string {
  return metrics > 0
    ? `No metric matches “${words}”.`
    : "No numbers yet: the first come when the model has been validated, the next after every step.";
}
