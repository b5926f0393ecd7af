/** Two programs as the lines that they share and those that they do not. */

import { diffArrays, diffWordsWithSpace } from "diff";

/** A line of a difference. */
export interface DiffLine {
  /** Where it stands: in both, in the first alone, in the second alone. */
  kind: "same" | "removed" | "added";
  /** Its parts, in order; those that differ from the line opposite are `changed`. */
  parts: { text: string; changed: boolean }[];
}

/** Lines that changed, at most: beyond them two programs have nothing to do with each other, and the search takes long. */
const CHANGED = 400;

/** Characters of a program, at most: a page that holds several of them would stand still. */
const LONG = 60_000;

/** Characters of a line that are compared word by word. */
const WORDY = 400;

/**
 * The lines of `before` and `after`, in order. A line that was replaced by one other tells which of its words changed.
 *
 * @returns null where they are so different, or so long, that a comparison would help nobody
 */
export function lineDiff(before: string, after: string): DiffLine[] | null {
  if (before.length > LONG || after.length > LONG) return null;
  const changes = diffArrays(linesOf(before), linesOf(after), { maxEditLength: CHANGED });
  if (!changes) return null;
  const lines: DiffLine[] = [];
  for (let i = 0; i < changes.length; i++) {
    const { value, removed, added } = changes[i], next = changes[i + 1];
    if (removed && next?.added && value.length === next.value.length) {
      const pairs = value.map((line, k) => words(line, next.value[k]));
      lines.push(...pairs.map(([old]) => old), ...pairs.map(([, now]) => now));
      i++;
    } else {
      const kind = removed ? "removed" : added ? "added" : "same";
      lines.push(...value.map((text): DiffLine => ({ kind, parts: [{ text, changed: false }] })));
    }
  }
  return lines;
}

function linesOf(text: string): string[] {
  const end = text.trimEnd();
  return end === "" ? [] : end.split(/\r?\n/).map((line) => line.trimEnd());
}

function words(before: string, after: string): [removed: DiffLine, added: DiffLine] {
  const short = before.length <= WORDY && after.length <= WORDY;
  const changes = short ? diffWordsWithSpace(before, after) : [];
  // Where little is shared, marks on everything else only distract.
  const shared = changes.filter((change) => !change.added && !change.removed)
    .reduce((sum, { value }) => sum + value.trim().length, 0);
  const alike = 2 * shared >= Math.min(before.trim().length, after.trim().length);
  const line = (kind: "removed" | "added", text: string): DiffLine => ({
    kind,
    parts: alike
      ? changes.filter((change) => change[kind] || !(change.added || change.removed))
        .map((change) => ({ text: change.value, changed: change[kind] ?? false }))
      : [{ text, changed: false }],
  });
  return [line("removed", before), line("added", after)];
}
