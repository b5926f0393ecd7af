/** Notebooks without Jupyter: one program that runs the cells, so limits and isolation are those of any program. */

import type { Sandbox } from "../api.ts";
import {
  type CellRunResult,
  cellRunResultSchema,
  type RunJupyterInput,
  runJupyterRequestSchema,
  type RunJupyterResponse,
} from "./api.ts";
import driver from "./driver.py" with { type: "text" };

/**
 * Runs cells in order in one Python process, with one namespace. A cell that raises does not stop the next; a cell
 * that passes `cell_timeout` does.
 *
 * @throws when the signal aborts, or the request is not one
 */
export async function runJupyter(
  sandbox: Sandbox,
  input: RunJupyterInput,
  signal?: AbortSignal,
): Promise<RunJupyterResponse> {
  const request = runJupyterRequestSchema.parse(input);
  const { cells, cell_timeout } = request;
  const response = await sandbox.runCode({
    code: driver,
    language: "python",
    run_timeout: request.total_timeout,
    stdin: JSON.stringify({ cells, cell_timeout }) + "\n",
    files: request.files,
    fetch_files: request.fetch_files,
  }, signal);
  const rows = resultsIn(response.run_result?.stdout ?? "");
  const late = rows.some((row) => row.late);
  const done = rows.length === cells.length && !late;
  return {
    status: response.status === "SandboxError" ? "SandboxError" : done ? "Success" : "Failed",
    message: response.message || (late ? `cell ${rows.length} took longer than its limit` : ""),
    driver: response.run_result && {
      ...response.run_result,
      status: late ? "TimeLimitExceeded" : response.run_result.status,
      stdout: "",
    },
    cells: rows.map((row) => row.cell),
    executor_pod_name: null,
    files: response.files,
  };
}

/** The lines that are results; a cell may have written others to the file that they stand in. */
function resultsIn(stdout: string): { cell: CellRunResult; late: boolean }[] {
  return stdout.split("\n").flatMap((line) => {
    try {
      const { cell, late } = JSON.parse(line);
      return [{ cell: cellRunResultSchema.parse(cell), late: late === true }];
    } catch {
      return [];
    }
  });
}
