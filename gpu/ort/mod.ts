/** ONNX Runtime's C API through Deno's foreign function interface: the only folder that knows a pointer. */

export {
  type Argument,
  cString,
  ort,
  OrtApi,
  OrtError,
  RELEASE_FUNCTIONS,
  type ReleaseName,
  STATUS_FUNCTIONS,
  type StatusName,
} from "./api.ts";
export { Binding, unknownName } from "./binding.ts";
export { API_VERSION, libraryPath, openLibrary, type OrtLibrary } from "./library.ts";
export { RunOptions } from "./run_options.ts";
export { Session, type SessionOptions } from "./session.ts";
export {
  ELEMENT_TYPES,
  type ElementType,
  type HostBits,
  type NativeMemory,
  type NativeTensor,
  type TensorData,
  typeOf,
  Value,
} from "./value.ts";
