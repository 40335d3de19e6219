"""A few layers that start as layers of the shipped encoder, read its token vectors as they ship, and learn something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.training.export import to_int8
from benchmarks.training.precision import mixed_precision
from knowledge_base.transformer_encoder import TokenTable

if TYPE_CHECKING:
    import torch
    from transformers import BertModel

DROPOUT = 0.1


def layers_of(state: dict[str, torch.Tensor], chosen: Sequence[int], limit: int, kinds: int = 1) -> BertModel:
    """The layers ``chosen`` of an encoder's ``state``, to be trained on texts of ``limit`` tokens of so many ``kinds``."""
    import torch
    from transformers import BertConfig, BertModel

    size = state["embeddings.LayerNorm.weight"].shape[0]
    wide = state["encoder.layer.0.intermediate.dense.weight"].shape[0]
    config = BertConfig(
        vocab_size=1, hidden_size=size, num_hidden_layers=len(chosen), num_attention_heads=size // 32, intermediate_size=wide,
        type_vocab_size=kinds, max_position_embeddings=limit, hidden_dropout_prob=DROPOUT, attention_probs_dropout_prob=DROPOUT,
    )  # fmt: skip
    # The flash kernel's gradient is several times slower on processors than the plain one.
    made = BertModel._from_config(config, attn_implementation="eager", add_pooling_layer=False)  # type: ignore[no-untyped-call]
    layers: BertModel = made.train()
    taken = {name: weight for name, weight in state.items() if name.startswith("embeddings.LayerNorm")}
    taken["embeddings.position_embeddings.weight"] = state["embeddings.position_embeddings.weight"][:limit]
    taken["embeddings.token_type_embeddings.weight"] = state["embeddings.token_type_embeddings.weight"][:1].repeat(kinds, 1)
    for place, number in enumerate(chosen):
        for name, weight in state.items():
            if found := re.match(rf"encoder\.layer\.{number}\.(.+)", name):
                taken[f"encoder.layer.{place}.{found[1]}"] = weight
    missing, unexpected = layers.load_state_dict({name: weight.float() for name, weight in taken.items()}, strict=False)
    if unexpected or any(not name.endswith(("word_embeddings.weight", "_ids")) for name in missing):
        raise SystemExit(f"The checkpoint does not fit: {missing} missing, {unexpected} unexpected.")
    torch.nn.init.normal_(layers.embeddings.token_type_embeddings.weight[1:].detach(), std=0.01)
    layers.embeddings.token_type_embeddings.weight.data[1:] += taken["embeddings.token_type_embeddings.weight"][0]
    return layers


def mean_states(layers: BertModel, vectors: torch.Tensor, mask: torch.Tensor, **inputs: torch.Tensor) -> torch.Tensor:
    """Unit vectors: the normalised mean of the last states over looked-up token ``vectors`` under ``mask``."""
    import torch

    with mixed_precision():
        states = layers(inputs_embeds=vectors, attention_mask=mask, **inputs).last_hidden_state
    weights = mask[..., None].float()
    return torch.nn.functional.normalize((states.float() * weights).sum(1) / weights.sum(1), dim=1)


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """Rows of numbers, filled with zeros to one length."""
    import torch

    return torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)


def read_table(encoder: Path, limit: int) -> tuple[dict[str, torch.Tensor], TokenTable]:
    """The weights of the encoder's checkpoint and its token vectors as they ship, without positions."""
    import torch

    state = torch.load(encoder / "checkpoint.pt", map_location="cpu", weights_only=True)
    rows, scales = to_int8(state.pop("embeddings.word_embeddings.weight").float().numpy(), 127)
    return state, TokenTable(rows, scales, np.zeros((limit, rows.shape[1]), dtype=np.float32))
