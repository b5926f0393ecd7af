/** The notebook half of the API: cells that run one after another in one process. */

import { z } from "zod";
import { commandRunResultSchema } from "../api.ts";

/** Cells to run. */
export const runJupyterRequestSchema = z.object({
  cells: z.array(z.string()),
  cell_timeout: z.number().nonnegative().max(86_400).default(0).describe("seconds; 0: none"),
  total_timeout: z.number().positive().max(86_400).default(45).describe("seconds"),
  kernel: z.literal("python3").default("python3"),
  files: z.record(z.string(), z.string().nullable()).default({}).describe("path: base64"),
  fetch_files: z.array(z.string()).default([]).describe("paths to return"),
});
/** @internal */
type ParsedRunJupyterRequest = z.output<typeof runJupyterRequestSchema>;
/** Cells to run, with defaults filled in. */
export interface RunJupyterRequest extends ParsedRunJupyterRequest {}
/** @internal */
type WrittenRunJupyterRequest = z.input<typeof runJupyterRequestSchema>;
/** Cells to run, as a caller writes it. */
export interface RunJupyterInput extends WrittenRunJupyterRequest {}

/** What a cell did. */
export const cellRunResultSchema = z.object({
  stdout: z.string(),
  stderr: z.string(),
  display: z.array(z.record(z.string(), z.unknown())).describe("MIME type: data"),
  error: z.array(z.record(z.string(), z.unknown())).describe("ename, evalue, traceback"),
});
/** @internal */
type ParsedCellRunResult = z.output<typeof cellRunResultSchema>;
/** What a cell did. */
export interface CellRunResult extends ParsedCellRunResult {}

/** What came of the cells: those that were begun, in their order. */
export const runJupyterResponseSchema = z.object({
  status: z.enum(["Success", "Failed", "SandboxError"]),
  message: z.string(),
  driver: commandRunResultSchema.nullable().default(null),
  cells: z.array(cellRunResultSchema).default([]),
  executor_pod_name: z.string().nullable().default(null),
  files: z.record(z.string(), z.string()).default({}).describe("path: base64"),
});
/** @internal */
type ParsedRunJupyterResponse = z.output<typeof runJupyterResponseSchema>;
/** What came of the cells. */
export interface RunJupyterResponse extends ParsedRunJupyterResponse {}
