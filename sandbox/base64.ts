/** Base64, in which the API carries files. */

/** The bytes of a base64 text. */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.fromBase64(text);
}

/** A text's UTF-8 as base64. */
export function base64OfText(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

/** The UTF-8 text of a base64 text; other bytes become U+FFFD. */
export function textOfBase64(base64: string): string {
  return new TextDecoder().decode(base64Bytes(base64));
}
