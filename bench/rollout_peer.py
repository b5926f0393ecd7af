"""transformers' side of rollout.ts: generate() by sampling at temperature 1, with the log-prob of each drawn token.

Lengths are given, not drawn, so that both sides produce the same number of tokens. A sequence that is done is reported so
by a stopping criterion, which costs what an end token costs; as with end tokens, a batch runs until its longest row is done.
"""
import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from peer_protocol import Clock, serve, versions
from qwen2 import build, parameters

state = {}


class LengthsReached(StoppingCriteria):
    def __init__(self, prompt, lengths):
        self.ends = prompt + torch.tensor(lengths)

    def __call__(self, input_ids, scores, **_):
        return input_ids.shape[1] >= self.ends


def generate(ids, lengths):
    out = state["model"].generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_p=1.0, top_k=0,
        max_new_tokens=max(lengths), eos_token_id=None, pad_token_id=0, output_logits=True, return_dict_in_generate=True,
        stopping_criteria=StoppingCriteriaList([LengthsReached(ids.shape[1], lengths)]),
        cache_implementation=state["cache"],
    )
    drawn = out.sequences[:, ids.shape[1]:]
    log_p = [logits.log_softmax(-1).gather(-1, drawn[:, t:t + 1]) for t, logits in enumerate(out.logits)]
    return drawn, torch.cat(log_p, dim=1)


def run():
    """All requests, `batch` at a time."""
    ids, lengths, batch = state["ids"], state["lengths"], state["batch"]
    clock = Clock()
    for i in range(0, len(ids), batch):
        generate(ids[i:i + batch], lengths[i:i + batch])
    return clock.spent()


def prepare(shape, promptLength, lengths, batches, threads):
    """batches: the batch sizes to try; the fastest of them, with the faster kind of cache, is measured."""
    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    model = build(shape).eval()
    model.generation_config.eos_token_id = None
    g = torch.Generator().manual_seed(0)
    ids = torch.randint(0, shape["vocab"], (len(lengths), promptLength), generator=g)
    state.update(model=model, ids=ids, lengths=lengths)
    tried = {}
    for batch in batches:
        for cache in ("dynamic", "static"):
            state.update(batch=batch, cache=cache)
            run()
            tried[f"{batch} rows, {cache} cache"] = (run()["cpuSeconds"], batch, cache)
    _, state["batch"], state["cache"] = min(tried.values())
    return {"parameters": parameters(model), "tried": {k: v[0] for k, v in tried.items()}}


serve({"versions": lambda: versions("torch", "transformers"), "prepare": prepare, "run": run})
