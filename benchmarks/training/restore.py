"""Turns shipped transformer weights back into checkpoints, for training to go on from what ships.

``python -m benchmarks.training.restore --out DIR`` writes ``DIR/checkpoint.pt`` beside the tokenizer's files, for
``sentence_encoder.py --from`` and the ``--encoder`` of the others, ``DIR/reader.pt``, for ``answer_reader.py --from``, and
``DIR/messages.pt``, for ``message_encoder.py --from``.
What rounding to bytes took stays lost.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from benchmarks.training.export_graph import LEAST_GELU
from bot.understanding import message_encoder
from knowledge_base import answer_reader
from knowledge_base.bilingual_tokenizer import HAN, LATIN, TRADITIONAL
from knowledge_base.transformer_encoder import LAYERS, WEIGHTS, TokenTable
from knowledge_base.transformer_encoder import POSITIONS as LAYER_POSITIONS

Floats = NDArray[np.float32]
POSITIONS, KINDS = "embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"


def layers_state(graph: Path) -> dict[str, Floats]:
    """The weights of the layers in a graph by the names that a ``BertModel`` gives them: :mod:`export` undone."""
    constants = {item.name: numpy_helper.to_array(item) for item in onnx.load(graph).graph.initializer}
    state = {f"embeddings.LayerNorm.{part}": constants[f"norm.{part}"] for part in ("weight", "bias")}
    state |= {name: value for name, value in constants.items() if re.search(r"layer\.\d+\..*LayerNorm\.(weight|bias)$", name)}
    for name in (name.removesuffix(".shares") for name in constants if name.endswith(".shares")):
        weights, bias = _product(constants, name)
        parts = [name.replace("query", part) for part in ("query", "key", "value")] if name.endswith("query") else [name]
        for part, weight, offset in zip(parts, np.split(weights, len(parts), 1), np.split(bias, len(parts)), strict=True):
            state |= {f"{part}.weight": weight.T, f"{part}.bias": offset}
    return state


def _product(constants: Mapping[str, Floats], name: str) -> tuple[Floats, Floats]:
    """A product's weights, shape ``(inputs, outputs)``, and bias."""
    divided = constants[f"{name}.shares"]
    scaled = constants[name].astype(np.float32) * constants[f"{name}.scales"]
    bias = constants[f"{name}.bias"]
    if f"{name}.least" in constants:
        bias = bias - scaled.T @ (LEAST_GELU * divided).astype(np.float32)
    return scaled * divided[:, None], bias


def encoder_state(folder: Path) -> dict[str, Floats]:
    """All weights of the encoder in ``folder``, which stores the sum of a position's vector and that of the only kind."""
    table = TokenTable.load(folder)
    words = (table.rows * table.scales[:, None]).astype(np.float32)
    own = {"embeddings.word_embeddings.weight": words, POSITIONS: table.positions, KINDS: np.zeros_like(table.positions[:2])}
    return {**own, **layers_state(folder / LAYERS)}


def reader_state(folder: Path) -> dict[str, Floats]:
    """All weights of the answer reader in ``folder`` but the token vectors, which are the encoder's."""
    with np.load(folder / answer_reader.INPUTS) as inputs:
        own = {POSITIONS: inputs["positions"], KINDS: inputs["kinds"], "head": inputs["head"]}
    bias = np.asarray([json.loads((folder / answer_reader.CONFIG).read_text("utf-8"))["bias"]])
    return {**own, "bias": bias, **layers_state(folder / LAYERS)}


def message_state(folder: Path) -> dict[str, Floats]:
    """All weights of the message encoder in ``folder`` but the token vectors; positions hold the vector of the only kind."""
    positions = np.load(folder / LAYER_POSITIONS)
    with np.load(folder / message_encoder.HEADS) as heads:
        own = {POSITIONS: positions, KINDS: np.zeros_like(positions[:1]), **dict(heads)}
    return {**own, **layers_state(folder / LAYERS)}


def save(state: Mapping[str, Floats], path: Path) -> None:
    """Write a checkpoint."""
    import torch

    torch.save({name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in state.items()}, path)


def completed(state: Mapping[str, Floats]) -> dict[str, Floats]:
    """The state with what does not ship: positions beyond those that are read, and the pooler, are the teacher's."""
    from transformers import AutoModel

    from benchmarks.training.encoder_teacher import teacher_folder

    whole = {name: weight.numpy() for name, weight in AutoModel.from_pretrained(teacher_folder()).state_dict().items()}
    known = state[POSITIONS]
    return {**whole, **state, POSITIONS: np.concatenate([known, whole[POSITIONS][len(known) :]])}


def main() -> None:
    """Read the arguments and write the checkpoints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, default=WEIGHTS, help="folder of the encoder (default: the package's)")
    parser.add_argument("--reader", type=Path, default=answer_reader.WEIGHTS, help="of the reader (default: the package's)")
    parser.add_argument("--messages", type=Path, default=message_encoder.WEIGHTS, help="of the message encoder (the same)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoints")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    save(completed(encoder_state(arguments.encoder)), arguments.out / "checkpoint.pt")
    save(reader_state(arguments.reader), arguments.out / "reader.pt")
    save(message_state(arguments.messages), arguments.out / "messages.pt")
    for name in (HAN, LATIN, TRADITIONAL):
        shutil.copyfile(arguments.encoder / name, arguments.out / name)


if __name__ == "__main__":
    main()
