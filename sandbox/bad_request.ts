/** What a caller asked for cannot be done, now or later; a server answers 400. */
export class BadRequest extends Error {
  /** `BadRequest`. */
  override name = "BadRequest";
}
