/** Settings of one run. */

import { cString, ort } from "./api.ts";

/** An `OrtRunOptions`. */
export class RunOptions implements Disposable {
  /** The native handle. */
  readonly handle: Deno.PointerValue;

  /**
   * Copies the settings.
   *
   * @param config ONNX Runtime's `AddRunConfigEntry` keys
   */
  constructor(config: Record<string, string>) {
    this.handle = ort().create("CreateRunOptions");
    for (const [key, value] of Object.entries(config)) {
      ort().call("AddRunConfigEntry", this.handle, cString(key), cString(value));
    }
  }

  /** Frees the settings. */
  [Symbol.dispose](): void {
    ort().release("ReleaseRunOptions", this.handle);
  }
}
