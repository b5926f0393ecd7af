/** A problem as the trainer sees it, whichever file and schema it came from. */

/** One turn of a chat. */
export interface Message {
  /** `system`, `user` or `assistant`. */
  role: string;
  /** The text. */
  content: string;
}

/** A question with a checkable answer. */
export interface Problem {
  /** Unique within its data set. */
  id: string;
  /** The question alone, without instructions. */
  question: string;
  /** The gold answer, as the verifier reads it. */
  groundTruth: string;
  /** The data set that it belongs to; validation is reported by source. */
  source: string;
  /** The chat that is put to the model. */
  messages: Message[];
  /** A worked solution, where the data has one. */
  reference?: string;
  /** All other columns, as they were. */
  metadata: Record<string, unknown>;
}
