"""PyTorch's side of gpu.ts, on the same card: float32 weights with bfloat16 computing in training, bfloat16 in decoding.

Training is train_peer.py's step under autocast, with the fused AdamW. Decoding is transformers' generate() with scaled
dot product attention and the faster of its caches, from a bfloat16 copy of the weights, which a trainer would hold too.
"""
import torch
import torch.nn.functional as F

from peer_protocol import Clock, serve, versions
from qwen2 import build, parameters

state = {}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"  # the CPU shows that it runs


def one_step():
    model, optimizer, ids = state["model"], state["optimizer"], state["ids"]
    response = ids.shape[1] // 2
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(DEVICE, torch.bfloat16):
        hidden = model.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state[:, -response:]
        logits = model.lm_head(hidden)
    log_p = -F.cross_entropy(logits.flatten(0, 1).float(), ids[:, -response:].flatten(), reduction="none")
    ratio = (log_p.view(len(ids), -1) - state["old"]).exp()
    advantages = state["advantages"]
    loss = -torch.minimum(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def waited(clock):
    if DEVICE == "cuda":
        torch.cuda.synchronize()
    return clock.spent()


def step(steps):
    clock = Clock()
    for _ in range(steps):
        one_step()
    return waited(clock)


@torch.no_grad()
def decode():
    ids, length = state["prompts"], state["length"]
    clock = Clock()
    out = state["decoder"].generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=True, temperature=1.0, top_p=1.0, top_k=0,
        min_new_tokens=length, max_new_tokens=length, eos_token_id=None, pad_token_id=0, output_logits=True,
        return_dict_in_generate=True, cache_implementation=state["cache"], disable_compile=True,
    )
    drawn = out.sequences[:, ids.shape[1]:]
    for t, logits in enumerate(out.logits):
        logits.float().log_softmax(-1).gather(-1, drawn[:, t:t + 1])
    return waited(clock)


def prepare(shape, rows, length, prompts, promptLength, drawn):
    model = build(shape).to(DEVICE).train()
    decoder = build(shape).to(DEVICE, torch.bfloat16).eval()
    decoder.generation_config.eos_token_id = None
    g = torch.Generator().manual_seed(0)
    random = lambda n, width: torch.randint(0, shape["vocab"], (n, width), generator=g).to(DEVICE)
    state.update(
        model=model, decoder=decoder, ids=random(rows, length), prompts=random(prompts, promptLength), length=drawn,
        advantages=torch.randn(rows, 1, generator=g).to(DEVICE),
        old=torch.full((rows, length // 2), -float(torch.tensor(float(shape["vocab"])).log())).to(DEVICE),
        optimizer=torch.optim.AdamW(model.parameters(), lr=1e-6, weight_decay=0.01, fused=True),
    )
    one_step()
    tried = {}
    for state["cache"] in ("dynamic", "static"):
        decode()
        tried[state["cache"]] = decode()["seconds"]
    state["cache"] = min(tried, key=tried.get)
    return {"parameters": parameters(model), "cache": state["cache"]}


def memory():
    """Bytes that this process has had at most; torch gives nothing back."""
    return {"bytes": torch.cuda.max_memory_reserved() if DEVICE == "cuda" else 0}


serve({"versions": lambda: versions("torch", "transformers"), "prepare": prepare, "step": step, "decode": decode,
       "memory": memory})
