/** Wheels in a Python package index (PEP 503: a page of links for each project, with checksums). */

/** A file of a project. */
export interface Wheel {
  /** Its name. */
  name: string;
  /** The version in its name. */
  version: string;
  /** Where it is. */
  url: string;
  /** What its bytes must hash to. */
  sha256: string;
}

const LINK = /<a\s[^>]*?href="([^"]+)"[^>]*>/g;

/**
 * A project's wheels for this kind of machine, oldest first.
 *
 * @param index such as `https://pypi.org/simple`
 * @throws an error that names the page, where the index cannot be reached or does not have the project
 */
export async function wheels(index: string, project: string, arch: string): Promise<Wheel[]> {
  const page = `${index.replace(/\/$/, "")}/${project}/`;
  const response = await fetch(page, { headers: { accept: "text/html" } }).catch((cause) => {
    throw new Error(
      `Cannot reach ${page}: ${cause.message}. Set --index to another package index`,
      {
        cause,
      },
    );
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(
      `${page} answered HTTP ${response.status}. Set --index to another package index`,
    );
  }
  const found: Wheel[] = [];
  for (const [tag, href] of text.matchAll(LINK)) {
    const url = new URL(href.replaceAll("&amp;", "&"), response.url);
    const name = decodeURIComponent(url.pathname.split("/").at(-1)!);
    const [, version, platform] = /^[^-]+-([^-]+)-.*-([^-]+)\.whl$/.exec(name) ?? [];
    const [, sha256] = /^#sha256=([0-9a-f]{64})$/.exec(url.hash) ?? [];
    // Pre-releases have letters in their versions; files without a checksum are not taken.
    if (!sha256 || !/^[\d.]+$/.test(version) || tag.includes("data-yanked")) continue;
    if (!platform.includes("manylinux") || !platform.includes(arch)) continue;
    url.hash = "";
    found.push({ name, version, url: url.href, sha256 });
  }
  return found.sort((a, b) => compareVersions(a.version, b.version));
}

/** Negative where `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((version) => version.split(".").map(Number));
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
