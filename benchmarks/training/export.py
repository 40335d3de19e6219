"""Writes the shipped encoder's files: ``python -m benchmarks.training.export CHECKPOINT_FOLDER``.

The folder holds ``checkpoint.pt``, the weights of a ``BertModel``, beside the tokenizer's files. Token vectors become int8 rows
with a scale each. The layers become a graph in which every matrix product runs on bytes:

- weights with a scale a column, in 7 bits, so that no sum of two products overflows on processors that add them in 16 bits
  (AVX2 without VNNI): a text has the same vector everywhere;
- activations by the range of each text or, after the activation function, whose outputs differ most, of each token;
- before that each input channel hands part of its range to the weights (Xiao et al. 2023, "SmoothQuant"), since a few channels
  are far larger than the others.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto

from benchmarks.training.export_graph import OURS, Floats, Graph, Linear, State, exact, layers
from knowledge_base.bilingual_tokenizer import BEGIN, END, HAN, LATIN, TRADITIONAL, BilingualTokenizer
from knowledge_base.transformer_encoder import (
    CONFIG,
    INPUT,
    LAYERS,
    OUTPUT,
    POSITIONS,
    ROWS,
    SCALES,
    WEIGHTS,
    TokenTable,
    TransformerEncoder,
)

HEAD_SIZE = 32
LIMIT = 128
LARGEST = 64
"""Of a weight's absolute values: 2 × 255 × 64 still fits into 16 bits."""
MIGRATION, MIGRATION_OF_ROWS = 0.6, 0.5
"""How much of a channel's range the weights take over, SmoothQuant's alpha: by text, and by token."""
EXAMPLES = Path(__file__).parents[2] / "bot" / "understanding" / "examples"
PASSAGES = Path(__file__).parents[2] / "bot" / "demo_shop" / "documents"
TEXTS = 150


def quantised(peaks: Mapping[str, Floats]) -> Linear:
    """Products of bytes; ``peaks`` are the largest absolute inputs of each product, by its name and for each channel."""

    def linear(graph: Graph, states: str, name: str, weights: Floats, bias: Floats, least: float | None = None) -> str:
        shares = _shares(peaks[name], weights, MIGRATION if least is None else MIGRATION_OF_ROWS)
        rows, scales = to_int8((weights * shares[:, None]).T, LARGEST)
        divided = graph.constant(f"{name}.shares", (1 / shares).astype(np.float32))
        if least is None:
            bytes_ = graph.constant(name, rows.T), graph.constant(f"{name}.scales", scales)
            zeros = graph.constant(f"{name}.zeros", np.zeros(len(scales), dtype=np.int8))
            states = graph.add("Mul", states, divided)
            return graph.add("DynamicQuantizeMatMul", states, *bytes_, zeros, graph.constant(f"{name}.bias", bias), domain=OURS)
        states = graph.add("Mul", graph.add("Sub", states, graph.constant(f"{name}.least", np.float32(least))), divided)
        bias = bias + (rows * scales[:, None]) @ (least / shares).astype(np.float32)
        return _by_rows(graph, states, name, rows.T, scales, bias)

    return linear


def _shares(peaks: Floats, weights: Floats, migration: float) -> Floats:
    largest = np.maximum(np.abs(weights).max(axis=1), 1e-6)
    shares = np.maximum(peaks, 1e-6) ** migration / largest ** (1 - migration)
    return np.asarray(shares / np.exp(np.log(shares).mean()), dtype=np.float32)


def _by_rows(graph: Graph, states: str, name: str, weights: NDArray[np.int8], scales: Floats, bias: Floats) -> str:
    """A product whose inputs, none of them negative, are quantised token by token."""
    axes, one = graph.constant(f"{name}.axes", np.array([-1])), graph.constant(f"{name}.one", np.float32(1))
    largest = graph.add("ReduceMax", states, axes, keepdims=1)
    steps = graph.add("Mul", largest, graph.constant(f"{name}.step", np.float32(1 / 255)))
    zero = graph.constant(f"{name}.zero", np.uint8(0))
    taken = graph.add("QuantizeLinear", graph.add("Div", states, steps), one, zero)
    scaled = graph.constant(f"{name}.scales", scales)
    product = graph.add("MatMulIntegerToFloat", taken, graph.constant(name, weights), one, scaled, zero, domain=OURS)
    return graph.add("Add", graph.add("Mul", product, steps), graph.constant(f"{name}.bias", bias))


def to_int8(values: Floats, largest: int) -> tuple[NDArray[np.int8], Floats]:
    """Rows of whole numbers up to ``largest`` and a scale for each row."""
    scales = (np.maximum(np.abs(values).max(axis=1), 1e-9) / largest).astype(np.float32)
    return np.rint(values / scales[:, None]).astype(np.int8), scales


