/** Where text goes: a terminal or a pipe, standard output or standard error. */

/** A stream that a person may be looking at. */
export interface Output {
  /** Whether it is a terminal that understands cursor movements. */
  readonly isTTY: boolean;
  /** Columns of text that fit; asked anew each time, as windows are resized. */
  readonly columns: number;
  /** Whether colours are welcome. */
  readonly colour: boolean;
  /** Writes at once. */
  write(text: string): void;
}

/** The process's own stream. No colours with `NO_COLOR` set (no-color.org), a plain stream with `TERM=dumb`. */
export function standard(name: "stdout" | "stderr"): Output {
  const stream = Deno[name];
  const isTTY = stream.isTerminal() && Deno.env.get("TERM") !== "dumb";
  return {
    isTTY,
    colour: isTTY && !Deno.env.get("NO_COLOR"),
    get columns(): number {
      if (!isTTY) return 80;
      try {
        return Deno.consoleSize().columns || 80; // A fresh pseudo-terminal claims 0.
      } catch {
        return 80;
      }
    },
    write(text) {
      let bytes = new TextEncoder().encode(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
      } catch (error) {
        // `| head` has seen enough: no reason for a run to die.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
  };
}

/** An output that nobody sees. */
export const nowhere: Output = { isTTY: false, columns: 80, colour: false, write() {} };

/** The text in one of the few styles used here, where colours are welcome. */
export function styled(output: Output, style: "dim" | "yellow", text: string): string {
  if (!output.colour || text === "") return text;
  return style === "dim" ? `\x1b[2m${text}\x1b[22m` : `\x1b[33m${text}\x1b[39m`;
}
