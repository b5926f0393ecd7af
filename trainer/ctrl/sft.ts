/** `deno task ctrl:sft`: stage I of CTRL, or any supervised fine-tuning on prompts and responses. */

import { type Config, loadConfig } from "../config.ts";
import { Imitation } from "../imitation.ts";
import { Run } from "../loop.ts";
import { plannedMemory } from "../memory_plan.ts";
import { runConfigured } from "../command.ts";
import { onDevice } from "../run/on_device.ts";
import { openRun } from "../run/open.ts";
import { createReporter, type Reporter } from "../run/progress.ts";
import {
  checkLengths,
  loadPolicyModel,
  loadTokenizer,
  modelFolder,
  sizePolicyModel,
} from "../setup.ts";
import { type SftResult, SftTraining } from "./sft/method.ts";
import { describeDropped, loadSft } from "./sft/rows.ts";

const USAGE = `Fine-tunes a model on prompts and responses; the loss is on the responses alone.

  deno task ctrl:sft configs/ctrl_sft.yaml data.train_files=sft.jsonl actor_rollout_ref.model.path=path/to/model

Parquet or JSONL with a prompt (text, or a chat) and a response, as \`deno task ctrl:synthesize\` writes them. A run goes
on from the last checkpoint in its folder. \`deno task train --help\` lists the keys.
`;

/**
 * Fine-tunes as the configuration says.
 *
 * @throws an error that says what, where and what to do; the last checkpoint stands
 */
export async function sft(
  { config, reporter: given }: { config: Config; reporter?: Reporter },
): Promise<SftResult> {
  using reporter = given ?? createReporter();
  const { data, actor_rollout_ref: { actor }, ctrl, trainer } = config;
  const from = await modelFolder(config, reporter);
  const tokenizer = await loadTokenizer(from);
  const sized = sizePolicyModel(config, from, tokenizer);
  checkLengths(config, sized.config.maxPositions);
  const columns = {
    promptKey: data.prompt_key,
    responseKey: ctrl.sft.response_key,
    maxPromptLength: data.max_prompt_length,
    maxResponseLength: data.max_response_length,
  };
  const train = await loadSft(data.train_files, columns, tokenizer);
  const heldOut = await loadSft(data.val_files, columns, tokenizer);
  for (const [name, { dropped }] of [["training", train], ["held-out", heldOut]] as const) {
    const text = describeDropped(dropped);
    if (text !== "") reporter.note(`Left out of the ${name} rows: ${text}`);
  }
  const plan = plannedMemory(config, sized, {
    rows: Math.min(data.train_batch_size, train.rows.length),
  });
  const model = loadPolicyModel(config, from);
  using opened = await openRun(config, reporter);
  const reload = () => loadPolicyModel(config, from);
  const parts = { config, opened, reporter, model, reload };
  return await onDevice(parts, async (device, placed, found) => {
    using policy = new Imitation(device, placed, {
      checkpointing: config.actor_rollout_ref.model.enable_gradient_checkpointing,
      optimizer: {
        betas: actor.optim.betas,
        weightDecay: actor.optim.weight_decay,
        maxNorm: actor.grad_clip,
      },
      maxTokensPerMicroBatch: actor.ppo_max_token_len_per_gpu,
      maxLength: data.max_prompt_length + data.max_response_length,
    });
    const method = new SftTraining(config, policy, tokenizer, reporter, train.rows, heldOut.rows);
    reporter.note(
      `${trainer.experiment_name}: ${train.rows.length} rows, ${method.totalSteps} steps, in ${opened.folder.path}\n${plan}`,
    );
    return await new Run(method, opened.folder).go(found);
  });
}

if (import.meta.main) {
  await runConfigured(
    USAGE,
    async (sources) => (await sft({ config: loadConfig(sources) })).finished ? 0 : 130,
  );
}
