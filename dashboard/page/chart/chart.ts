/// <reference lib="dom" />
/** One metric's curves: its name, what it is, its numbers under the pointer, and uPlot. */

import uPlot from "uplot";
import type { MetricsLine } from "../../run/formats.ts";
import { h, replace } from "../dom.ts";
import { decimal, seconds } from "../quantity.ts";
import { columns } from "./columns.ts";
import { ink, lineInk } from "./ink.ts";
import { band, meaning } from "./metric_groups.ts";
import { range } from "./range.ts";
import { smooth } from "./smooth.ts";

/** A run that is drawn. */
export interface Drawn {
  /** Its name. */
  name: string;
  /** Its metrics. */
  lines: readonly MetricsLine[];
}

const HEIGHT = 150;

/** A chart; see `lazy_charts.ts` for when it is drawn. */
export class Chart {
  /** The whole of it. */
  readonly element: HTMLElement;
  #plot: uPlot | null = null;
  #box = h("div", { class: "plot" });
  #numbers = h("span", { class: "numbers" });
  #data: uPlot.AlignedData = [[]];
  #shape = "";
  #runs: readonly Drawn[] = [];
  #smoothing = 0;
  /** Whether there are numbers that it does not show yet. */
  stale = true;

  /** @param metric what it shows */
  constructor(readonly metric: string) {
    const told = meaning(metric);
    this.element = h(
      "figure",
      { class: "chart", "data-metric": metric },
      h(
        "figcaption",
        {},
        h("b", { class: told && "told" }, told || metric),
        this.#numbers,
        told && h("small", {}, metric),
      ),
      this.#box,
    );
  }

  /** Takes new numbers. */
  update(runs: readonly Drawn[], smoothing: number): void {
    this.#runs = runs;
    // Validations are few, and their draws are the same every time: there is no noise to take out.
    this.#smoothing = this.metric.startsWith("val") ? 0 : smoothing;
    this.stale = true;
  }

  /** Fits the width that there is now. */
  resize(): void {
    if (this.#box.clientWidth > 0) {
      this.#plot?.setSize({ width: this.#box.clientWidth, height: HEIGHT });
    }
  }

  /** Draws with the colours of now. */
  draw(): void {
    this.stale = false;
    const { steps, values } = columns(this.#runs.map((run) => run.lines), this.metric);
    const series: uPlot.Series[] = [{}], data: (number | null)[][] = [steps];
    const bands: uPlot.Band[] = [];
    values.forEach((run, i) => {
      data.push(smooth(run, this.#smoothing));
      series.push({ stroke: () => lineInk(i), width: 1.75, spanGaps: true, points: { size: 4 } });
    });
    if (this.#smoothing > 0) {
      values.forEach((run, i) => {
        data.push(run);
        series.push({
          stroke: () => lineInk(i, 0.28),
          width: 1,
          spanGaps: true,
          points: { show: false },
        });
      });
    }
    const extremes = this.#runs.length === 1 ? band(this.metric) : null;
    if (extremes && this.#runs[0].lines.some((line) => extremes.high in line)) {
      for (const name of [extremes.high, extremes.low]) {
        const byStep = new Map(this.#runs[0].lines.map((line) => [line.step, line[name] ?? null]));
        data.push(steps.map((step) => byStep.get(step) ?? null));
        series.push({ stroke: "transparent", points: { show: false }, spanGaps: true });
      }
      bands.push({ series: [data.length - 2, data.length - 1], fill: () => lineInk(0, 0.1) });
    }
    this.#data = data as uPlot.AlignedData;
    const shape = `${series.length} ${bands.length} ${this.#runs.length} ${this.#smoothing > 0}`;
    if (this.#plot && shape === this.#shape) this.#plot.setData(this.#data);
    else {
      this.#plot?.destroy();
      this.#plot = new uPlot(this.#options(series, bands), this.#data, this.#box);
      this.#shape = shape;
    }
    this.#tell(null);
  }

  #options(series: uPlot.Series[], bands: uPlot.Band[]): uPlot.Options {
    const axis = (more: uPlot.Axis): uPlot.Axis => ({
      stroke: () => ink("--muted"),
      font: "11px system-ui, sans-serif",
      grid: { stroke: () => ink("--rule"), width: 1 },
      ticks: { show: false },
      ...more,
    });
    return {
      width: Math.max(120, this.#box.clientWidth),
      height: HEIGHT,
      series,
      bands,
      scales: {
        x: { time: false },
        y: { range: (_u, low, high) => range(low, high, this.metric) },
      },
      legend: { show: false },
      padding: [8, 14, 0, 0],
      axes: [
        axis({
          size: 26,
          grid: { show: false },
          incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 1e5, 1e6],
        }),
        axis({ size: 46, values: (_u, ticks) => ticks.map(this.#format) }),
      ],
      cursor: {
        sync: { key: "steps" },
        drag: { x: true, y: false },
        y: false,
        points: { show: false },
      },
      hooks: { setCursor: [(plot) => this.#tell(plot.cursor.idx ?? null)] },
    };
  }

  #format = (value: number): string =>
    this.metric.startsWith("timing_s/") ? seconds(value) : decimal(value);

  /** The numbers at a place, or the newest ones. */
  #tell(index: number | null): void {
    const step = index === null ? null : this.#data[0][index];
    const parts = this.#runs.map((_run, i) => {
      // The number itself, where the curve is smoothed.
      const values = this.#data[i + 1 + (this.#smoothing > 0 ? this.#runs.length : 0)] ?? [];
      const value = index === null
        ? [...values].reverse().find((x) => x !== null && x !== undefined)
        : values[index];
      return value === null || value === undefined
        ? null
        : h("span", { class: `run-${i % 6}` }, this.#format(value));
    });
    replace(this.#numbers, step !== null && h("i", {}, `${step}: `), parts);
  }

  /** Lets go of the canvas. */
  destroy(): void {
    this.#plot?.destroy();
  }
}
