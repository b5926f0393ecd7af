"""The peer's model: transformers' Qwen2 with PyTorch's scaled dot product attention, float32, random weights."""
import torch
from transformers import Qwen2Config, Qwen2ForCausalLM


def build(shape, max_positions=1024):
    """shape: {"vocab", "hidden", "layers", "heads", "kvHeads", "intermediate"}; head size = hidden / heads."""
    torch.manual_seed(0)
    return Qwen2ForCausalLM(Qwen2Config(
        vocab_size=shape["vocab"], hidden_size=shape["hidden"], intermediate_size=shape["intermediate"],
        num_hidden_layers=shape["layers"], num_attention_heads=shape["heads"], num_key_value_heads=shape["kvHeads"],
        max_position_embeddings=max_positions, tie_word_embeddings=True, attn_implementation="sdpa", dtype="float32",
        bos_token_id=None, eos_token_id=1, pad_token_id=0,
    ))


def parameters(model):
    return sum(p.numel() for p in model.parameters())
