/** What a view is to the page around it. */

import type { Source } from "./data/source.ts";
import type { Route } from "./route.ts";

/** What a view works with. */
export interface Context {
  /** Where runs come from. */
  source: Source;
  /** Where the reader is. */
  route: Route;
  /** Aborts when the reader goes elsewhere. */
  signal: AbortSignal;
  /** Goes to another place; `replace` leaves no trace in the history. */
  go(route: Partial<Route>, options?: { replace?: boolean }): void;
  /** Says that runs cannot be read; null when they can again. */
  failed(error: Error | null): void;
}

/** What stands on the page. */
export interface View {
  /** Its content. */
  element: HTMLElement;
  /** For the window's title. */
  title: string;
  /** What keys do here, beyond those that work everywhere. */
  keys?: Record<string, () => void>;
  /**
   * Takes a new place that is still its own.
   *
   * @returns false where the place asks for a view of its own
   */
  move?(route: Route): boolean;
}
