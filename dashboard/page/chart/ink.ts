/// <reference lib="dom" />
/** Colours of the style sheet as a canvas takes them; they follow the theme. */

const known = new Map<string, string>();
let probe: HTMLElement | null = null;

/**
 * A colour of now.
 *
 * @param name of its custom property, such as `--muted`
 * @param alpha how much of it is seen, in [0, 1]
 */
export function ink(name: string, alpha = 1): string {
  let value = known.get(name);
  if (value === undefined) {
    if (!probe) {
      document.body.append(probe = document.createElement("i"));
      probe.hidden = true;
      document.addEventListener("themechange", () => known.clear(), { capture: true });
    }
    // `light-dark()` is worked out only where a colour is used.
    probe.style.color = `var(${name})`;
    known.set(name, value = getComputedStyle(probe).color);
  }
  return alpha === 1 ? value : value.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

/** The colour of the n-th run. */
export function lineInk(run: number, alpha = 1): string {
  return ink(`--line-${run % 6}`, alpha);
}
