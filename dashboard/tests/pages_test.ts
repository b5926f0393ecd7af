/** The pages in a real browser, over folders that are made up. */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser, openPage, serve, type Served } from "./browser.ts";
import { mainThread, settled, staysText, TOO_WIDE, until } from "./looking.ts";
import { madeCriticRun } from "./made_critic_run.ts";
import { madeRun, metricsText, rolloutsText } from "./made_run.ts";

const HOSTILE = [
  "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\"><svg onload=alert(1)>",
  "\u202ereversed\u202c and \x1b[2J\x1b]0;owned\x07 and \u0000",
  "y".repeat(1_000_000),
  "$\\frac{1}{$ and $\\href{javascript:alert(1)}{x}$ and $\\htmlData{a=b}{x}$ $\\def\\a{\\a\\a}\\a$ $$\\rule{9999em}{9999em}$$",
  "[x](javascript:alert(1)) <a href='javascript:alert(1)'>x</a> javascript:alert(1) {{constructor}} ${alert(1)}",
  "```python\n<img src=x onerror=alert(1)>\n```",
  "",
];

const BIG = { steps: 500, problems: 8, answers: 8 };
const SMALL = { steps: 12, problems: 3, answers: 4 };

/** Each with whether axe-core looks at it too: it takes a second or two a view. */
const VIEWS: [hash: string, axe: boolean][] = [
  ["#/", true],
  ["#/small?with=critic&smooth=0.9", true],
  ["#/big", false],
  ["#/big/config", false],
  ["#/big/config?with=small", false],
  ["#/small/steps", false],
  ["#/small/steps/5/2?text=logprob", true],
  ["#/small/steps/5/2?text=weight", false],
  ["#/critic", false],
  ["#/critic/steps/5/1", true],
  ["#/critic/evaluation", true],
];

Deno.test({
  name: "the pages",
  async fn(t) {
    const browser = await openBrowser();
    if (!browser) return;
    const root = await Deno.makeTempDir();
    await Promise.all([
      madeRun(root, "big", BIG),
      madeRun(root, "small", SMALL),
      madeRun(root, "hostile", {
        steps: 1,
        problems: 2,
        answers: HOSTILE.length,
        texts: HOSTILE,
      }),
      madeCriticRun(root, "critic", { steps: 20, programs: 3, critiques: 4 }),
      madeCriticRun(root, "hostile-critic", {
        steps: 1,
        programs: 2,
        critiques: HOSTILE.length,
        texts: HOSTILE,
      }),
    ]);
    const server = await serve(root);
    try {
      await steps(t, browser, server, root);
    } finally {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    }
  },
});

