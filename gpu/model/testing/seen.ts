/** What a batch's layout says of a counted token, read as attention reads it. */

import type { Padded, TokenBatch } from "../token_batch.ts";

/** The token ids that precede counted token `i` in its sequence, first to last, with the row that they are in. */
export function seen(batch: TokenBatch, i: number): { row: number; tokens: number[] } {
  const { ids, prompts, responses, membership } = batch;
  const first = prompts.positions.length, at = Number(batch.counted[i]) - first;
  const row = Math.floor(at / responses.width), own = Number(responses.positions[at]);
  const tokens = new Map<number, number>();
  const look = ({ width, positions }: Padded, row: number, start: number) => {
    for (let k = row * width; k < (row + 1) * width; k++) {
      const position = Number(positions[k]);
      if (position > own) continue;
      if (tokens.has(position)) throw new Error(`Two tokens stand at ${position}`);
      tokens.set(position, Number(ids[start + k]));
    }
  };
  for (let prompt = 0; prompt < prompts.rows; prompt++) {
    if (membership[row * prompts.rows + prompt] === 1) look(prompts, prompt, 0);
  }
  look(responses, row, first);
  const sorted = [...tokens].sort(([a], [b]) => a - b);
  if (sorted.some(([position], k) => position !== k)) throw new Error("A position is missing");
  return { row, tokens: sorted.map(([, id]) => id) };
}
