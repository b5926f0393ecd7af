"""PyTorch's side of train.ts: one step = forward, GRPO's clipped loss, backward, gradient clipping, AdamW.

What a careful person would write: logits only where a response token is predicted, cross_entropy instead of a
materialised log-softmax, gradients set to None, and the faster of AdamW's implementations.
"""
import torch
import torch.nn.functional as F

from peer_protocol import Clock, serve, versions
from qwen2 import build, parameters

state = {}


def one_step():
    model, optimizer, ids = state["model"], state["optimizer"], state["ids"]
    response = ids.shape[1] // 2
    optimizer.zero_grad(set_to_none=True)
    # The last token is only predicted, never read.
    hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state[:, -response:]
    logits = model.lm_head(hidden)
    log_p = -F.cross_entropy(logits.flatten(0, 1), ids[:, -response:].flatten(), reduction="none").view(len(ids), -1)
    ratio = (log_p - state["old"]).exp()
    advantages = state["advantages"]
    loss = -torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def step(steps):
    clock = Clock()
    for _ in range(steps):
        one_step()
    return clock.spent()


def prepare(shape, rows, length, threads):
    torch.set_num_threads(threads)
    model = build(shape).train()
    g = torch.Generator().manual_seed(0)
    state.update(
        model=model, ids=torch.randint(0, shape["vocab"], (rows, length), generator=g),
        advantages=torch.randn(rows, 1, generator=g),
        old=torch.full((rows, length // 2), -float(torch.tensor(float(shape["vocab"])).log())),
    )
    timings = {}
    for name, fused in (("default", None), ("fused", True)):
        state["optimizer"] = torch.optim.AdamW(model.parameters(), lr=1e-6, weight_decay=0.01, fused=fused)
        one_step()
        timings[name] = min(step(1)["cpuSeconds"] for _ in range(3))
    if timings["default"] < timings["fused"]:
        state["optimizer"] = torch.optim.AdamW(model.parameters(), lr=1e-6, weight_decay=0.01)
    return {"parameters": parameters(model), "optimizers": timings}


serve({"versions": lambda: versions("torch", "transformers"), "prepare": prepare, "step": step})