async function steps(
  t: Deno.TestContext,
  browser: Browser,
  { url }: Served,
  root: string,
): Promise<void> {
  await t.step("500 steps × 64 rollouts are there at once", async () => {
    const walls: number[] = [], works: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { page, errors } = await openPage(browser, 1440);
      const started = performance.now(), work = await mainThread(page);
      await page.goto(`${url}#/big`);
      await page.waitForSelector(".chart canvas");
      walls.push(performance.now() - started);
      works.push(await work());
      await page.close();
      assert.deepEqual(errors, []);
    }
    const wall = Math.min(...walls), work = Math.min(...works);
    console.log(
      `curves of 500 steps after ${wall.toFixed(0)} ms, ${work.toFixed(0)} of them work; best of 3`,
    );
    assert.ok(wall < 2000, `${wall} ms; the aim is 1000 on an idle machine`);
    // Of the processor alone, so that a busy machine says nothing else.
    assert.ok(work < 700, `${work} ms of work`);
    const { page } = await openPage(browser, 1440);
    const started = performance.now();
    await page.goto(`${url}#/big/steps/500/0`);
    await page.waitForSelector(".thread .katex");
    console.log(`a group after ${(performance.now() - started).toFixed(0)} ms`);
    await page.close();
  });

  await t.step("no error, no overflow, nothing that axe-core holds against it", async () => {
    const axe = await Deno.readTextFile(fileURLToPath(import.meta.resolve("axe-core")));
    for (const [width, scheme] of [[1440, "light"], [390, "dark"]] as const) {
      const { page, errors, waiting } = await openPage(browser, width, scheme);
      await page.goto(url);
      await page.evaluate(axe);
      for (const [view, looked] of VIEWS) {
        await page.evaluate(`location.hash = ${JSON.stringify(view)}`);
        await settled(page, waiting);
        const over = await page.evaluate(TOO_WIDE);
        assert.equal(over, 0, `${view} is ${over} px too wide at ${width}`);
        if (!looked) continue;
        const violations = await page.evaluate(
          "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations" +
            ".filter((v) => ['serious', 'critical'].includes(v.impact))" +
            ".map((v) => v.id + ' ' + v.nodes[0].html.slice(0, 200) + v.nodes[0].failureSummary.slice(0, 300)))",
        );
        assert.deepEqual(violations, [], `${view} at ${width}`);
      }
      assert.deepEqual(errors, []);
      await page.close();
    }
  });

  await t.step("what a model wrote stays text", async () => {
    const { page, errors } = await openPage(browser, 1440);
    for (const text of ["read", "source", "logprob"]) {
      await page.goto(`${url}#/hostile/steps/1/0?text=${text}`);
      await page.waitForSelector(`.thread .${text}`);
      await staysText(page);
    }
    const all = await page.locator(".group").innerText();
    assert.ok(all.includes("<script>document.title = 'owned'</script>"));
    assert.ok(all.includes("⟨U+202E⟩reversed") && all.includes("␛[2J"));
    assert.match(all, /Show all 1,000,000 characters/);
    assert.ok(!["\u202e", "\x1b", "\0"].some((hidden) => all.includes(hidden)));
    await page.goto(`${url}#/hostile/steps/1/1`);
    await page.waitForSelector("code.broken");
    await page.getByRole("button", { name: /Show all/ }).first().click();
    // A megabyte is laid out once: the other width has the same styles.
    assert.equal(await page.evaluate(TOO_WIDE), 0);
    assert.match(await page.title(), /^hostile: groups/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  await t.step("so does what a critic, a generator and a program wrote", async () => {
    const { page, errors } = await openPage(browser, 1440);
    for (const place of ["1?text=source", "0?text=logprob", "0"]) {
      await page.goto(`${url}#/hostile-critic/steps/1/${place}`);
      await page.waitForSelector(`.thread .${/\w+$/.exec(place)![0].replace("0", "read")}`);
      await page.evaluate("for (const x of document.querySelectorAll('details')) x.open = true");
      await staysText(page);
    }
    const all = await page.locator(".group").innerText();
    assert.ok(all.includes("<script>document.title = 'owned'</script>"));
    assert.ok(all.includes("⟨U+202E⟩reversed") && all.includes("␛[2J"));
    assert.ok(!["\u202e", "\x1b", "\0"].some((hidden) => all.includes(hidden)));
    assert.match(await page.title(), /^hostile-critic: groups/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  await t.step("a critic's group is read from the program to the revision's tests", async () => {
    const { page, errors } = await openPage(browser, 1440);
    await page.goto(url);
    assert.match(
      await page.locator("tr[data-run=critic]").innerText(),
      /every program is called Incorrect[^]*ctrl[^]*30\.0% → 60\.0%/,
    );
    await page.goto(`${url}#/critic/steps/5/1`);
    await page.waitForSelector("#critique-4");
    const text = (selector: string) => page.locator(selector).innerText();
    assert.match(await text(".problem"), /Write `largest\(a, b\)`/);
    assert.match(
      await text(".solution"),
      /The program\s+fails\s+its critiques: 3 Incorrect, 1 Correct[^]*return min[^]*fails 1 of 2 tests\s*largest\(3, 5\) should give 5, not 3/,
    );
    assert.equal(await page.locator(".solution .hljs-keyword").count(), 2);
    assert.match(
      await text("#critique-1"),
      /says Incorrect\s+reward 1\s+9 tokens\s+advantage \+1\.5/,
    );
    assert.equal(await text("#critique-1 .removed b"), "min");
    assert.equal(await text("#critique-1 .added b"), "max");
    assert.match(await text("#critique-1 .tests"), /passes all 2 tests/);
    assert.match(await text("#critique-2"), /The program is unchanged/);
    assert.match(await text("#critique-3"), /says Correct, though the program fails/);
    assert.match(await text("#critique-4"), /no program[^]*No program was found in the answer/);
    await page.locator("#critique-2 .tests summary").click();
    assert.match(
      await text("#critique-2 .tests table"),
      /✓\s+largest\(2, 2\)\s+2\s+2\s+✗\s+largest\(3, 5\)\s+5\s+3/,
    );
    await page.keyboard.press("j");
    await until(page, "location.hash === '#/critic/steps/5/2'");
    await page.keyboard.press("4");
    await page.waitForSelector(".measure");
    assert.match(
      await text(".measure:first-child"),
      /Pass@1[^]*critic\s+25\.0\s+37\.5\s+50\.0\s+62\.5/,
    );
    await page.keyboard.press("1");
    await page.waitForSelector("[data-metric='ctrl/passed'] canvas");
    assert.match(await text(".warnings"), /every program is called Incorrect[^]*What to try/);
    assert.deepEqual(errors, []);
    await page.close();
  });

  await t.step("keys", async () => {
    const { page, errors, waiting } = await openPage(browser, 1440);
    const at = (hash: string) => until(page, `location.hash === ${JSON.stringify(hash)}`);
    await page.goto(`${url}#/small/steps/5`);
    await page.waitForSelector(".problems a");
    for (
      const [key, hash] of [
        // Beside the list the first one is open already.
        ["j", "#/small/steps/5/1"],
        ["j", "#/small/steps/5/2"],
        ["k", "#/small/steps/5/1"],
        ["k", "#/small/steps/5/0"],
        ["n", "#/small/steps/6/0"],
        ["p", "#/small/steps/5/0"],
        ["3", "#/small/config"],
        ["1", "#/small"],
      ]
    ) {
      await settled(page, waiting); // A key that comes before a view stands does nothing.
      await page.keyboard.press(key);
      await at(hash);
    }
    await page.waitForSelector(".chart canvas");
    await page.keyboard.press("/");
    await page.keyboard.type("entropy");
    await until(page, "document.querySelectorAll('.chart').length === 1");
    await at("#/small?find=entropy");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    assert.equal(await page.locator("dialog[open]").count(), 1);
    await page.keyboard.press("Escape");
    await page.keyboard.press("t");
    assert.equal(await page.locator("html").getAttribute("data-theme"), "light");
    await page.keyboard.press("g");
    await page.waitForSelector("tr[data-run]");
    await page.keyboard.press("j");
    assert.match(await page.evaluate("document.activeElement.getAttribute('href')"), /^#\//);
    assert.deepEqual(errors, []);
    await page.close();
  });

  await t.step("a link restores what was seen", async () => {
    const { page } = await openPage(browser, 1440);
    await page.goto(`${url}#/small/steps/5/2?text=logprob&find=Problem`);
    await page.waitForSelector(".text.logprob .t");
    assert.equal(await page.locator("#find").inputValue(), "Problem");
    assert.equal(await page.locator(".problems a[aria-current]").getAttribute("data-problem"), "2");
    assert.match(
      await page.locator(".group").innerText(),
      /in the place of rollout 1, advantage \+1\.5/,
    );
    await page.goto(`${url}#/small?with=big&smooth=0.3`);
    await page.waitForSelector(".chip[aria-pressed=true]");
    assert.equal(await page.locator("input[type=range]").inputValue(), "0.3");
    await page.close();
  });

  await t.step("a run that trains grows on the page", async () => {
    const { page, errors } = await openPage(browser, 1440);
    await page.goto(`${url}#/small/steps`);
    await page.waitForSelector(".problems a");
    assert.match(await page.locator("output").innerText(), /step 12/);
    const run = join(root, "small");
    await Deno.writeTextFile(join(run, "rollouts", "step-000013.jsonl"), rolloutsText(SMALL));
    await Deno.writeTextFile(join(run, "metrics.jsonl"), metricsText(13, 13), { append: true });
    await until(page, "document.querySelector('output').textContent.includes('step 13')");
    assert.deepEqual(errors, []);
    await page.close();
  });

  await t.step("a report is the same without a server", async () => {
    const file = join(root, "report.html");
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "report", join(root, "small"), "--out", file],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const { page, errors } = await openPage(browser, 390, "dark");
    await page.goto(`file://${file}#/small/steps/5/0`);
    await page.waitForSelector(".thread");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    assert.match(await page.locator(".carried").innerText(), /whole/);
    await page.goto("about:blank");
    await page.goto(`file://${file}`);
    await page.waitForSelector(".chart canvas");
    assert.equal(await page.evaluate("location.hash"), "#/small");
    assert.deepEqual(errors, []);
    await page.close();
  });
}
