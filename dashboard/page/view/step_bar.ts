/// <reference lib="dom" />
/** The steps of a run as a line to walk along, with the share of right answers above it. */

import type { MetricsLine } from "../../run/formats.ts";
import { h, replace, svg } from "../dom.ts";
import { percent } from "../quantity.ts";

/** See {@linkcode StepBar.update}. */
export class StepBar {
  /** The bar. */
  readonly element: HTMLElement;
  #steps: readonly number[] = [];
  #curve = h("div", { class: "curve" });
  #range = h("input", { type: "range", min: 0, step: 1, "aria-label": "Step" });
  #said = h("output", {});

  /** @param choose is told which step a reader wants */
  constructor(choose: (step: number) => void) {
    const move = (by: number) => {
      const step = this.#steps[Number(this.#range.value) + by];
      if (step !== undefined) choose(step);
    };
    this.#range.addEventListener("input", () => move(0));
    this.element = h(
      "div",
      { class: "steps" },
      h("button", { "aria-label": "Step before", onclick: () => move(-1) }, "‹"),
      h("div", { class: "track" }, this.#curve, this.#range),
      h("button", { "aria-label": "Next step", onclick: () => move(1) }, "›"),
      this.#said,
    );
  }

  /** Shows where a reader is. */
  update(steps: readonly number[], step: number | null, metrics: readonly MetricsLine[]): void {
    this.#steps = steps;
    this.element.hidden = steps.length === 0;
    const at = Math.max(0, steps.indexOf(step ?? -1));
    this.#range.max = String(Math.max(0, steps.length - 1));
    this.#range.value = String(at);
    const line = metrics.find((line) => line.step === step);
    const right = line && share(line);
    this.#said.textContent = `step ${step}${
      typeof right === "number"
        ? ` · ${percent(right)} ${"ctrl/passed" in line! ? "pass" : "right"}`
        : ""
    }`;
    this.#range.setAttribute("aria-valuetext", this.#said.textContent);
    replace(this.#curve, curve(steps, at, metrics));
  }
}

/** Of right answers, or of revisions that pass. */
const share = (line: MetricsLine) => line["reward/correct"] ?? line["ctrl/passed"];

function curve(steps: readonly number[], at: number, metrics: readonly MetricsLine[]): SVGElement {
  const right = new Map(metrics.map((line) => [line.step, share(line)]));
  const last = Math.max(1, steps.length - 1);
  const points = steps.flatMap((step, i) => {
    const value = right.get(step);
    return typeof value === "number"
      ? [`${(1000 * i / last).toFixed(1)},${(29 - 28 * value).toFixed(1)}`]
      : [];
  });
  return svg(
    "svg",
    { viewBox: "0 0 1000 30", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("polyline", { points: points.join(" ") }),
    svg("line", { x1: 1000 * at / last, x2: 1000 * at / last, y1: 0, y2: 30 }),
  );
}
