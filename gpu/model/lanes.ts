/** Batches side by side, all from one queue of sequences. */

import type { Decoding, DecodingPlan, DecodingStep, Sequence } from "../decoding.ts";
import type { Device } from "../device.ts";
import { KvCache } from "./kv_cache.ts";
import { Lane, type Numbered } from "./lane.ts";
import { together } from "./together.ts";

/** Lanes that step together. */
export class Lanes implements Decoding {
  readonly #lanes: readonly Lane[];
  /** Taken from the end. */
  readonly #waiting: Numbered[];

  /** Draws nothing yet. */
  constructor(device: Device, plan: DecodingPlan, sequences: readonly Sequence[]) {
    this.#lanes = plan.caches.map((arrays) => new Lane(plan, new KvCache(device, arrays)));
    this.#waiting = sequences.map((sequence, index) => ({ sequence, index })).reverse();
  }

  /** See {@linkcode Decoding.left}. */
  get left(): number {
    return this.#waiting.length + inFlight(this.#lanes);
  }

  /** See {@linkcode Decoding.advance}: each lane prefills or steps, so that none waits for another's prompts. */
  async advance(): Promise<DecodingStep[]> {
    const waiting = this.#waiting;
    const busy = this.#lanes.filter((lane) => lane.length > 0 || waiting.length > 0);
    // This thread takes the last lane's turn itself: as many threads as cores, none of which wakes another meanwhile.
    const turns = await together(
      busy.map((lane, i) => lane.turn(waiting, i === busy.length - 1)),
    );
    const drawn = turns.reduce((sum, turn) => sum + turn.drawn, 0);
    return drawn === 0 ? [] : [{ drawn, finished: turns.flatMap(({ finished }) => finished) }];
  }

  /** Frees the lanes; the caches stay the caller's. */
  [Symbol.dispose](): void {
    for (const lane of this.#lanes) lane[Symbol.dispose]();
  }
}

const inFlight = (lanes: readonly Lane[]) => lanes.reduce((sum, { length }) => sum + length, 0);
