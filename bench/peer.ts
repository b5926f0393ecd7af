/**
 * A peer is a long-lived Python process that takes one JSON command a line and answers one JSON line, so that no
 * interpreter's start is ever measured.
 *
 * Its libraries live in a virtual environment of this folder, made once from a list of requirements; `EMEND_PYTHON`
 * names an interpreter that has them already.
 */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import process from "node:process";

const FOLDER = new URL(".", import.meta.url).pathname;

/** What a peer needs, and where that is installed. */
export interface Libraries {
  /** A file of this folder for pip. */
  requirements: string;
  /** The folder of the virtual environment. */
  venv: string;
  /** What the user waits for. */
  size: string;
}

const TORCH: Libraries = { requirements: "requirements.txt", venv: ".venv", size: "6 GB" };

/** A running peer. */
export class Peer implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#process = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    // Libraries warn a lot; what matters comes as an answer.
    if (Deno.env.has("EMEND_BENCH_DEBUG")) child.stderr.pipe(process.stderr);
    else child.stderr.resume();
  }

  /** Starts a script of this folder, which needs what `libraries` lists. */
  static async start(script: string, libraries: Libraries = TORCH): Promise<Peer> {
    const program = await python(libraries);
    const child = spawn(program, ["-W", "ignore", FOLDER + script], {
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: "1",
        // Models are made of random weights: nothing is fetched.
        HF_HUB_OFFLINE: "1",
        TOKENIZERS_PARALLELISM: "false",
      },
    });
    await once(child, "spawn").catch((error) => {
      throw new Error(
        `Cannot start the peer by ${program}: ${error.message}. Set EMEND_PYTHON to an interpreter ` +
          `that has what bench/${libraries.requirements} lists, or unset it`,
        { cause: error },
      );
    });
    return new Peer(child);
  }

  /**
   * Sends a command and waits for its answer.
   *
   * @throws what went wrong in the peer
   */
  async ask<Answer>(command: { do: string } & Record<string, unknown>): Promise<Answer> {
    this.#process.stdin.write(JSON.stringify(command) + "\n");
    const { value, done } = await this.#answers.next();
    if (done) {
      throw new Error(
        `The peer ended at ${JSON.stringify(command.do)}; set EMEND_BENCH_DEBUG=1 to see why`,
      );
    }
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(`The peer failed at "${command.do}": ${answer.error}`);
    return answer;
  }

  /** Ends it at once, whatever it does. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Lets it end. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.killed) return;
    const closed = once(this.#process, "close");
    this.#process.stdin.end();
    await closed;
  }
}

async function python({ requirements, venv: name, size }: Libraries): Promise<string> {
  const given = Deno.env.get("EMEND_PYTHON");
  if (given) return given;
  const venv = FOLDER + name;
  const interpreter = `${venv}/${
    Deno.build.os === "windows" ? "Scripts/python.exe" : "bin/python"
  }`;
  const wanted = await Deno.readTextFile(FOLDER + requirements);
  const marker = `${venv}/installed.txt`; // written last: a broken installation starts anew
  if (await Deno.readTextFile(marker).catch(() => "") !== wanted) {
    console.error(`Installing the peers into ${venv} (once, about ${size})`);
    await must("python3", "-m", "venv", "--clear", venv);
    await must(interpreter, "-m", "pip", "install", "-q", "-r", FOLDER + requirements);
    await Deno.writeTextFile(marker, wanted);
  }
  return interpreter;
}

async function must(program: string, ...args: string[]): Promise<void> {
  const { success } = await new Deno.Command(program, { args, stdout: "inherit" }).spawn().status;
  if (!success) throw new Error(`Cannot prepare the peers: ${program} ${args.join(" ")} failed`);
}
