/** `actor_rollout_ref.model`: which model, and what of it learns. */

import { z } from "zod";
import { LORA_TARGETS } from "../../gpu/model/mod.ts";
import { flag, key, orNull, positive, section, text, whole } from "./key.ts";

const targets = z.union([
  z.literal("all-linear").transform(() => [...LORA_TARGETS]),
  z.array(z.enum(LORA_TARGETS)).min(1),
]).meta({ type: `all-linear | [${LORA_TARGETS.join(" | ")}]` });

/** The keys of the model. */
export const model = section({
  path: key(
    text,
    "Qwen/Qwen2.5-7B",
    "the model's folder (Hugging Face layout) or hub id, or builtin:tiny",
  ),
  lora_rank: key(whole(0), 0, "rank of a LoRA adapter that learns in the model's place; 0: none"),
  lora_alpha: key(positive, 16, "the adapter's product is multiplied by lora_alpha / lora_rank"),
  target_modules: key(targets, [...LORA_TARGETS], "matrices of each layer that are adapted"),
  lora_adapter_path: key(
    orNull(text),
    null,
    "folder of an adapter to begin with (PEFT layout); its rank, alpha and targets count",
  ),
  enable_gradient_checkpointing: key(
    flag,
    false,
    "compute each block again for its gradient, and logits in chunks: a third more work, far less memory",
  ),
});
