/** A thread that runs one seed and tells what comes of it; null at the end. */

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { runSeed, type SeedOptions } from "./runs.ts";

self.onmessage = async ({ data }: MessageEvent<SeedOptions>): Promise<void> => {
  for await (const event of runSeed(data)) self.postMessage(event);
  self.postMessage(null);
};
