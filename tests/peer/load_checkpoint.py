"""What transformers makes of a checkpoint: `load_checkpoint.py FOLDER < ids.json > logits.json`.

ids.json is one sequence of token ids, [1, 2, 3]; logits.json is [[…], …], tokens × vocabulary, in float32. A checkpoint that
transformers reads only in part (a missing or an unexpected weight) is an error: it must never pass as loaded.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM

model, info = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, output_loading_info=True)
odd = {kind: sorted(map(str, keys)) for kind, keys in info.items() if keys}
if odd:
    sys.exit(f"Cannot load all of {sys.argv[1]}: {odd}")
with torch.no_grad():
    logits = model(input_ids=torch.tensor([json.load(sys.stdin)])).logits[0]
json.dump(logits.tolist(), sys.stdout)
