import assert from "node:assert/strict";
import { madeRun } from "../tests/made_run.ts";
import { RunsFolder } from "../run/runs_folder.ts";
import { carriedRun, spread } from "./carried.ts";
import { figure } from "./figure.ts";
import { reportPage } from "./report_page.ts";

Deno.test("every beginning of the order is spread over the whole", () => {
  assert.deepEqual(spread([0, 1, 2, 3, 4, 5, 6, 7, 8]), [8, 0, 4, 2, 6, 1, 3, 5, 7]);
  assert.deepEqual(spread([]), []);
  assert.deepEqual(spread([5]), [5]);
  assert.deepEqual(
    spread(Array.from({ length: 101 }, (_, i) => i)).sort((a, b) => a - b).length,
    101,
  );
});

Deno.test("a report carries what fits, and says what it left out", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await madeRun(root, "made", { steps: 20, problems: 2, answers: 4 });
  const runs = new RunsFolder(root);
  const whole = await carriedRun(runs, "made");
  assert.equal(whole.note, "A report of the run made, whole.");
  assert.equal(whole.run.rolloutSteps.length, 20);
  const big = await carriedRun(runs, "made", 8 * JSON.stringify(whole.steps[20][0]).length + 80);
  assert.match(big.note, /and \d+ problems of the steps that are here were left out/);
  const part = await carriedRun(runs, "made", JSON.stringify(whole.steps).length / 4);
  assert.match(part.note, /the rollouts of \d+ of 20 steps .*were left out/);
  assert.ok(part.run.rolloutSteps.includes(20) && part.run.rolloutSteps.includes(1));
  assert.deepEqual(Object.keys(part.steps).map(Number), part.run.rolloutSteps);
  assert.equal(part.metrics.lines.length, 21);
});

Deno.test("no answer ends the element that it is carried in", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  await madeRun(root, "made", {
    steps: 1,
    problems: 1,
    answers: 1,
    texts: ["</script><script>alert(1)</script><!--\u2028"],
  });
  const page = reportPage(await carriedRun(new RunsFolder(root), "made"), {
    script: 'console.log("</script>")',
    style: "a{}",
  });
  assert.equal(page.match(/<script/g)!.length, 2);
  assert.equal(page.match(/<\/script/g)!.length, 2);
  assert.ok(!page.includes("<!--"));
  assert.doesNotMatch(page, /(src|href)="(?!data:)/);
});

Deno.test("a figure is an SVG of a curve, and none of a single point", () => {
  const metrics = [{ step: 0, a: 0 }, { step: 10, a: 0.5 }, { step: 20, a: null }, {
    step: 30,
    a: 1,
  }];
  const svg = figure(metrics, "a")!;
  assert.match(svg, /<path class="curve" d="M52\.0 240\.0L190\.0 137\.0L466\.0 34\.0"\/>/);
  assert.equal(figure(metrics.slice(0, 1), "a"), null);
  assert.equal(figure(metrics, "b"), null);
});
