/** The largest micro-batch of an update, for the memory plan: full prompts, each with full responses. */

/** What a micro-batch is made of. */
export interface FullMicroBatch {
  /** Responses. */
  rows: number;
  /** Tokens that are computed. */
  tokens: number;
  /** Pairs of a query and a key, for each head. */
  pairs: number;
  /** Tokens of the responses. */
  counted: number;
}

/** The rows of an update. */
export interface FullRows {
  /** Tokens of a prompt. */
  prompt: number;
  /** Tokens of a response. */
  response: number;
  /** Responses to a prompt. */
  group: number;
  /** Rows. */
  count: number;
}

/**
 * As the learner deals them: answers to a prompt go together, and share it where there are several.
 *
 * @param budget of tokens, which a single row may exceed
 * @param padded what a width is padded to
 */
export function fullMicroBatch(
  budget: number,
  rowsOfUpdate: FullRows,
  padded: (width: number) => number = (width) => width,
): FullMicroBatch {
  const { group, count } = rowsOfUpdate;
  // As token_batch.ts has them: of a row the last token is not read, of a shared prompt the last stands in the response.
  const prompt = padded(Math.max(1, rowsOfUpdate.prompt - 1));
  const response = padded(rowsOfUpdate.response);
  const row = padded(rowsOfUpdate.prompt + rowsOfUpdate.response - 1);
  const most = (rows: number) => Math.min(count, rows);
  const alone = most(Math.max(1, Math.floor(budget / row)));
  const ofGroup = Math.min(group, Math.floor((budget - prompt) / response));
  const ofGroups = group * Math.floor(budget / (prompt + group * response));
  const sharing = most(Math.max(0, ofGroup, ofGroups)), prompts = Math.ceil(sharing / group);
  const tokens = prompts * prompt + sharing * response;
  if (sharing < alone || tokens >= sharing * row) {
    const counted = alone * rowsOfUpdate.response;
    return { rows: alone, tokens: alone * row, pairs: alone * row ** 2, counted };
  }
  const pairs = prompts * prompt ** 2 + sharing * response * (prompt + response);
  return { rows: sharing, tokens, pairs, counted: sharing * rowsOfUpdate.response };
}
