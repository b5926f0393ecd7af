/** What CTRL's commands share: models and sandbox from the command line. */

import { printable } from "../../terminal/printable.ts";
import { Execution } from "./execution.ts";
import { openSandbox } from "./open_sandbox.ts";
import { openWriter } from "./open_writer.ts";
import type { Writer } from "./writer.ts";

/** Options that name a model: `--critic`, `--critic-model`. */
export function writerOptions<N extends string>(...names: N[]) {
  return Object.fromEntries(
    names.flatMap((name) => [[name, { type: "string" }], [`${name}-model`, { type: "string" }]]),
  ) as Record<N | `${N}-model`, { type: "string" }>;
}

/** Help on a model's options. */
export const WRITER_HELP = `A model is a folder in Hugging Face's layout, or the address of an
OpenAI-compatible server (http://127.0.0.1:8000/v1) with --…-model NAME; its key is read from the
variable that --api-key-env names. SANDBOX_FUSION_ENDPOINT names a sandbox server; without it,
programs run in this machine's sandbox.`;

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Opens models by their options; the same model is opened once. */
export class Writers {
  readonly #open = new Map<string, Promise<Writer>>();

  /** @param values the command line's */
  constructor(readonly values: Values, readonly repetitionPenalty?: number) {}

  /** The model of an option; undefined where it was not given. */
  async get(option: string): Promise<Writer | undefined> {
    const at = this.values[option], model = this.values[`${option}-model`];
    if (typeof at !== "string") return undefined;
    if (/^https?:/.test(at) && typeof model !== "string") {
      throw new Error(`--${option} is a server: add --${option}-model NAME`);
    }
    const key = JSON.stringify([at, model]);
    const opened = this.#open.get(key) ?? openWriter({
      at,
      model: model as string | undefined,
      apiKeyEnv: this.values["api-key-env"] as string | undefined,
      repetitionPenalty: this.repetitionPenalty,
    });
    this.#open.set(key, opened);
    return await opened;
  }

  /** The model of an option that must be there. */
  async need(option: string): Promise<Writer> {
    const writer = await this.get(option);
    if (writer) return writer;
    throw new Error(`--${option} is missing: a model's folder, or a server's address`);
  }
}

/** The sandbox that the environment names, else this machine's, and what runs solutions in it. */
export async function openExecution(): Promise<{ sandbox: AsyncDisposable; execution: Execution }> {
  const sandbox = await openSandbox(Deno.env.get("SANDBOX_FUSION_ENDPOINT"));
  const warn = (text: string) => console.error(printable(text));
  return { sandbox, execution: new Execution(sandbox, { warn }) };
}
