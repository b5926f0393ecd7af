"""TRL's side of grpo.ts: GRPOTrainer with its own generation, one optimizer step a batch of rollouts.

The trainer runs in one train() call and halts between two steps until the next command, so that start-up is measured nowhere.
Before that, two steps with each batch size tell which is faster; the smaller one accumulates gradients over the same rollouts.
"""
import logging
import tempfile
import time
import warnings

import torch
from datasets import Dataset
from safetensors.torch import load_file
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from peer_protocol import Clock, answer, commands, versions
from qwen2 import build, parameters

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
inbox = commands()
lengths = []


def tokenizer(size):
    words = {"<pad>": 0, "<eos>": 1} | {f"w{i}": i for i in range(2, size)}
    fast = Tokenizer(models.WordLevel(words, unk_token="<pad>"))
    fast.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=fast, pad_token="<pad>", eos_token="<eos>")


def reward(completion_ids, **_):
    """As trivial as can be, and different within a group: the share of even tokens."""
    lengths.extend(map(len, completion_ids))
    return [sum(t % 2 == 0 for t in ids) / len(ids) for ids in completion_ids]


class OnCommand(TrainerCallback):
    """Answers after the step of each {"do": "step"}, then waits for the next."""

    def listen(self):
        command = next(inbox, None)
        if command is None or command["do"] != "step":
            raise SystemExit
        self.clock = Clock()

    def on_train_begin(self, args, state, control, **_):
        answer(self.prepared)
        lengths.clear()
        self.listen()

    def on_step_end(self, args, state, control, **_):
        answer(self.clock.spent() | {"lengths": {"mean": sum(lengths) / len(lengths), "max": max(lengths)}})
        self.listen()


class Seconds(TrainerCallback):
    """How long each step takes."""

    def __init__(self):
        self.steps = []

    def on_step_begin(self, args, state, control, **_):
        self.begun = time.process_time()

    def on_step_end(self, args, state, control, **_):
        self.steps.append(time.process_time() - self.begun)


def prepare(shape, weights, prompts, generations, maxLength, ends, threads):
    torch.set_num_threads(threads)
    model = build(shape)
    model.load_state_dict(load_file(weights), strict=False)
    model.tie_weights()
    data = Dataset.from_dict({"prompt": [" ".join(f"w{t}" for t in prompt) for prompt in prompts]})
    rows = len(prompts) * generations

    def train(batch, steps, callback):
        with tempfile.TemporaryDirectory() as folder:
            config = GRPOConfig(
                output_dir=folder, use_cpu=True, bf16=False, max_steps=steps, logging_strategy="no", save_strategy="no",
                report_to="none", disable_tqdm=True, learning_rate=1e-6, lr_scheduler_type="constant", weight_decay=0.01,
                per_device_train_batch_size=batch, gradient_accumulation_steps=rows // batch, gradient_checkpointing=False,
                num_generations=generations, max_completion_length=maxLength, num_iterations=1, beta=0.0,
                loss_type="grpo", temperature=1.0, top_p=1.0, top_k=0,
                generation_kwargs={} if ends else {"min_new_tokens": maxLength},
            )
            GRPOTrainer(model=model, reward_funcs=reward, args=config, train_dataset=data,
                        processing_class=tokenizer(shape["vocab"]), callbacks=[callback]).train()

    tried = {}
    for batch in (rows, rows // 4):
        seconds = Seconds()
        train(batch, 2, seconds)
        tried[batch] = seconds.steps[1]
    callback = OnCommand()
    callback.prepared = {
        "parameters": parameters(model),
        "tried": {f"{batch} rows a batch": seconds for batch, seconds in tried.items()},
    }
    train(min(tried, key=tried.get), 10**6, callback)


for command in inbox:
    do = command.pop("do")
    if do == "versions":
        answer(versions("torch", "transformers", "trl"))
    elif do == "prepare":
        try:
            prepare(**command)
        except Exception as error:  # noqa: BLE001 - the harness reports it
            answer({"error": f"{type(error).__name__}: {error}"})
