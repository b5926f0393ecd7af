import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { deriveSeed, uniform } from "../../seed.ts";
import { Journal } from "../journal.ts";
import { chatServer } from "../testing/chat_server.ts";
import { EndpointWriter } from "../writer.ts";
import { judgePairs, judgeSummary, type PairRecord } from "./judge.ts";
import { loadPairs, type Pair } from "./pairs.ts";

const DATA = fileURLToPath(
  new URL("../../../../shared/data/judgebench_gpt4o.jsonl", import.meta.url),
);

const synthetic: Pair[] = Array.from({ length: 350 }, (_, i) => ({
  pair_id: `pair ${i}`,
  source: i % 2 ? "mmlu-pro-law" : "livecodebench",
  question: `Question ${i}?`,
  response_A: `Answer A of ${i}.`,
  response_B: `Answer B of ${i}.`,
  label: i % 3 ? "A>B" : "B>A",
}));

/** Judges all pairs through a real server that calls an answer Correct as the function says. */
async function judged(
  pairs: Pair[],
  correct: (better: boolean, seed: number) => boolean | null,
  votes = 1,
): Promise<PairRecord[]> {
  const asked = new Map(pairs.flatMap((pair) =>
    (["A", "B"] as const).map((side) => [
      `## Problem\n${pair.question}\n\n## Answer\n${pair[`response_${side}`]}\n\n`,
      pair.label[0] === side,
    ])
  ));
  await using server = chatServer(({ messages, seed }) => {
    const start = messages[0].content.indexOf("## Problem");
    const end = messages[0].content.lastIndexOf("## Format");
    const better = asked.get(messages[0].content.slice(start, end));
    if (better === undefined) return 400;
    const answer = correct(better, seed as number);
    if (answer === null) return "I cannot tell.";
    return `Analysis: …\n\nOverall judgment: ${answer ? "Correct" : "Incorrect"}`;
  });
  const critic = new EndpointWriter({ baseUrl: server.url, model: "scripted" });
  const journal = await Journal.open<PairRecord>(
    `${await Deno.makeTempDir()}/pairs.jsonl`,
    ({ pair }) => pair,
  );
  return await judgePairs(pairs, { critic, votes, seed: 0, lot: 100, journal });
}

async function check(pairs: Pair[]): Promise<void> {
  const all = async (correct: Parameters<typeof judged>[1], votes?: number) =>
    judgeSummary(await judged(pairs, correct, votes))[0];
  assert.equal((await all((better) => better)).accuracy, 1);
  assert.equal((await all((better) => !better)).accuracy, 0);
  const coin = await all((_, seed) => uniform(deriveSeed(seed), 0) < 0.5, 3);
  assert.equal(coin.pairs, 350);
  assert.ok(Math.abs(coin.accuracy - 0.5) < 3 * coin.standard_error, String(coin.accuracy));
  console.log(
    `a coin: ${(100 * coin.accuracy).toFixed(1)}% ± ${(100 * coin.standard_error).toFixed(1)}`,
  );
}

Deno.test("who knows the labels gets 100%, their opposite 0%, a coin about 50%", async () => {
  await check(synthetic);
});

Deno.test("the same on JudgeBench", async () => {
  const pairs = await loadPairs(DATA).catch((error) => {
    console.log(`Skipped: ${error.message}`);
  });
  if (pairs) await check(pairs);
});

Deno.test("ties are half a point and counted, and so are critiques without a judgment", async () => {
  const pairs = synthetic.slice(0, 4);
  const [all, ...kinds] = judgeSummary(await judged(pairs, () => null, 2));
  assert.deepEqual([all.accuracy, all.ties, all.no_judgment], [0.5, 4, 16]);
  assert.deepEqual(kinds.map(({ source, pairs }) => [source, pairs]), [
    ["livecodebench", 2],
    ["mmlu-pro", 2],
  ]);
});
