import type { Provider } from "../local_device.ts";
export function cudaProvider(_: number): Promise<Provider> {
  throw new Error("TODO");
}
