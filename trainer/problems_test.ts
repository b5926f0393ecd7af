import assert from "node:assert/strict";
import { loadConfig } from "./config.ts";
import type { Message } from "./data/problem.ts";
import type { Tokenizer } from "./data/tokenizer.ts";
import { loadRunProblems, MEASURED_FIRST } from "./problems.ts";

/** As many tokens as the question has characters, and a count of how often it was asked. */
class CountingTokenizer {
  rendered = 0;
  encoded = 0;
  renderChat(messages: readonly Message[]): string {
    this.rendered++;
    return messages.at(-1)!.content.split("\n")[0];
  }
  encode(text: string): number[] {
    this.encoded++;
    return Array(text.length).fill(1);
  }
  encodeChat(messages: readonly Message[]): number[] {
    return this.encode(this.renderChat(messages));
  }
}

/** Problems of 9 characters; every `every`th has 30. */
async function load(
  rows: number,
  every: number,
  options: { overrides?: string[]; measureAll?: boolean } = {},
) {
  const file = await Deno.makeTempFile({ suffix: ".jsonl" });
  const lines = Array.from({ length: rows }, (_, i) => {
    const prompt = String(i).padStart(i % every === 0 ? 30 : 9);
    return JSON.stringify({ prompt, ground_truth: String(i) }) + "\n";
  });
  await Deno.writeTextFile(file, lines.join(""));
  const config = loadConfig({
    overrides: [
      `data.train_files=${file}`,
      `data.val_files=[]`,
      "data.train_batch_size=8",
      "actor_rollout_ref.actor.ppo_mini_batch_size=8",
      "data.max_prompt_length=10",
      "trainer.total_epochs=2",
      ...options.overrides ?? [],
    ],
  });
  const tokenizer = new CountingTokenizer(), said: string[] = [];
  const problems = await loadRunProblems(config, tokenizer as unknown as Tokenizer, {
    say: (text) => said.push(text),
    measureAll: options.measureAll,
  }).finally(() => Deno.remove(file));
  return { problems, tokenizer, said };
}

Deno.test("a small set is measured before the first step, and its epochs are what is left of it", async () => {
  const { problems, tokenizer, said } = await load(100, 10);
  // The ten that are longer in bytes, and the first batch.
  assert.deepEqual([tokenizer.rendered, tokenizer.encoded], [108, 18]);
  assert.match(
    said[0],
    /^10 of 100 prompts of .* were dropped: .*max_prompt_length=10 tokens \(the longest has 30\)$/,
  );
  assert.equal(problems.totalSteps, 2 * Math.floor(90 / 8));
  for (let step = 0; step < problems.totalSteps; step++) {
    const { problems: drawn, dropped } = problems.batchAt(step);
    assert.deepEqual([drawn.length, dropped.length], [8, 0]);
    assert.ok(drawn.every(({ prompt }) => prompt.length === 9));
  }
});

Deno.test("a large set is measured as it is drawn: batches stay full, and follow from the step alone", async () => {
  const rows = MEASURED_FIRST + 1;
  const { problems, tokenizer, said } = await load(rows, 10);
  const { rendered } = tokenizer;
  assert.ok(rendered < 20, `${rendered} prompts were measured before the first step`);
  assert.match(
    said[0],
    /2049 problems, so prompts are held against data\.max_prompt_length=10 as they are drawn/,
  );
  assert.equal(problems.totalSteps, 2 * Math.floor(rows / 8));
  let dropped = 0;
  const drawn = new Set<string>();
  for (let step = 0; step < problems.totalSteps / 2; step++) {
    const batch = problems.batchAt(step);
    assert.equal(batch.epoch, 0);
    assert.equal(batch.problems.length, 8);
    assert.ok(batch.problems.every(({ prompt }) => prompt.length === 9));
    dropped += batch.dropped.length;
    for (const { id } of batch.problems) drawn.add(id);
  }
  // Every problem of an epoch but the one that fills no batch is drawn, or dropped.
  assert.ok(Math.abs(dropped - 205) <= 1, `${dropped}`);
  assert.ok(drawn.size >= 1843);

  const later = (await load(rows, 10)).problems.batchAt(77).problems.map((p) => p.question);
  assert.deepEqual(later, problems.batchAt(77).problems.map((p) => p.question));
});

Deno.test("a large set without a prompt that is short enough is refused before the first step", async () => {
  await assert.rejects(
    load(MEASURED_FIRST + 1, 1),
    /Cannot fill a batch of data\.train_batch_size=8: of 2049 prompts only 0 have at most data\.max_prompt_length=10 tokens\. Raise it/,
  );
});

Deno.test("a dry run measures a large set as well, and has the same batches", async () => {
  const dry = await load(MEASURED_FIRST + 1, 10, { measureAll: true });
  assert.match(dry.said[1], /^205 of 2049 prompts of .* were dropped/);
  const { problems } = await load(MEASURED_FIRST + 1, 10);
  assert.equal(dry.problems.totalSteps, problems.totalSteps);
  const ids = (of: typeof problems) => of.batchAt(5).problems.map(({ question }) => question);
  assert.deepEqual(ids(dry.problems), ids(problems));
});
