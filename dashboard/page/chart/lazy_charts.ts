/// <reference lib="dom" />
/** Draws charts as they come into view, those first that are seen, and never so many at once that the page stands still. */

import type { Chart } from "./chart.ts";

/** Milliseconds of drawing before the browser may show what is there. */
const SLICE = 12;

/** Knows which charts are in view, and draws them. */
export class LazyCharts {
  readonly #charts = new Map<Element, Chart>();
  readonly #near = new Set<Chart>();
  readonly #observer: IntersectionObserver;
  #planned = false;

  /** Watches nothing yet. */
  constructor() {
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const chart = this.#charts.get(target);
        if (chart && isIntersecting) this.#near.add(chart);
        else if (chart) this.#near.delete(chart);
      }
      this.draw();
    }, { rootMargin: "300px" });
  }

  /** Takes a chart whose element stands on the page. */
  watch(chart: Chart): void {
    this.#charts.set(chart.element, chart);
    this.#observer.observe(chart.element);
  }

  /** Forgets which charts are near: the page is laid out anew. */
  clear(): void {
    this.#observer.disconnect();
    this.#near.clear();
  }

  /** Draws what is near and has new numbers, a slice of time at once. */
  draw(): void {
    if (this.#planned) return;
    const until = performance.now() + SLICE;
    for (const chart of this.#near) {
      if (!chart.stale) continue;
      if (performance.now() > until) {
        this.#planned = true;
        requestAnimationFrame(() => {
          this.#planned = false;
          this.draw();
        });
        return;
      }
      chart.draw();
    }
  }
}
