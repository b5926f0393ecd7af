/** Names of files that a caller sends or wants back. */

import { BadRequest } from "./bad_request.ts";

/**
 * Accepts a path below the working folder and nothing else.
 *
 * @param field where it stands in the request, for the message
 * @throws BadRequest for absolute paths, `..`, and what no file can be called
 */
export function checkPath(path: string, field: string): void {
  const why = path === ""
    ? "it is empty"
    : path.startsWith("/")
    ? "it is absolute; paths are relative to the program's working folder"
    : path.split("/").includes("..")
    ? "it contains `..`; nothing outside the program's working folder can be reached"
    : path.includes("\0")
    ? "it contains a null character"
    : path.split("/").some((part) => part === "" || part === ".")
    ? "it has an empty part"
    : new TextEncoder().encode(path).length > 1024
    ? "it is longer than 1024 bytes"
    : null;
  if (why) throw new BadRequest(`Cannot use ${field} ${JSON.stringify(path)}: ${why}`);
}
