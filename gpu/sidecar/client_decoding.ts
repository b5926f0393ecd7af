/** Sequences that a sidecar continues. */

import type { Decoding, DecodingPlan, DecodingStep, Sequence, Weighted } from "../decoding.ts";
import type { SidecarDevice } from "./client.ts";
import { SidecarProgram } from "./client_binding.ts";
import type { WeightedSpec } from "./protocol.ts";
import { sequencesAway, stepsIn } from "./sequences.ts";
import { pieces } from "./tensors.ts";

/**
 * Decoding in a sidecar, which goes on by itself for a tenth of a second at a time: a message a step would take as long
 * as a third of a small model's step.
 */
export class SidecarDecoding implements Decoding {
  /** See {@linkcode Decoding.left}. */
  left: number;

  /** @param id new to the sidecar */
  constructor(
    readonly device: SidecarDevice,
    readonly id: number,
    plan: DecodingPlan,
    sequences: readonly Sequence[],
  ) {
    this.left = sequences.length;
    const weighted = ({ program, weights }: Weighted): WeightedSpec => {
      if (!(program instanceof SidecarProgram)) throw new Error("This program is another device's");
      return { program: program.id, weights: device.specs(weights) };
    };
    const { spec, body } = sequencesAway(sequences, plan.sampled);
    device.connection.send({
      op: "decode",
      id,
      plan: {
        ...plan,
        prefill: weighted(plan.prefill),
        step: weighted(plan.step),
        caches: plan.caches.map((arrays) => device.specs(arrays)),
        sampler: device.specs(plan.sampler),
      },
      sequences: spec,
    }, [...Object.values(plan.sampler).flatMap(({ data }) => pieces(data)), ...body]);
  }

  /** See {@linkcode Decoding.advance}. */
  async advance(): Promise<DecodingStep[]> {
    const { connection } = this.device;
    const { header, body } = await connection.ask({ op: "advance", decoding: this.id });
    const steps = stepsIn(header.steps!, body);
    for (const { finished } of steps) this.left -= finished.length;
    return steps;
  }

  /** Ends it in the sidecar. */
  [Symbol.dispose](): void {
    this.device.free(this.id);
  }
}
