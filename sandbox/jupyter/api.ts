/** The notebook half of the API: cells that run one after another in one process. */

import { z } from "zod";
import { CommandRunResult } from "../api.ts";

/** Cells to run. */
export const RunJupyterRequest = z.object({
  cells: z.array(z.string()),
  cell_timeout: z.number().nonnegative().max(86_400).default(0).describe("seconds; 0: none"),
  total_timeout: z.number().positive().max(86_400).default(45).describe("seconds"),
  kernel: z.literal("python3").default("python3"),
  files: z.record(z.string(), z.string().nullable()).default({}).describe("path: base64"),
  fetch_files: z.array(z.string()).default([]).describe("paths to return"),
});
/** Cells to run, with defaults filled in. */
export type RunJupyterRequest = z.output<typeof RunJupyterRequest>;
/** Cells to run, as a caller writes it. */
export type RunJupyterInput = z.input<typeof RunJupyterRequest>;

/** What a cell did. */
export const CellRunResult = z.object({
  stdout: z.string(),
  stderr: z.string(),
  display: z.array(z.record(z.string(), z.unknown())).describe("MIME type: data"),
  error: z.array(z.record(z.string(), z.unknown())).describe("ename, evalue, traceback"),
});
/** What a cell did. */
export type CellRunResult = z.output<typeof CellRunResult>;

/** What came of the cells: those that were begun, in their order. */
export const RunJupyterResponse = z.object({
  status: z.enum(["Success", "Failed", "SandboxError"]),
  message: z.string(),
  driver: CommandRunResult.nullable().default(null),
  cells: z.array(CellRunResult).default([]),
  executor_pod_name: z.string().nullable().default(null),
  files: z.record(z.string(), z.string()).default({}).describe("path: base64"),
});
/** What came of the cells. */
export type RunJupyterResponse = z.output<typeof RunJupyterResponse>;
