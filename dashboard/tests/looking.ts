/** Looking at a page in a browser: waiting for it, how wide it is, whether text stayed text, what it cost. */

import assert from "node:assert/strict";
import type { Page } from "playwright-core";

/** Pixels by which a page is wider than its window. */
export const TOO_WIDE =
  "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** What would be an element, an attribute or an address if text had become markup. */
const MARKUP = [
  "main script",
  "main img",
  "main iframe",
  "main [onerror]",
  "main [onload]",
  "a[href*='javascript' i]",
];

/** Waits for an expression; the page's own policy forbids playwright's way, which is `eval`. */
export async function until(page: Page, expression: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await page.evaluate(expression));) {
    assert.ok(Date.now() < end, `still not: ${expression}`);
    await page.waitForTimeout(10);
  }
}

/** Waits until the view stands, has asked for nothing in two frames, and was painted. */
export async function settled(page: Page, waiting: () => number): Promise<void> {
  await until(page, "document.querySelector('main')?.innerText.length > 60");
  for (let quiet = 0; quiet < 2;) {
    await page.evaluate("new Promise((end) => requestAnimationFrame(() => setTimeout(end)))");
    quiet = waiting() === 0 ? quiet + 1 : 0;
  }
}

/** That nothing is too wide for a telephone or a screen, and nothing became an element. */
export async function staysText(page: Page): Promise<void> {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    assert.equal(await page.evaluate(TOO_WIDE), 0, `${page.url()} at ${width}`);
  }
  for (const markup of MARKUP) assert.equal(await page.locator(markup).count(), 0, markup);
}

/** Starts counting; milliseconds that the page's main thread worked since. */
export async function mainThread(page: Page): Promise<() => Promise<number>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
  };
}
