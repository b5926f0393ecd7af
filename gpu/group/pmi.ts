/**
 * How MPICH's ranks find each other without `mpiexec`: the process manager's side of PMI-1
 * (Flux RFC 13, "Simple Process Manager Interface v1"), for the one rank of this process.
 *
 * Each rank puts down its addresses, waits at a barrier, and reads the others'. Here a barrier is an {@linkcode Exchange}
 * with the other ranks, over lines that are there already.
 */

import type { Exchange, Values } from "./collective.ts";

/** A process manager for one rank. */
export interface Pmi extends AsyncDisposable {
  /** HOST:PORT, for PMI_PORT. */
  readonly address: string;
  /** Rejected when the ranks cannot find each other. */
  readonly failed: Promise<never>;
}

/**
 * Serves this process's rank, at a port that only this machine reaches, until it is disposed of.
 *
 * @param name the group's; no other of this machine has it
 */
export function startPmi(name: string, rank: number, size: number, exchange: Exchange): Pmi {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // It may happen after everybody has stopped waiting.
  let line: Deno.Conn | undefined;
  const served = listener.accept().then(async (accepted) => {
    line = accepted;
    await serve(accepted, name, rank, size, exchange);
  }).catch(reject);
  return {
    address: `127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    failed,
    async [Symbol.asyncDispose]() {
      listener.close();
      try {
        line?.close();
      } catch {
        // The rank has closed it.
      }
      await served;
    },
  };
}

async function serve(
  line: Deno.Conn,
  name: string,
  rank: number,
  size: number,
  exchange: Exchange,
): Promise<void> {
  let mine: Values = {};
  const all: Values = {};
  const say = async (text: string) => {
    const bytes = new TextEncoder().encode(`${text}\n`);
    for (let at = 0; at < bytes.length;) at += await line.write(bytes.subarray(at));
  };
  for await (const command of commands(line)) {
    switch (command.cmd) {
      case "initack":
        await say(`cmd=initack rc=0\ncmd=set size=${size}\ncmd=set rank=${rank}\ncmd=set debug=0`);
        break;
      case "init":
        await say("cmd=response_to_init pmi_version=1 pmi_subversion=1 rc=0");
        break;
      case "get_maxes":
        await say("cmd=maxes kvsname_max=256 keylen_max=256 vallen_max=1024 rc=0");
        break;
      case "get_appnum":
        await say("cmd=appnum appnum=0 rc=0");
        break;
      case "get_my_kvsname":
        await say(`cmd=my_kvsname kvsname=${name} rc=0`);
        break;
      case "get_universe_size":
        await say(`cmd=universe_size size=${size} rc=0`);
        break;
      case "put":
        mine[command.key] = command.value;
        await say("cmd=put_result rc=0 msg=success");
        break;
      case "get":
        await say(
          command.key in all
            ? `cmd=get_result rc=0 msg=success value=${all[command.key]}`
            : "cmd=get_result rc=-1 msg=key_not_found value=unknown",
        );
        break;
      case "barrier_in":
        Object.assign(all, await exchange(mine));
        mine = {};
        await say("cmd=barrier_out rc=0");
        break;
      case "finalize":
        await say("cmd=finalize_ack rc=0");
        return;
      default:
        throw new Error(
          `MPICH asked its process manager for ${command.cmd}, which is unknown here`,
        );
    }
  }
}

/** Lines of `name=value` pairs; `value` is the last one of its line, and may have anything in it. */
async function* commands(line: Deno.Conn): AsyncGenerator<Record<string, string>> {
  const decoder = new TextDecoder(), buffer = new Uint8Array(1 << 16);
  let text = "";
  try {
    for (let n; (n = await line.read(buffer)) !== null;) {
      text += decoder.decode(buffer.subarray(0, n), { stream: true });
      const lines = text.split("\n");
      text = lines.pop()!;
      for (const one of lines) {
        const [, before, value = ""] = /^(.*?)(?: value=(.*))?$/.exec(one)!;
        const pairs = before.matchAll(/(\w+)=(\S*)/g);
        yield { ...Object.fromEntries(Array.from(pairs, ([, name, x]) => [name, x])), value };
      }
    }
  } catch (error) {
    // Closed from here, when the rank needs no manager any more.
    if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
      throw error;
    }
  }
}
