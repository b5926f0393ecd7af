import assert from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { promptMessages } from "./chat.ts";
import { loadProblems } from "./load.ts";

const keys = {
  prompt_key: ["prompt"],
  ground_truth_key: ["ground_truth"],
  reference_key: "solution",
};
const gsm8k = { ...keys, prompt_key: ["question"], ground_truth_key: ["answer"] };

/** Runs with a folder of JSONL files. */
async function withFiles(
  files: Record<string, Record<string, unknown>[]>,
  run: (paths: string[], folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const paths = Object.keys(files).map((name) => join(folder, name));
    for (const [i, rows] of Object.values(files).entries()) {
      await Deno.mkdir(join(paths[i], ".."), { recursive: true });
      await Deno.writeTextFile(paths[i], rows.map((row) => JSON.stringify(row) + "\n").join(""));
    }
    await run(paths, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const flat = { prompt: "What is 2 + 2?", ground_truth: 4, solution: "2 + 2 = 4", level: 1 };

Deno.test("the flat schema", () =>
  withFiles({ "sums.jsonl": [flat] }, async (files) => {
    assert.deepEqual(await loadProblems(files, keys), {
      problems: [{
        id: "sums.jsonl:1",
        question: "What is 2 + 2?",
        groundTruth: "4",
        source: "sums",
        messages: promptMessages("What is 2 + 2?"),
        reference: "2 + 2 = 4",
        metadata: { level: 1 },
      }],
      dropped: [],
    });
  }));

Deno.test("verl's schema, from nested Parquet columns", async () => {
  const folder = await Deno.makeTempDir();
  const messages = promptMessages("What is 3 * 4?");
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: "data_source", data: ["toy"] },
      { name: "prompt", data: [messages] },
      { name: "reward_model", data: [{ style: "rule", ground_truth: "12" }] },
      { name: "extra_info", data: [{ index: 5n }] },
    ],
    schema: [
      { name: "root", num_children: 4 },
      { name: "data_source", type: "BYTE_ARRAY", converted_type: "UTF8" },
      { name: "prompt", converted_type: "LIST", num_children: 1, repetition_type: "OPTIONAL" },
      { name: "list", num_children: 1, repetition_type: "REPEATED" },
      { name: "element", num_children: 2, repetition_type: "OPTIONAL" },
      text("role"),
      text("content"),
      { name: "reward_model", num_children: 2, repetition_type: "OPTIONAL" },
      text("style"),
      text("ground_truth"),
      { name: "extra_info", num_children: 1, repetition_type: "OPTIONAL" },
      { name: "index", type: "INT64", repetition_type: "OPTIONAL" },
    ],
  });
  try {
    const path = join(folder, "val.parquet");
    await Deno.writeFile(path, new Uint8Array(buffer));
    const { problems } = await loadProblems([path], keys);
    assert.deepEqual(problems, [{
      id: "val.parquet:1",
      question: "What is 3 * 4?",
      groundTruth: "12",
      source: "toy",
      messages,
      metadata: { reward_model: { style: "rule", ground_truth: "12" }, extra_info: { index: 5 } },
    }]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function text(name: string) {
  return {
    name,
    type: "BYTE_ARRAY" as const,
    converted_type: "UTF8" as const,
    repetition_type: "OPTIONAL" as const,
  };
}

Deno.test("GSM8K's answers: what follows ####, with the working before it as the reference", () => {
  const row = { question: "How many?", answer: "1,000 + 234 = 1,234\n#### 1,234" };
  return withFiles({ "gsm8k.jsonl": [row] }, async (files) => {
    const [problem] = (await loadProblems(files, gsm8k)).problems;
    assert.equal(problem.groundTruth, "1234");
    assert.equal(problem.reference, "1,000 + 234 = 1,234");
    assert.deepEqual(problem.metadata, {});
  });
});

Deno.test("an instruction that the data brings along is not asked for twice", () => {
  const prompt = promptMessages("Why?")[1].content;
  return withFiles({ "a.jsonl": [{ prompt, ground_truth: "1" }] }, async (files) => {
    const [problem] = (await loadProblems(files, keys)).problems;
    assert.equal(problem.question, "Why?");
    assert.deepEqual(problem.messages, promptMessages("Why?"));
  });
});

Deno.test("several files keep their sources, and ids stay unique and the same", () =>
  withFiles(
    {
      "a/x.jsonl": [flat, flat],
      "b/x.jsonl": [flat],
      "c/y.jsonl": [{ ...flat, data_source: "z" }],
    },
    async (files) => {
      const { problems } = await loadProblems(files, keys);
      assert.deepEqual(problems.map(({ source }) => source), ["x", "x", "x", "z"]);
      assert.equal(new Set(problems.map(({ id }) => id)).size, 4);
      assert.equal(problems[3].id, "y.jsonl:1");
      assert.equal((await loadProblems(files.slice(2), keys)).problems[0].id, "y.jsonl:1");
      await assert.rejects(loadProblems([files[0], files[0]], keys), /listed twice/);
    },
  ));

Deno.test("a sample takes rows at even distances", () => {
  const rows = Array.from({ length: 10 }, (_, i) => ({ prompt: `q${i}`, ground_truth: i }));
  return withFiles({ "a.jsonl": rows }, async (files) => {
    const golds = async (maxSamples: number) =>
      (await loadProblems(files, keys, { maxSamples })).problems.map((p) => p.groundTruth).join("");
    assert.equal(await golds(4), "0257");
    assert.equal(await golds(10), "0123456789");
    assert.equal(await golds(11), "0123456789");
    assert.equal(await golds(-1), "0123456789");
  });
});

const common: [string, Record<string, unknown>, string][] = [
  ["MATH-500", { problem: "q", solution: "so 1", answer: "1" }, "1"],
  ["GSM8K", { question: "q", answer: "so\n#### 1,000" }, "1000"],
  ["OlympiadBench", { question: "q", solution: ["so"], final_answer: ["1", "2"] }, "1, 2"],
  ["AMC", { id: 0, problem: "q", question: "q", answer: 27 }, "27"],
  ["verl", { prompt: [{ role: "user", content: "q" }], reward_model: { ground_truth: "1" } }, "1"],
  ["the recipe", { prompt: "q", ground_truth: "1", answer: "2" }, "1"],
];
for (const [name, row, gold] of common) {
  Deno.test(`columns that nobody names are found: ${name}`, () =>
    withFiles({ "a.jsonl": [row] }, async (files) => {
      const found = { prompt_key: null, ground_truth_key: null, reference_key: "solution" };
      const { problems: [problem] } = await loadProblems(files, found);
      assert.deepEqual([problem.question, problem.groundTruth], ["q", gold]);
    }));
}

Deno.test("files with different columns: of several names the first that a row has", () => {
  const other = { question: "q", answer: "#### 1", prompt: null };
  return withFiles({ "a.jsonl": [other], "b.jsonl": [flat] }, async (files) => {
    await assert.rejects(
      loadProblems(files, gsm8k),
      /b\.jsonl, line 1: .* Set data\.prompt_key=\[question,prompt\] and data\.ground_truth_key=\[answer,ground_truth\]$/,
    );
    const both = {
      ...keys,
      prompt_key: ["question", "prompt"],
      ground_truth_key: ["answer", "ground_truth"],
    };
    const { problems } = await loadProblems(files, both);
    assert.deepEqual(problems.map((p) => p.groundTruth), ["1", "4"]);
  });
});

Deno.test("columns that nobody names and that are not there are an error", () =>
  withFiles({ "a.jsonl": [{ text: "q", answer: 1 }] }, async (files) => {
    const found = { prompt_key: null, ground_truth_key: null, reference_key: "solution" };
    await assert.rejects(
      loadProblems(files, found),
      /Cannot read column "prompt" in .*: it has text, answer\. Set data\.prompt_key=\.\.\./,
    );
  }));

const refused: [string, Record<string, unknown>, RegExp][] = [
  [
    "a missing question",
    { question: "a", answer: "1" },
    /^Error: Cannot read column "prompt" in .*a.jsonl, line 1: it has question, answer. Set data.prompt_key=question and data.ground_truth_key=answer$/,
  ],
  [
    "a missing answer",
    { prompt: "a", answer: "1" },
    /Cannot read column "ground_truth" .* it has prompt, answer. Set data.ground_truth_key=answer$/,
  ],
  ["a null question", { prompt: null, problem: "b" }, /it is empty there.*prompt_key=problem/],
  ["a blank question", { prompt: " ", ground_truth: "1" }, /Cannot use column "prompt"/],
  [
    "a question of numbers",
    { prompt: [1], ground_truth: "1" },
    /text or a list of {role, content}/,
  ],
  [
    "a chat that ends with an answer",
    {
      prompt: [{ role: "user", content: "q" }, { role: "assistant", content: "a" }],
      ground_truth: "1",
    },
    /its last message is not the user's/,
  ],
  ["an answer that is an object", { prompt: "a", ground_truth: { a: 1 } }, /not {"a":1}$/],
  [
    "a blank answer",
    { prompt: "a", ground_truth: " " },
    /line 1, column "ground_truth": "": there is none; the row has prompt, ground_truth\nCorrect/,
  ],
  [
    "no answer where others have one",
    { prompt: "a", ground_truth: null, answer: "1" },
    /"": there is none; the row has prompt, ground_truth, answer\nCorrect/,
  ],
];
for (const [name, row, message] of refused) {
  Deno.test(`refused, with file, line and column: ${name}`, () =>
    withFiles({ "a.jsonl": [row] }, async (files) => {
      await assert.rejects(loadProblems(files, keys), message);
    }));
}

Deno.test("gold answers that cannot be parsed are errors, or dropped and counted", () => {
  const golds = ["1", "?", "2", "!", ...Array(6).fill("\x1b[2J")];
  const rows = golds.map((ground_truth) => ({ prompt: "q", reward_model: { ground_truth } }));
  const checkGold = (gold: string) => /^\d+$/.test(gold) ? null : "no number";
  return withFiles({ "a.jsonl": rows }, async (files) => {
    await assert.rejects(loadProblems(files, keys, { checkGold }), (error: Error) => {
      assert.match(error.message, /^Cannot verify against 8 gold answers:\n/);
      assert.match(error.message, /a.jsonl, line 2, column "reward_model.ground_truth": "\?": no/);
      assert.match(error.message, /"\\u001b\[2J"/, "control characters do not reach the terminal");
      assert.match(error.message, /\n {2}and 3 more\n.*data.unparsable_gold=drop/);
      return true;
    });
    const loaded = await loadProblems(files, keys, { checkGold, unparsableGold: "drop" });
    assert.deepEqual(loaded.problems.map(({ id }) => id), ["a.jsonl:1", "a.jsonl:3"]);
    assert.equal(loaded.dropped.length, 8);
    await assert.rejects(
      loadProblems(files, keys, { checkGold: () => "no", unparsableGold: "drop" }),
      /Cannot verify against 10/,
      "nothing is left",
    );
  });
});

Deno.test("rows without a gold answer can be dropped, too", () => {
  const rows = [flat, { ...flat, ground_truth: null }, { ...flat, ground_truth: "" }];
  return withFiles({ "a.jsonl": rows }, async (files) => {
    const { problems, dropped } = await loadProblems(files, keys, { unparsableGold: "drop" });
    assert.deepEqual(problems.map(({ id }) => id), ["a.jsonl:1"]);
    assert.deepEqual(dropped.map(({ at }) => at.split(", ")[1]), ["line 2", "line 3"]);
  });
});
