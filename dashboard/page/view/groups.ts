/// <reference lib="dom" />
/** Steps, their problems, and the group of one problem. */

import type { MetricsLine, ProblemDigest } from "../../run/formats.ts";
import type { Settings } from "../../run/settings.ts";
import { watch } from "../data/watch.ts";
import { h, replace } from "../dom.ts";
import { hashOf, type Route, withValue } from "../route.ts";
import type { Context, View } from "../view.ts";
import { loadGroup } from "./load_group.ts";
import { problemList } from "./problem_list.ts";
import { RunFrame } from "./run_frame.ts";
import { StepBar } from "./step_bar.ts";
import { isTextMode, type TextMode } from "./text_mode.ts";

/** Where there is room for a group beside the list; `groups.css` has the same. */
const BESIDE = matchMedia("(min-width: 861px)");

/** The groups of the route's run. */
export function groups(context: Context): View {
  const { source, signal, failed, go } = context;
  let { route } = context;
  const name = route.run!, frame = new RunFrame(route);
  let steps: number[] = [], digests: ProblemDigest[] = [], settings: Settings = {};
  let metrics: MetricsLine[] = [];
  let loaded = "";
  const run = Promise.withResolvers<void>();

  const to = (change: Partial<Route>, options?: { replace?: boolean }) =>
    go({ ...route, ...change }, options);
  const bar = new StepBar((step) => to({ step, problem: null }, { replace: true }));
  const list = h("ol", { class: "problems" }), detail = h("article", { class: "group" });
  const find = h("input", {
    type: "search",
    id: "find",
    placeholder: "Find: words, verdicts, flat",
    "aria-label":
      "Find a problem by its words, its verdicts, or “flat” for groups without variance",
    value: route.query.get("find"),
    oninput: () => to({ query: withValue(route.query, "find", find.value) }, { replace: true }),
  });
  const panes = h("div", { class: "panes" }, h("div", { class: "list" }, find, list), detail);

  /** The step that is shown: the route's, or the newest. */
  const step = () => route.step ?? steps.at(-1) ?? null;
  /** The problem that is shown: the route's; beside the list, else the first that taught something. */
  const problem = () =>
    route.problem ??
      (!BESIDE.matches || digests.length === 0
        ? null
        : Math.max(0, digests.findIndex(({ flat }) => !flat)));
  const mode = (): TextMode => {
    const wanted = route.query.get("text");
    return isTextMode(wanted) ? wanted : "read";
  };

  const show = async () => {
    const at = step();
    bar.update(steps, at, metrics);
    if (at === null) {
      replace(
        detail,
        h(
          "p",
          { class: "empty" },
          "No step has written its rollouts yet (trainer.rollout_data_freq).",
        ),
      );
      return;
    }
    const wanted = `${at}`;
    // All that is needed is asked for at once; the settings come with the run.
    const groupOf = (problem: number) => {
      const group = Promise.all([loadGroup(), source.problem(name, at, problem), run.promise]);
      group.catch(() => {}); // It is awaited below, perhaps after another one failed.
      return group;
    };
    const early = route.problem === null ? null : groupOf(route.problem);
    if (loaded !== wanted) {
      const found = await source.step(name, at);
      if (signal.aborted || step() !== at) return;
      digests = found;
      loaded = wanted;
    }
    const chosen = problem();
    replace(
      list,
      problemList(digests, {
        find: find.value,
        chosen,
        link: (problem) => hashOf({ ...route, step: at, problem }),
      }),
    );
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    panes.classList.toggle("chosen", route.problem !== null);
    if (chosen === null) return;
    const [groupView, record] = await (early ?? groupOf(chosen));
    if (signal.aborted || step() !== at || problem() !== chosen) return;
    replace(
      detail,
      groupView(record, {
        settings,
        mode: mode(),
        back: hashOf({ ...route, step: at, problem: null }),
        setMode: (text) =>
          to({ query: withValue(route.query, "text", text === "read" ? "" : text) }, {
            replace: true,
          }),
      }),
    );
  };
  const showing = () =>
    show().then(() => signal.aborted || failed(null), (error) => signal.aborted || failed(error));

  let shown = "";
  // A place that is known need not wait for the run.
  if (route.step !== null) showing();
  watch(async () => {
    const detail = await source.run(name);
    if (signal.aborted) return;
    frame.update(detail);
    settings = detail.settings;
    steps = detail.rolloutSteps;
    run.resolve();
    const now = `${steps.at(-1)} ${steps.length}`;
    if (now === shown) return;
    shown = now;
    // The line of right answers may come later than what is to be read.
    const drawn = source.metrics(name).then((tail) => {
      metrics = tail.lines;
      bar.update(steps, step(), metrics);
    }, () => {});
    bar.update(steps, step(), metrics);
    // Only the newest step changes by itself; what is read stays.
    if (route.step === null) await show();
    await drawn;
  }, { live: source.live, signal, failed });

  const listed = () =>
    [...list.querySelectorAll<HTMLAnchorElement>("a")].map((a) => Number(a.dataset.problem));
  const turn = (by: number) => {
    const shown = listed(), at = shown.indexOf(problem() ?? -1);
    const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
    if (next !== undefined && next !== route.problem) to({ step: step(), problem: next });
  };
  const stride = (by: number) => {
    const at = steps.indexOf(step() ?? -1);
    const next = steps[Math.min(steps.length - 1, Math.max(0, at + by))];
    if (next !== undefined && next !== step()) to({ step: next });
  };
  return {
    title: `${name}: groups`,
    keys: {
      j: () => turn(1),
      k: () => turn(-1),
      n: () => stride(1),
      p: () => stride(-1),
    },
    move(next) {
      if (next.run !== name || next.tab !== "groups") return false;
      const before = route;
      route = next;
      const words = route.query.get("find") ?? "";
      if (find.value !== words) find.value = words;
      if (before.problem !== route.problem && route.problem !== null) detail.scrollTop = 0;
      showing();
      return true;
    },
    element: h("div", {}, frame.element, bar.element, panes),
  };
}
