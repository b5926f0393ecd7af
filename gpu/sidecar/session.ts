/** How a sidecar answers one client. */

import { LocalBinding, type LocalDevice, LocalProgram } from "../local_device.ts";
import { Lanes } from "../model/lanes.ts";
import { NativeArray } from "../native_array.ts";
import { elementsOver } from "../elements.ts";
import type { Frame } from "./frames.ts";
import { Membership } from "./membership.ts";
import { Objects } from "./objects.ts";
import {
  type Answer,
  type GroupRequest,
  isForGroup,
  padded,
  type Request,
  type WeightedSpec,
} from "./protocol.ts";
import { sequencesIn, stepsAway } from "./sequences.ts";
import { arraysIn, emptyArray, pieces } from "./tensors.ts";

/** An answer and its body. */
export type Reply = readonly [header: Answer, body?: Uint8Array[]];

/** What is asked and answered, other than as a rank. */
type Question = Extract<Request, { op: "read" | "run" | "runAll" }>;

/** A client hears of its sequences after so many milliseconds: often enough to show, and to be told to stop. */
const TURN = 100;

/** One client's visit. */
export class ClientSession implements Disposable {
  readonly #objects = new Objects();
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
      case "advance":
        return await answered(() => this.#advance(header.decoding));
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
    const { collective } = this.#membership, whole = this.#objects.part(request.whole);
    try {
      if (request.op === "allGather") await collective.allGather(whole);
      else await collective[request.op](summable(whole));
    } catch (error) {
      // As of any change: what holds only a part of it, or another's, cannot be used.
      this.#objects.failed(request.whole[0], error);
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
      await this.device.runAll(request.bindings.map((id) => this.#objects.get(id, LocalBinding)));
      return [];
    }
    if (request.op === "read") {
      const { array, start, length } = request;
      return pieces(this.#objects.part([array, start, length]).readSync()).slice(0, 1);
    }
    const { binding: id, inputs, outputs } = request;
    const results = outputs.map((spec) => ({ ...spec, data: emptyArray(spec) }));
    const binding = this.#objects.get(id, LocalBinding)
      .inputs(arraysIn(body, inputs))
      .outputs(Object.fromEntries(results.map((result) => [result.name, result])));
    await binding.run(here);
    return results.flatMap(({ data }) => pieces(data));
  }

  async #advance(id: number): Promise<Reply> {
    const lanes = this.#objects.get(id, Lanes), steps = [], until = performance.now() + TURN;
    do steps.push(...await lanes.advance()); while (lanes.left > 0 && performance.now() < until);
    const { spec, body } = stepsAway(steps);
    return [{ steps: spec }, body];
  }

  #obey(
    request: Exclude<Request, Question | GroupRequest | { op: "advance" }>,
    body: Uint8Array<ArrayBuffer>,
  ): void {
    switch (request.op) {
      case "array":
        return this.#objects.make(
          request.id,
          () => this.device.array(request.length, request.type),
        );
      case "compile":
        return this.#objects.make(request.id, () => this.#compile(request, body));
      case "bind":
        return this.#objects.make(
          request.id,
          () => this.#objects.get(request.program, LocalProgram).bind(),
        );
      case "attach":
        return this.#objects.change([request.binding], () => {
          this.#objects.get(request.binding, LocalBinding)
            .inputs(this.#objects.resident(request.inputs))
            .outputs(this.#objects.resident(request.outputs));
        });
      case "write":
        return this.#objects.change([request.array], () => {
          const { type } = this.#objects.get(request.array, NativeArray);
          const data = elementsOver(type, body);
          this.#objects.part([request.array, request.start, data.length]).writeSync(data);
        });
      case "clear":
        return this.#objects.change(
          [request.array],
          () => this.#objects.part([request.array, request.start, request.length]).clear(),
        );
      case "copy":
        return this.#objects.change(
          request.moves.map(([, , to]) => to),
          () =>
            this.device.copy(
              request.moves.map(([from, a, to, b, length]) =>
                [
                  this.#objects.part([from, a, length]),
                  this.#objects.part([to, b, length]),
                ] as const
              ),
            ),
        );
      case "decode":
        return this.#objects.make(request.id, () => this.#decode(request, body));
      case "free":
        return this.#objects.free(request.id);
      default:
        throw new Error(`There is no request ${(request as { op: string }).op}`);
    }
  }

  #compile(
    { model, options, externals }: Extract<Request, { op: "compile" }>,
    body: Uint8Array<ArrayBuffer>,
  ): LocalProgram {
    const travelled = externals.filter(({ at }) => !at), here = externals.filter(({ at }) => at);
    const constants = {
      ...arraysIn(body, travelled, padded(model)),
      ...this.#objects.resident(here),
    };
    return this.device.load(body.subarray(0, model), constants, options);
  }

  #decode(
    { plan, sequences }: Extract<Request, { op: "decode" }>,
    body: Uint8Array<ArrayBuffer>,
  ): Lanes {
    const weighted = ({ program, weights }: WeightedSpec) => ({
      program: this.#objects.get(program, LocalProgram),
      weights: this.#objects.resident(weights),
    });
    const sampler = arraysIn(body, plan.sampler);
    const read = Object.values(sampler).reduce((at, { data }) => padded(at + data.byteLength), 0);
    return new Lanes(
      this.device,
      {
        ...plan,
        prefill: weighted(plan.prefill),
        step: weighted(plan.step),
        caches: plan.caches.map((specs) => this.#objects.resident(specs)),
        sampler,
      },
      sequencesIn(sequences, plan.sampled, body, read),
    );
  }

  /** Frees everything, what was made last first. */
  [Symbol.dispose](): void {
    this.#objects[Symbol.dispose]();
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
