/** A sidecar as a rank of a group. */

import type { Collective, Values } from "../group/collective.ts";
import { joinGroup } from "../group/join.ts";
import type { LocalDevice } from "../local_device.ts";
import type { Answer } from "./protocol.ts";

/** Joining, in turns with the client, which knows the other ranks; then the collective. */
export class Membership {
  #collective: Collective | undefined;
  #joining: Promise<Answer> | undefined;
  /** What this rank has to say next. */
  #said = Promise.withResolvers<Values>();
  #told: ((all: Values) => void) | undefined;

  /** @param device whose arrays are summed */
  constructor(readonly device: LocalDevice) {}

  /** The group's sums; only after joining. */
  get collective(): Collective {
    if (!this.#collective) throw new Error("This sidecar has not joined its group yet");
    return this.#collective;
  }

  /** Begins to join; answers as soon as the other ranks must be told something, or all is done. */
  join(rank: number, size: number): Promise<Answer> {
    const exchange = (mine: Values) => {
      const { promise, resolve } = Promise.withResolvers<Values>();
      this.#told = resolve;
      this.#said.resolve(mine);
      return promise;
    };
    this.#joining = joinGroup(this.device, rank, size, exchange).then((collective) => {
      this.#collective = collective;
      return {};
    });
    return this.#turn(this.#joining);
  }

  /** Goes on with what all ranks have said. */
  exchange(all: Values): Promise<Answer> {
    if (!this.#joining || !this.#told) throw new Error("This rank has asked nothing");
    const told = this.#told;
    this.#told = undefined;
    this.#said = Promise.withResolvers<Values>();
    told(all);
    return this.#turn(this.#joining);
  }

  #turn(joining: Promise<Answer>): Promise<Answer> {
    return Promise.race([joining, this.#said.promise.then((values) => ({ values }))]);
  }
}
