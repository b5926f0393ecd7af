/** The API over HTTP. */

import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import type { z } from "zod";
import {
  type LocalConversations,
  runCodeRequestSchema,
  type RunCodeResponse,
  type Sandbox,
} from "../api.ts";
import { BadRequest } from "../bad_request.ts";
import * as datasets from "../datasets/api.ts";
import type { DatasetFolder } from "../datasets/folder.ts";
import { idOf, labelsOf, promptOf, type Row } from "../datasets/row.ts";
import { evaluate } from "../datasets/submit.ts";
import { Judge } from "../judge/judge.ts";
import { runJupyterRequestSchema, type RunJupyterResponse } from "../jupyter/api.ts";
import { runJupyter } from "../jupyter/run.ts";
import { Admission, Overloaded } from "./admission.ts";
import { bodyOf, Refusal } from "./body.ts";
import { MeteredSandbox } from "./metered.ts";
import { Metrics } from "./metrics.ts";
import { respond } from "./patience.ts";

/** What an app is made of. */
export interface AppOptions {
  /** Runs the programs; it must have room for twice `concurrency`, for tests run beside the programs they judge. */
  sandbox: Sandbox & LocalConversations;
  /** Requests at work at once. */
  concurrency: number;
  /** Requests that wait at most. @default 64 for each that runs */
  waiting?: number;
  /** Where the data sets are. */
  datasets: DatasetFolder;
  /** What callers must send as a bearer token; without one, anybody may call. */
  token?: string;
}

/** The API's endpoints. */
export function createApp(options: AppOptions): Hono {
  const metrics = new Metrics();
  const sandbox = new MeteredSandbox(options.sandbox, metrics);
  const judge = new Judge(sandbox, { conversations: options.concurrency, parallel: 1 });
  const admission = new Admission({ running: options.concurrency, waiting: options.waiting });
  const requests = metrics.counter("emend_sandbox_requests_total", "Requests, by path and status");
  const verdicts = metrics.counter("emend_sandbox_verdicts_total", "Tests, by what they found");
  describe(metrics, admission, judge);

  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    // Unknown paths are one label: names from outside must not grow the table.
    const path = PATHS.has(c.req.path) ? c.req.path : "other";
    requests({ path, status: c.res.status });
  });
  if (options.token !== undefined) app.use(bearer(options.token));
  app.onError(refuse);
  app.notFound((c) => c.json({ detail: "Not Found" }, 404));

  /** Waits in the queue, works, answers; a caller that goes away ends it. */
  const serve = async <S extends z.ZodType, T>(
    c: Context,
    schema: S,
    work: (value: z.output<S>, signal: AbortSignal) => Promise<T>,
    failed?: (error: unknown) => T,
  ): Promise<Response> => {
    const { value, bytes } = await bodyOf(c.req.raw, schema);
    const { signal } = c.req.raw;
    const admitted = admission.enter(bytes, signal);
    const done = admitted.then(async (place) => {
      using _place = place;
      return await work(value, signal);
    });
    return await respond(done, admitted, failed);
  };

  const rowsOf = async (dataset: string, config: datasets.TestConfig): Promise<Row[]> => {
    const { provided_data: given } = config;
    return given ? [given].flat() : await options.datasets.rows(dataset);
  };
  const rowOf = async (
    { dataset, id, config }: { dataset: string; id: string | number; config: datasets.TestConfig },
  ): Promise<Row> => {
    const { provided_data: given } = config;
    if (!given) return await options.datasets.row(dataset, id);
    const rows = [given].flat().map((row) => ({ id, ...row }));
    const row = rows.length === 1 ? rows[0] : rows.find((row) => String(idOf(row)) === String(id));
    if (row) return row;
    throw new BadRequest(`config.provided_data has no problem ${JSON.stringify(id)}`);
  };
  const promptFrom = (row: Row): datasets.Prompt => ({
    id: idOf(row),
    prompt: promptOf(row),
    labels: labelsOf(row),
  });

  app.get("/v1/ping", (c) => c.json("pong"));
  app.get("/metrics", (c) => c.text(metrics.text(), 200, { "content-type": EXPOSITION }));
  app.post(
    "/run_code",
    (c) =>
      serve(c, runCodeRequestSchema, (request, signal) => sandbox.runCode(request, signal), lost),
  );
  app.post("/run_jupyter", (c) =>
    serve(
      c,
      runJupyterRequestSchema,
      (request, signal) => runJupyter(sandbox, request, signal),
      (error): RunJupyterResponse => ({ ...lost(error), driver: null, cells: [] }),
    ));
  app.post("/submit", (c) =>
    serve(c, datasets.submitRequestSchema, async (request, signal) => {
      const result = await evaluate(judge, sandbox, await rowOf(request), request, signal);
      for (const { test_info } of result.tests) verdicts({ verdict: String(test_info?.verdict) });
      return result;
    }));
  app.get("/list_datasets", async (c) => c.json(await options.datasets.names()));
  app.post("/list_ids", async (c) => {
    const { value } = await bodyOf(c.req.raw, datasets.getPromptsRequestSchema);
    return c.json(page(await rowsOf(value.dataset, value.config), value).map(idOf));
  });
  app.post("/get_prompts", async (c) => {
    const { value } = await bodyOf(c.req.raw, datasets.getPromptsRequestSchema);
    return c.json(page(await rowsOf(value.dataset, value.config), value).map(promptFrom));
  });
  app.post("/get_prompt_by_id", async (c) => {
    const { value } = await bodyOf(c.req.raw, datasets.getPromptByIdRequestSchema);
    return c.json(promptFrom(await rowOf(value)));
  });
  app.post("/get_metrics", async (c) => {
    const { value } = await bodyOf(c.req.raw, datasets.getMetricsRequestSchema);
    return c.json(passAtOne(value.results));
  });
  return app;
}

