/** A text as Python source. */

/** A string literal of Python with nothing but ASCII in it. */
export function pythonLiteral(text: string): string {
  // What JSON writes is also a Python string, as long as every character beyond ASCII is escaped.
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
