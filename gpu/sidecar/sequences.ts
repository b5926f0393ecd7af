/** Sequences, and what becomes of them, as a message carries them. */

import type { DecodingStep, Sequence } from "../decoding.ts";
import type { SequencesSpec, StepsSpec } from "./protocol.ts";
import { arraysIn, pieces } from "./tensors.ts";

const total = (lengths: readonly number[]) => lengths.reduce((sum, n) => sum + n, 0);

/** The ids of prompts, one after the other, and every number that may be drawn with. */
export function sequencesAway(
  sequences: readonly Sequence[],
  sampled: boolean,
): { spec: SequencesSpec; body: Uint8Array[] } {
  const prompts = sequences.map(({ prompt }) => prompt.length);
  const maxTokens = sequences.map((sequence) => sequence.maxTokens);
  const ids = new Int32Array(total(prompts));
  const draws = new Float32Array(sampled ? total(maxTokens) : 0);
  let id = 0, draw = 0;
  for (const sequence of sequences) {
    ids.set(sequence.prompt, id);
    id += sequence.prompt.length;
    if (!sampled) continue;
    for (let t = 0; t < sequence.maxTokens; t++) draws[draw++] = sequence.draw(t);
  }
  return { spec: { prompts, maxTokens }, body: [ids, draws].flatMap(pieces) };
}

/**
 * What {@linkcode sequencesAway} has sent.
 *
 * @param from the first byte of it in the body
 */
export function sequencesIn(
  { prompts, maxTokens }: SequencesSpec,
  sampled: boolean,
  body: Uint8Array<ArrayBuffer>,
  from: number,
): Sequence[] {
  const { ids, draws } = arraysIn(body, [
    { name: "ids", type: "int32", shape: [total(prompts)] },
    { name: "draws", type: "float32", shape: [sampled ? total(maxTokens) : 0] },
  ], from);
  let id = 0, draw = 0;
  return prompts.map((length, i) => {
    const prompt = [...(ids.data as Int32Array).subarray(id, id += length)];
    const first = draw;
    draw += maxTokens[i];
    return {
      prompt,
      maxTokens: maxTokens[i],
      draw: (t) => (draws.data as Float32Array)[first + t],
    };
  });
}

/** The tokens of what is finished, one after the other, and their log-probabilities. */
export function stepsAway(
  steps: readonly DecodingStep[],
): { spec: StepsSpec; body: Uint8Array[] } {
  const finished = steps.flatMap((step) => step.finished);
  const tokens = Int32Array.from(finished.flatMap((row) => row.tokens));
  const logProbs = Float32Array.from(finished.flatMap((row) => row.logProbs));
  const spec = steps.map(({ drawn, finished }) => ({
    drawn,
    finished: finished.map(({ index, tokens: { length }, ended }) => ({ index, length, ended })),
  }));
  return { spec, body: [tokens, logProbs].flatMap(pieces) };
}

/** What {@linkcode stepsAway} has sent. */
export function stepsIn(spec: StepsSpec, body: Uint8Array<ArrayBuffer>): DecodingStep[] {
  const shape = [total(spec.flatMap(({ finished }) => finished.map(({ length }) => length)))];
  const { tokens, logProbs } = arraysIn(body, [
    { name: "tokens", type: "int32", shape },
    { name: "logProbs", type: "float32", shape },
  ]);
  let at = 0;
  return spec.map(({ drawn, finished }) => ({
    drawn,
    finished: finished.map(({ index, length, ended }) => {
      const from = at, to = at += length;
      return {
        index,
        tokens: [...(tokens.data as Int32Array).subarray(from, to)],
        logProbs: [...(logProbs.data as Float32Array).subarray(from, to)],
        ended,
      };
    }),
  }));
}
