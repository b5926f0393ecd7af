import assert from "node:assert/strict";
import { parse, verify } from "./mod.ts";

/** Labelled pairs that are not part of this repository. */
const folder = new URL("../../shared/verifier/", import.meta.url);
let present = true;
try {
  Deno.statSync(folder);
} catch {
  present = false;
}
const ignore = !present;
const why = present ? "" : " (skipped: ../shared/verifier is absent)";

interface Case {
  id: string;
  kind: string;
  gold: string;
  pred: string;
  expected: boolean | null;
  label?: string;
  answer?: string;
}

function read(name: string): Case[] {
  const text = Deno.readTextFileSync(new URL(name, folder));
  return text.trim().split("\n").map((line) => JSON.parse(line) as Case);
}

/** Kinds that this verifier evaluates. */
const EVALUATED = ["integer", "decimal", "fraction", "mixed-number", "tuple/point"];

Deno.test({
  name: `verifier: every gold answer equals itself, and plain ones are evaluated${why}`,
  ignore,
  fn() {
    for (const { answer, kind } of read("golds.jsonl")) {
      assert.equal(verify(answer!, answer!).outcome, "equal", answer);
      if (kind !== "integer" && kind !== "fraction") continue;
      assert.notEqual((parse(answer!) as { kind: string }).kind, "text", answer);
    }
  },
});

Deno.test({
  name: `verifier: no certainly wrong answer is accepted${why}`,
  ignore,
  fn() {
    const wrong = read("golds-neg.jsonl").filter((row) => row.label === "certain");
    const accepted = wrong.filter(({ gold, pred }) => verify(gold, pred).outcome === "equal");
    assert.deepEqual(accepted, []);
  },
});

Deno.test({
  name: `verifier: rewrites of plain golds are accepted${why}`,
  ignore,
  fn() {
    const rows = read("golds-rewrites.jsonl");
    const share = (chosen: Case[]): number =>
      chosen.filter(({ gold, pred }) => verify(gold, pred).outcome === "equal").length /
      chosen.length;
    const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
    for (const kind of new Set(rows.map((row) => row.kind))) {
      console.log(`${kind}: ${percent(share(rows.filter((row) => row.kind === kind)))}`);
    }
    console.log(`all: ${percent(share(rows))}`);
    assert.ok(share(rows.filter((row) => EVALUATED.includes(row.kind))) >= 0.98);
    assert.ok(share(rows) >= 0.84);
  },
});

Deno.test({
  name: `verifier: whole responses are judged as labelled${why}`,
  ignore,
  fn() {
    const rows = read("responses.jsonl").filter((row) => row.expected !== null);
    const right = rows.filter(({ gold, pred, expected }) =>
      (verify(gold, pred).outcome === "equal") === expected
    );
    console.log(`responses: ${right.length} of ${rows.length} as labelled`);
    assert.ok(right.length / rows.length >= 0.99);
  },
});

Deno.test({
  name: `verifier: hostile and cheating answers are refused${why}`,
  ignore,
  fn() {
    const accepted = read("adversarial.jsonl")
      .filter((row) => typeof row.gold === "string" && row.expected === false)
      .filter(({ gold, pred }) => verify(gold, pred).outcome === "equal");
    assert.deepEqual(accepted.map(({ id }) => id), []);
  },
});
