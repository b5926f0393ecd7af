/** What a sidecar holds for one client, and how it answers. */

import type { TensorView } from "../device.ts";
import { LocalBinding, type LocalDevice, LocalProgram } from "../local_device.ts";
import { NativeArray } from "../native_array.ts";
import { elementsOver } from "../elements.ts";
import type { Frame } from "./frames.ts";
import { Membership } from "./membership.ts";
import {
  type Answer,
  type GroupRequest,
  isForGroup,
  padded,
  type Part,
  type Request,
  type TensorSpec,
} from "./protocol.ts";
import { arraysIn, emptyArray, pieces } from "./tensors.ts";

/** An answer and its body. */
export type Reply = readonly [header: Answer, body?: Uint8Array[]];

/** What is asked and answered, other than as a rank. */
type Question = Extract<Request, { op: "read" | "run" | "runAll" }>;

type Held = NativeArray | LocalProgram | LocalBinding;

/** A client's arrays, programs and bindings by the numbers that it gave them. */
export class ClientSession implements Disposable {
  readonly #held = new Map<number, Held>();
  /** Why an object cannot be used. */
  readonly #failed = new Map<number, unknown>();

  /** Set once the client has made this sidecar a rank of a group. */
  #membership: Membership | undefined;

  /** @param device computes */
  constructor(readonly device: LocalDevice) {}

  /** Whether the client has made this sidecar a rank, or tried to: it cannot be one again. */
  get wasRank(): boolean {
    return this.#membership !== undefined;
  }

  /**
   * Does what a request asks; undefined where it has no answer.
   *
   * @param here whether this thread takes a run itself
   */
  async handle(
    { header, body }: Frame<Request>,
    here: boolean,
  ): Promise<Reply | undefined> {
    switch (header.op) {
      case "read":
      case "run":
      case "runAll":
        return await answered(async () => [{}, await this.#answer(header, body, here)]);
      default:
        if (isForGroup(header)) return await answered(async () => [await this.#asRank(header)]);
        this.#obey(header, body);
    }
  }

  async #asRank(request: GroupRequest): Promise<Answer> {
    if (request.op === "join") {
      if (this.#membership) throw new Error("This sidecar is a rank already");
      this.#membership = new Membership(this.device);
      return await this.#membership.join(request.rank, request.size);
    }
    if (!this.#membership) throw new Error("This sidecar is no rank of a group");
    if (request.op === "exchange") return await this.#membership.exchange(request.values);
    const { collective } = this.#membership, whole = this.#part(request.whole);
    try {
      if (request.op === "allGather") await collective.allGather(whole);
      else await collective[request.op](summable(whole));
    } catch (error) {
      // As of any change: what holds only a part of it, or another's, cannot be used.
      this.#failed.set(request.whole[0], error);
      throw error;
    }
    return {};
  }

  async #answer(
    request: Question,
    body: Uint8Array<ArrayBuffer>,
    here: boolean,
  ): Promise<Uint8Array[]> {
    if (request.op === "runAll") {
      await this.device.runAll(request.bindings.map((id) => this.#get(id, LocalBinding)));
      return [];
    }
    if (request.op === "read") {
      const { array, start, length } = request;
      return pieces(this.#part([array, start, length]).readSync()).slice(0, 1);
    }
    const { binding: id, inputs, outputs } = request;
    const results = outputs.map((spec) => ({ ...spec, data: emptyArray(spec) }));
    const binding = this.#get(id, LocalBinding)
      .inputs(arraysIn(body, inputs))
      .outputs(Object.fromEntries(results.map((result) => [result.name, result])));
    await binding.run(here);
    return results.flatMap(({ data }) => pieces(data));
  }

  #obey(
    request: Exclude<Request, Question | GroupRequest>,
    body: Uint8Array<ArrayBuffer>,
  ): void {
    switch (request.op) {
      case "array":
        return this.#make(request.id, () => this.device.array(request.length, request.type));
      case "compile":
        return this.#make(request.id, () => this.#compile(request, body));
      case "bind":
        return this.#make(request.id, () => this.#get(request.program, LocalProgram).bind());
      case "attach":
        return this.#change([request.binding], () => {
          this.#get(request.binding, LocalBinding)
            .inputs(this.#resident(request.inputs))
            .outputs(this.#resident(request.outputs));
        });
      case "write":
        return this.#change([request.array], () => {
          const { type } = this.#get(request.array, NativeArray);
          const data = elementsOver(type, body);
          this.#part([request.array, request.start, data.length]).writeSync(data);
        });
      case "clear":
        return this.#change(
          [request.array],
          () => this.#part([request.array, request.start, request.length]).clear(),
        );
      case "copy":
        return this.#change(
          request.moves.map(([, , to]) => to),
          () =>
            this.device.copy(
              request.moves.map(([from, a, to, b, length]) =>
                [this.#part([from, a, length]), this.#part([to, b, length])] as const
              ),
            ),
        );
      case "free":
        this.#held.get(request.id)?.[Symbol.dispose]();
        this.#held.delete(request.id);
        this.#failed.delete(request.id);
        return;
      default:
        throw new Error(`There is no request ${(request as { op: string }).op}`);
    }
  }

  #compile(
    { model, options, externals }: Extract<Request, { op: "compile" }>,
    body: Uint8Array<ArrayBuffer>,
  ): LocalProgram {
    const travelled = externals.filter(({ at }) => !at), here = externals.filter(({ at }) => at);
    const constants = { ...arraysIn(body, travelled, padded(model)), ...this.#resident(here) };
    return this.device.load(body.subarray(0, model), constants, options);
  }

  #resident(specs: readonly TensorSpec[]): Record<string, TensorView> {
    return Object.fromEntries(
      specs.map(({ name, shape, at }) => [name, { data: this.#part(at!), shape }]),
    );
  }

  #part([id, start, length]: Part): NativeArray {
    const array = this.#get(id, NativeArray);
    if (start < 0 || length < 0 || start + length > array.length) {
      throw new RangeError(`Array ${id} has no ${length} elements from ${start} on`);
    }
    return array.subarray(start, start + length);
  }

  #get<T extends Held>(id: number, kind: abstract new (...args: never[]) => T): T {
    if (this.#failed.has(id)) throw this.#failed.get(id);
    const object = this.#held.get(id);
    if (object instanceof kind) return object;
    throw new Error(`The client has no ${kind.name} ${id}`);
  }

  #make(id: number, create: () => Held): void {
    try {
      this.#held.set(id, create());
    } catch (error) {
      this.#failed.set(id, error);
    }
  }

  /** What could not be changed cannot be used. */
  #change(ids: readonly number[], change: () => void): void {
    try {
      change();
    } catch (error) {
      for (const id of ids) this.#failed.set(id, error);
    }
  }

  /** Frees everything, what was made last first. */
  [Symbol.dispose](): void {
    for (const object of [...this.#held.values()].reverse()) object[Symbol.dispose]();
    this.#held.clear();
  }
}

/** The reply, or why there is none. */
async function answered(reply: () => Promise<Reply>): Promise<Reply> {
  try {
    return await reply();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return [{ error: { name, message } }];
  }
}

function summable(array: NativeArray): NativeArray<"float32"> {
  if (array.type === "float32") return array as NativeArray<"float32">;
  throw new Error(`Ranks sum arrays of float32, not of ${array.type}`);
}
