import assert from "node:assert/strict";
import { metricGroups } from "./metric_groups.ts";

Deno.test("what matters comes first, extremes go with their mean, and nothing is shown twice or lost", () => {
  const names = [
    "step",
    "training/epoch",
    "timing_s/gen",
    "actor/lr",
    "actor/entropy",
    "reward/correct",
    "reward/wrong",
    "response_length/mean",
    "response_length/max",
    "response_length/min",
    "lonely/max",
    "val-core/pass@1",
    "val-core/n",
    "val-core/aime/pass@1",
    "val-core/aime/n",
  ];
  assert.deepEqual(metricGroups(names), [
    {
      title: "Is it learning?",
      metrics: ["val-core/pass@1", "reward/correct", "actor/entropy", "response_length/mean"],
    },
    { title: "Held-out problems by source", metrics: ["val-core/aime/pass@1"] },
    { title: "Verdicts", metrics: ["reward/wrong"] },
    { title: "Policy", metrics: ["actor/lr"] },
    { title: "Time", metrics: ["timing_s/gen"] },
    { title: "Everything else", metrics: ["lonely/max", "training/epoch"] },
  ]);
});
