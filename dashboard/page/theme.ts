/// <reference lib="dom" />
/** Light, dark, or as the system has it. */

const KEY = "emend-theme", THEMES = ["system", "light", "dark"] as const;

/** What a reader can choose. */
export type Theme = typeof THEMES[number];

/** The theme of now. */
export function theme(): Theme {
  const kept = stored();
  return THEMES.find((known) => known === kept) ?? "system";
}

/** Puts the theme on the page. */
export function applyTheme(): void {
  const now = theme();
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
  document.dispatchEvent(new Event("themechange"));
}

/** Goes to the next of the three. */
export function nextTheme(): Theme {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A report opened as a file may have no storage: the theme then lasts as long as the page.
    kept = next;
  }
  applyTheme();
  return next;
}

// Where the system chooses, it may choose anew while the page is open.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);

let kept: string | null = null;

function stored(): string | null {
  try {
    return localStorage.getItem(KEY) ?? kept;
  } catch {
    return kept;
  }
}
