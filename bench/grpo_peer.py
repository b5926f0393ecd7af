"""TRL's side of grpo.ts: GRPOTrainer with its own generation, one optimizer step a batch of rollouts.

The trainer runs in one train() call and halts between two steps until the next command, so that start-up is measured nowhere.
Every completion has the full length: end tokens are held back, as they are on our side.
"""
import logging
import tempfile
import warnings

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from peer_protocol import Clock, answer, commands, versions
from qwen2 import build, parameters

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
inbox = commands()


def tokenizer(size):
    words = {"<pad>": 0, "<eos>": 1} | {f"w{i}": i for i in range(2, size)}
    fast = Tokenizer(models.WordLevel(words, unk_token="<pad>"))
    fast.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=fast, pad_token="<pad>", eos_token="<eos>")


def reward(completion_ids, **_):
    """As trivial as can be, and different within a group: the share of even tokens."""
    return [sum(t % 2 == 0 for t in ids) / len(ids) for ids in completion_ids]


class OnCommand(TrainerCallback):
    """Answers after every `steps` steps of a {"do": "step", "steps": n}, then waits for the next."""

    def listen(self):
        command = next(inbox, None)
        if command is None or command["do"] != "step":
            raise SystemExit
        self.left = command["steps"]
        self.clock = Clock()

    def on_train_begin(self, args, state, control, **_):
        answer({"parameters": self.parameters})
        self.listen()

    def on_step_end(self, args, state, control, **_):
        self.left -= 1
        if self.left == 0:
            answer(self.clock.spent())
            self.listen()


def train(shape, prompts, promptLength, generations, completionLength, threads):
    torch.set_num_threads(threads)
    model = build(shape)
    g = torch.Generator().manual_seed(0)
    draws = torch.randint(2, shape["vocab"], (prompts, promptLength), generator=g)
    data = Dataset.from_dict({"prompt": [" ".join(f"w{t}" for t in row) for row in draws.tolist()]})
    with tempfile.TemporaryDirectory() as folder:
        config = GRPOConfig(
            output_dir=folder, use_cpu=True, bf16=False, max_steps=10**6, logging_strategy="no", save_strategy="no",
            report_to="none", disable_tqdm=True, learning_rate=1e-6, lr_scheduler_type="constant", weight_decay=0.01,
            per_device_train_batch_size=prompts * generations, gradient_checkpointing=False,
            num_generations=generations, max_completion_length=completionLength, num_iterations=1, beta=0.0,
            loss_type="grpo", temperature=1.0, top_p=1.0, top_k=0,
            generation_kwargs={"min_new_tokens": completionLength},
        )
        callback = OnCommand()
        callback.parameters = parameters(model)
        GRPOTrainer(model=model, reward_funcs=reward, args=config, train_dataset=data,
                    processing_class=tokenizer(shape["vocab"]), callbacks=[callback]).train()


for command in inbox:
    do = command.pop("do")
    if do == "versions":
        answer(versions("torch", "transformers", "trl"))
    elif do == "prepare":
        try:
            train(**command)
        except Exception as error:  # noqa: BLE001 - the harness reports it
            answer({"error": f"{type(error).__name__}: {error}"})
