/**
 * What 8 and 64 H100s would do on the recipe's settings: arithmetic, nothing that has run. Writes bench/results/scale.md.
 */

import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { command } from "./command.ts";
import { activations, held, longestRow } from "./scale/memory.ts";
import { INPUTS, type Kind, MODELS, RECIPE } from "./scale/inputs.ts";
import { decodedToken, sums } from "./scale/measure.ts";
import { type Cluster, type Plan, plan, PUBLISHED, recipe, summing } from "./scale/plan.ts";

const CLUSTERS: { name: string; cluster: Cluster }[] = [
  { name: "8 GPUs", cluster: { ranks: 8, servers: 0 } },
  { name: "4 + 4 servers", cluster: { ranks: 4, servers: 4 } },
  { name: "64 GPUs", cluster: { ranks: 64, servers: 0 } },
  { name: "32 + 32 servers", cluster: { ranks: 32, servers: 32 } },
];

/** Bytes a second. */
const ONE_ADAPTER = 100e9 / 8;

const PHASES: [keyof Plan, string][] = [
  ["rollout", "rollouts"],
  ["refinement", "refinements"],
  ["reward", "reward (verifier; critiques by rule cost nothing)"],
  ["logProbs", "log-probabilities before the updates"],
  ["update", "updates, computing"],
  ["sums", "updates, reduce-scatter and all-gather"],
  ["sync", "weights to the servers, by a folder"],
  ["total", "**a step**"],
];

const number = (value: number): string => {
  if (value >= 1e5) return value.toExponential(2).replace("e+", "e");
  return value < 1e-3 && value > 0 ? value.toExponential(0) : String(value);
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => i === 0 ? "---" : "---:"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`).join("\n");

function steps(response: number): string {
  const columns = MODELS.flatMap((shape) =>
    CLUSTERS.map(({ name, cluster }) => ({
      name: `${shape.name}, ${name}`,
      plan: plan(recipe(shape, response), cluster),
    }))
  );
  return table(
    ["seconds", ...columns.map(({ name }) => name)],
    [
      ...PHASES.map(([phase, name]) => [
        name,
        ...columns.map(({ plan }) =>
          plan[phase] < 10 ? plan[phase].toFixed(1) : plan[phase].toFixed(0)
        ),
      ]),
      [
        "sequences that a GPU decodes at once, at most",
        ...columns.map(({ plan }) => String(plan.slots)),
      ],
    ],
  );
}

/** The report. */
export function report(): string {
  const kinds: Kind[] = ["measured here", "published", "assumed"];
  const inputs = kinds.map((kind) =>
    `### ${kind[0].toUpperCase()}${kind.slice(1)}\n\n` +
    table(
      ["what", "value", "source"],
      Object.values(INPUTS).filter((one) => one.kind === kind).map((
        { what, value, unit, source },
      ) => [
        what,
        `${number(value)} ${unit}`.trim(),
        source,
      ]),
    )
  );
  const memory = MODELS.flatMap((shape) =>
    [4, 8, 64].map((ranks) => {
      const row = RECIPE.maxPrompt + RECIPE.maxResponse;
      return [
        `${shape.name}, ${ranks} ranks`,
        ...[held(shape, ranks), activations(shape, row)].map((x) => `${(x / 1e9).toFixed(1)} GB`),
        String(longestRow(shape, ranks, INPUTS.memory.value * INPUTS.usable.value) || "none"),
      ];
    })
  );
  const links = MODELS.flatMap((shape) =>
    [8, 64].map((ranks) => [
      `${shape.name}, ${ranks} ranks`,
      summing(shape, ranks).toFixed(2),
      ranks > 8 ? summing(shape, ranks, ONE_ADAPTER).toFixed(1) : "",
      (2 * 4 * shape.parameters / INPUTS.folder.value).toFixed(0),
    ])
  );
  const check = plan(PUBLISHED.work, PUBLISHED.cluster).total;
  return `# What 8 and 64 H100s would do

By \`deno task bench:scale\`: arithmetic over the inputs below. **No step of it has run on a GPU.** The recipe's step: ${RECIPE.prompts} prompts, ${RECIPE.n} rollouts and as many refinements each, at most ${RECIPE.maxResponse} tokens, ${RECIPE.updates} updates.

The same arithmetic on a setting that was published (GRPO of Llama 3.1 8B on 16 H100, ${PUBLISHED.source}): ${
    check.toFixed(0)
  } s, where ${PUBLISHED.seconds} s were measured there.

## A step, with responses of ${INPUTS.response.value} tokens on average

${steps(INPUTS.response.value)}

## A step, with all responses at the limit

${steps(RECIPE.maxResponse)}

The cache is planned into what weights, gradients and optimizer leave. For the activations of the longest rows beside it there is no room: see below.

## Memory of a rank that trains the whole model

By the trainer's own plan, with gradient checkpointing, a row at a time.

${
    table(
      [
        "",
        "weights, gradients, AdamW",
        `a row of ${RECIPE.maxPrompt + RECIPE.maxResponse} tokens`,
        "the longest row that fits, where servers generate",
      ],
      memory,
    )
  }

## Links

${
    table(
      [
        "",
        "reduce-scatter and all-gather of an update, s",
        "the same over one adapter of 100 Gb/s a machine, s",
        "weights through a folder, s",
      ],
      links,
    )
  }

## Inputs

${inputs.join("\n\n")}
`;
}

async function measure(): Promise<void> {
  console.log(`load ${loadavg()[0].toFixed(1)}`);
  for (const rows of [8, 32, 128, 256]) {
    console.log(
      `decoding ${rows} sequences: ${
        (await decodedToken(rows)).toFixed(2)
      } µs of the client a token`,
    );
  }
  for (const ranks of [2, 4]) {
    console.log(`${ranks} sidecars, 40 MB: ${(await sums(ranks, 10_000_000)).toFixed(2)} GB/s`);
  }
}

const USAGE =
  `What 8 and 64 H100s would do on the recipe's settings: arithmetic. Writes bench/results/scale.md.

  deno task bench:scale             the plan
  deno task bench:scale --measure   what of it can be measured here: the client's share of decoding, MPICH's speed`;

if (import.meta.main) {
  await command(USAGE, { measure: { type: "boolean", default: false } }, async (options) => {
    if (options.measure) return await measure();
    const text = report();
    console.log(text);
    await Deno.writeTextFile(fileURLToPath(new URL("results/scale.md", import.meta.url)), text);
  });
}
