/** `deno task report`: a run as one HTML file with its figures, or as TensorBoard event files. */

import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { LEARNING } from "../page/chart/metric_groups.ts";
import { RunsFolder } from "../run/runs_folder.ts";
import { carriedRun } from "./carried.ts";
import { figure } from "./figure.ts";
import { reportPage } from "./report_page.ts";
import { writeEvents } from "./tensorboard/write_events.ts";

const USAGE =
  `Writes a run as one HTML file that needs no network, and its main curves as SVG figures.

  deno task report RUN                      RUN/report.html and RUN/report-figures/
  deno task report RUN --out FILE           FILE, and its figures beside it
  deno task report RUN --tensorboard DIR    event files instead: tensorboard --logdir DIR
`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      out: { type: "string" },
      tensorboard: { type: "string" },
    },
  });
  if (values.help || positionals.length !== 1) {
    console.log(USAGE);
    return values.help ? 0 : 1;
  }
  const path = await Deno.realPath(positionals[0]).catch(() => {
    throw new Error(`There is no run ${positionals[0]}. Name a run's folder, such as runs/quick.`);
  });
  const runs = new RunsFolder(dirname(path)), name = basename(path);
  if (!await runs.run(name)) {
    throw new Error(
      `${path} is no run: it has neither config.yaml nor metrics.jsonl. Name a folder such as runs/quick.`,
    );
  }
  const metrics = (await runs.metrics(name))?.lines ?? [];
  if (values.tensorboard !== undefined) {
    const written = (await Deno.stat(join(path, "metrics.jsonl"))).mtime ?? new Date();
    const file = await writeEvents(join(values.tensorboard, name), metrics, written);
    console.log(
      `${metrics.length} steps in ${file}. Look at them by: tensorboard --logdir ${values.tensorboard}`,
    );
    return 0;
  }
  const out = resolve(values.out ?? join(path, "report.html"));
  const built = (file: string) =>
    Deno.readTextFile(fileURLToPath(new URL(`../built/whole/${file}`, import.meta.url)));
  const carried = await carriedRun(runs, name);
  await Deno.writeTextFile(
    out,
    reportPage(carried, { script: await built("main.js"), style: await built("report.css") }),
  );
  const figures = `${out.replace(/\.html?$/, "")}-figures`;
  await Deno.mkdir(figures, { recursive: true });
  for (const metric of LEARNING) {
    const svg = figure(metrics, metric);
    if (svg) {
      await Deno.writeTextFile(join(figures, `${metric.replaceAll(/[^\w]+/g, "_")}.svg`), svg);
    }
  }
  const { size } = await Deno.stat(out);
  console.log(`${carried.note}\n${out} (${(size / 1e6).toFixed(1)} MB), figures in ${figures}`);
  return 0;
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exit(1);
}
