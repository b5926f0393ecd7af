/// <reference lib="dom" />
/** Keys pressed outside of a field. */

/** @param action what a key does now; undefined for nothing */
export function listenToKeys(action: (key: string) => (() => void) | undefined): void {
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (
      target instanceof Element &&
      target.closest("input:not([type=checkbox], [type=range]), textarea, select")
    ) {
      if (key === "Escape") (target as HTMLElement).blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const act = action(key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
