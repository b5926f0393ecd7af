import assert from "node:assert/strict";
import { type Case, CASES, disagrees, type Judged, judged, kindOf, rows } from "./agreement.ts";
import { verify } from "./mod.ts";

let present = true;
try {
  Deno.statSync(CASES);
} catch {
  present = false;
}
const why = present ? "" : " (skipped: ../shared/verifier is absent)";

function test(name: string, fn: () => void): void {
  Deno.test({ name: `agreement: ${name}${why}`, ignore: !present, fn });
}

/** Asserts a share, and says where it falls short. */
function reaches(share: number, all: Judged[], name: string): void {
  const wrong = all.filter(disagrees);
  const agree = 1 - wrong.length / all.length;
  console.log(`${name}: ${(100 * agree).toFixed(2)} % of ${all.length} as labelled`);
  const shown = wrong.slice(0, 20).map(({ row, verdict }) =>
    `${row.id} ${JSON.stringify(row.gold.slice(-80))} ~ ${
      JSON.stringify(verdict.extracted?.slice(0, 80))
    }: ${verdict.outcome}`
  );
  assert.ok(agree >= share, `${agree} < ${share}; among others:\n${shown.join("\n")}`);
}

/** Asserts that each disagreement has its reason in `DISAGREEMENTS.md`. */
function allListed(all: Judged[]): void {
  const listed = Deno.readTextFileSync(new URL("DISAGREEMENTS.md", import.meta.url));
  const unlisted = all.filter(disagrees).map(({ row }) => row.id).filter((id) =>
    !listed.includes(id)
  );
  assert.deepEqual(unlisted, [], "run agreement.ts and give each a reason in DISAGREEMENTS.md");
}

// What is missing are labels that DISAGREEMENTS.md does not follow.
test("gathered cases", () => {
  const all = judged("cases");
  reaches(0.96, all, "cases");
  allListed(all);
});

test("whole responses", () => {
  const all = judged("responses");
  reaches(0.99, all, "responses");
  allListed(all);
});

test("rewrites of golds are equal", () =>
  reaches(0.99, judged("golds-rewrites"), "golds-rewrites"));

test("changed golds are not", () => {
  const accepted = judged("golds-neg").filter(({ verdict }) => verdict.outcome === "equal");
  const certain = accepted.filter(({ row }) => row.label === "certain");
  assert.deepEqual(certain.map(({ row }) => [row.gold, row.pred]), []);
  const all = rows("golds-neg").length;
  console.log(`golds-neg: ${accepted.length} of ${all} accepted`);
  assert.ok(
    accepted.length <= 0.001 * all,
    accepted.map(({ row }) => `${row.gold} ~ ${row.pred}`).join("\n"),
  );
});

test("golds are read as what they are, and equal themselves", () => {
  const all = rows<{ answer: string; kind: string }>("golds");
  const unequal = all.filter(({ answer }) => verify(answer, answer).outcome !== "equal");
  assert.deepEqual(unequal.map(({ answer }) => answer), []);
  // Words have no value but themselves; what is a text by its kind may be read as one.
  const words = ["text", "choice", "other"];
  const opaque = all.filter(({ answer, kind }) => {
    const read = kindOf(answer);
    return read === null || (read === "text" && !words.includes(kind));
  });
  console.log(`golds: ${opaque.length} of ${all.length} read as plain text, or not`);
  assert.ok(
    opaque.length <= 0.005 * all.length,
    opaque.slice(0, 40).map(({ kind, answer }) => `${kind}: ${answer}`).join("\n"),
  );
});

/** The shortest time of several: another program may have had the processor. */
function fastest({ gold, pred }: Case, milliseconds: number): number {
  for (let i = 0; i < 20 && milliseconds > 50; i++) {
    const start = performance.now();
    verify(gold, pred);
    milliseconds = Math.min(milliseconds, performance.now() - start);
  }
  return milliseconds;
}

test("cheating is refused, and nothing takes long", () => {
  // Compiling while it runs is not what is measured.
  judged("adversarial");
  const all = judged("adversarial");
  const accepted = all.filter(({ verdict, expected }) => verdict.outcome === "equal" && !expected);
  assert.deepEqual(accepted.map(({ row }) => row.id), []);
  const slow = all.filter(({ row, milliseconds }) => fastest(row, milliseconds) > 50);
  assert.deepEqual(slow.map(({ row }) => row.id), []);
});
