/** What a process holds: of the machine, and of a GPU. */

/** The most memory that a process has had (Linux). */
export function residentPeak(pid: number): Promise<number | undefined> {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return Promise.resolve(kilobytes === undefined ? undefined : 1024 * Number(kilobytes));
}

/** What nvidia-smi answers, a line a card or process. */
export async function nvidiaSmi(query: string): Promise<string[]> {
  const args = [query, "--format=csv,noheader,nounits"];
  const { stdout } = await new Deno.Command("nvidia-smi", { args }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

/** What a process holds of a GPU; ONNX Runtime's arena gives nothing back, so that is the most. */
export async function gpuMemory(pid: number): Promise<number | undefined> {
  const lines = await nvidiaSmi("--query-compute-apps=pid,used_memory");
  const own = lines.find((line) => line.startsWith(`${pid},`));
  return own === undefined ? undefined : 2 ** 20 * Number(own.split(",")[1]);
}