def peaks_of(state: State, heads: int, inputs: Sequence[Floats]) -> dict[str, Floats]:
    """The largest absolute inputs of every product, for each channel, over ``inputs`` of the layers."""
    taken: dict[str, str] = {}

    def spied(graph: Graph, states: str, name: str, weights: Floats, bias: Floats, least: float | None = None) -> str:
        taken[name] = states
        return exact(graph, states, name, weights, bias)

    size = len(state["embeddings.LayerNorm.weight"])
    run = runner(layers(state, spied, heads).model(size, list(dict.fromkeys(taken.values()))))
    peaks: dict[str, Floats] = {}
    for values in inputs:
        for name, found in zip(taken, run(values, list(taken.values())), strict=True):
            peaks[name] = np.maximum(peaks.get(name, 0.0), np.abs(found[0]).max(axis=0))
    return peaks


def runner(model: ModelProto) -> Callable[[Floats, Sequence[str]], list[Floats]]:
    """Runs a graph in memory: from the layers' input and the names of outputs to these outputs."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    session = InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda values, outputs: list(session.run(list(outputs), {INPUT: values}))


def sample() -> list[str]:
    """Messages and passages of a shop in both languages, from the repository: the ranges of activations are taken on them."""
    files = [*sorted(EXAMPLES.glob("*.txt")), *sorted(PASSAGES.rglob("*.md")), *sorted(PASSAGES.rglob("*.txt"))]
    texts: list[str] = []
    for path in files:
        lines = [line for line in path.read_text("utf-8").splitlines() if len(line) > 5 and line[0] not in "#["]
        texts += lines[:: max(1, len(lines) // TEXTS)][:TEXTS]
    return texts


def export(folder: Path, out: Path, limit: int = LIMIT, texts: Sequence[str] = ()) -> tuple[float, float]:
    """Write the files of the checkpoint in ``folder`` to ``out``, with ranges taken on ``texts`` (our sample when empty).

    Returns the mean and the least cosine between the vectors of ``texts`` before and after.
    """
    state = read_checkpoint(folder / "checkpoint.pt")
    tokenizer = BilingualTokenizer.load(folder)
    words = state["embeddings.word_embeddings.weight"]
    if len(words) != tokenizer.size:
        raise SystemExit(f"The checkpoint has {len(words)} token vectors and the tokenizer {tokenizer.size} tokens: both must"
                         " come from one training.")  # fmt: skip
    positions = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    texts = list(texts) or sample()
    ids = [[BEGIN, *row, END] for row in tokenizer.encode_batch(texts, limit - 2) if row]
    rows, scales = to_int8(words, 127)
    table = TokenTable(rows, scales, positions[:limit])
    size = words.shape[1]
    heads = size // HEAD_SIZE
    peaks = peaks_of(state, heads, [table.look_up(row) for row in ids])
    _write(out, folder, table, layers(state, quantised(peaks), heads).model(size), limit)
    run = runner(layers(state, exact, heads).model(size))
    before = np.concatenate([run((words[row] + positions[: len(row)])[None], [OUTPUT])[0] for row in ids])
    after = TransformerEncoder.load(out).encode([text for text in texts if tokenizer.count(text)])
    cosines = (before * after).sum(axis=1)
    return float(cosines.mean()), float(cosines.min())


def read_checkpoint(path: Path) -> dict[str, Floats]:
    """The weights of a ``BertModel`` by name."""
    import torch

    stored = torch.load(path, map_location="cpu", weights_only=True)
    return {name: weight.float().numpy() for name, weight in stored.items() if weight.is_floating_point()}


def _write(out: Path, folder: Path, table: TokenTable, model: ModelProto, limit: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for name in (LATIN, HAN, TRADITIONAL):
        shutil.copyfile(folder / name, out / name)
    np.save(out / ROWS, table.rows)
    np.save(out / SCALES, table.scales)
    np.save(out / POSITIONS, table.positions.astype(np.float16))
    (out / LAYERS).write_bytes(model.SerializeToString())
    parts = [(out / name).read_bytes() for name in (LATIN, HAN, TRADITIONAL, ROWS, SCALES, POSITIONS, LAYERS)]
    name = f"shopdesk-minilm-{blake2b(b''.join(parts), digest_size=4).hexdigest()}"
    (out / CONFIG).write_text(json.dumps({"name": name, "limit": limit}) + "\n", "utf-8")


def main() -> None:
    """Read the arguments, write the files, and say how near they come to the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder with checkpoint.pt and the tokenizer's files")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the files (default: the package's)")
    parser.add_argument("--limit", type=int, default=LIMIT, help=f"tokens that count of a text (default: {LIMIT})")
    arguments = parser.parse_args()
    mean, least = export(arguments.folder, arguments.out, arguments.limit)
    megabytes = sum(path.stat().st_size for path in arguments.out.iterdir()) / 1e6
    print(f"{arguments.out}: {megabytes:.1f} MB; cosine to the checkpoint {mean:.4f}, at least {least:.4f}")


if __name__ == "__main__":
    main()
