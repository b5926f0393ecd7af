"""What transformers makes of checkpoints: `load_checkpoint.py FOLDER... < ids.json > logits.json`.

ids.json is one sequence of token ids, [1, 2, 3]; logits.json is [[[…], …], …], folders × tokens × vocabulary, in float32. A checkpoint
that transformers reads only in part (a missing or an unexpected weight) is an error: it must never pass as loaded.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM


def logits(folder, ids):
    model, info = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    odd = {kind: sorted(map(str, keys)) for kind, keys in info.items() if keys}
    if odd or model.dtype != torch.float32:
        sys.exit(f"Cannot load all of {folder} in float32: {odd}, {model.dtype}")
    with torch.no_grad():
        return model(input_ids=ids).logits[0].tolist()


ids = torch.tensor([json.load(sys.stdin)])
json.dump([logits(folder, ids) for folder in sys.argv[1:]], sys.stdout)