const PATHS = new Set([
  ...["/v1/ping", "/metrics", "/run_code", "/run_jupyter", "/submit", "/list_datasets"],
  ...["/list_ids", "/get_prompts", "/get_prompt_by_id", "/get_metrics"],
]);

const EXPOSITION = "text/plain; version=0.0.4; charset=utf-8";

/** The answer to a job that was lost when its headers were gone already; clients try such again. */
function lost(error: unknown): RunCodeResponse {
  return {
    status: "SandboxError",
    message: error instanceof Error ? error.message : String(error),
    compile_result: null,
    run_result: null,
    executor_pod_name: null,
    files: {},
  };
}

function describe(metrics: Metrics, admission: Admission, { cache }: Judge): void {
  metrics.gauge("emend_sandbox_running", "Requests at work", () => admission.running);
  metrics.gauge("emend_sandbox_waiting", "Requests in the queue", () => admission.waiting);
  const cached = (name: string, help: string, value: () => number) =>
    metrics.gauge(`emend_sandbox_cache_${name}_total`, help, value, "counter");
  cached("hits", "Solutions judged before", () => cache.hits);
  cached("misses", "Solutions not judged before", () => cache.misses);
  cached("evictions", "Results that made room for others", () => cache.evictions);
  metrics.gauge("emend_sandbox_cache_bytes", "Bytes of results kept", () => cache.bytes);
  metrics.gauge("emend_sandbox_cache_entries", "Results kept", () => cache.size);
}

function bearer(token: string) {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const wanted = digest(`Bearer ${token}`);
  return async (c: Context, next: () => Promise<void>): Promise<void> => {
    // Digests have one length, so that the comparison takes one time.
    if (!timingSafeEqual(Buffer.from(digest(c.req.header("authorization") ?? "")), wanted)) {
      throw new Refusal(401, "Send the server's token: Authorization: Bearer TOKEN");
    }
    await next();
  };
}

function refuse(error: Error, c: Context): Response {
  if (error instanceof Refusal) return c.json({ detail: error.detail }, error.status);
  if (error instanceof BadRequest) return c.json({ detail: error.message }, 400);
  if (error instanceof Overloaded) {
    return c.json({ detail: error.message }, 429, { "retry-after": String(error.retryAfter) });
  }
  // The caller is gone; nobody reads this.
  if (c.req.raw.signal.aborted) return c.body(null, 499 as 400);
  console.error(error);
  return c.json({ detail: `Internal error: ${error.message}` }, 500);
}

function page<T>(rows: T[], { offset, limit }: { offset: number; limit: number }): T[] {
  return rows.slice(offset, offset + limit);
}

/** The mean over problems of the part of answers that were accepted. */
function passAtOne(results: { id: string | number; accepted: boolean }[]) {
  const byId = Map.groupBy(results, ({ id }) => String(id));
  const rates = [...byId.values()].map((answers) =>
    answers.filter(({ accepted }) => accepted).length / answers.length
  );
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
  return { "pass@1": mean, problems: byId.size, answers: results.length };
}
