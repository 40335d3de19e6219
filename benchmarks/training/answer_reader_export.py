"""Writes the answer reader's files: ``python -m benchmarks.training.answer_reader_export WEIGHTS``.

WEIGHTS are those that ``answer_reader.py`` leaves. The layers become a graph of byte products like the encoder's
(see ``export.py``); the token vectors are those of the shipped encoder, on whose checkpoint the reader must have been trained.
"""

from __future__ import annotations

import argparse
import json
from hashlib import blake2b
from pathlib import Path

import numpy as np

from benchmarks.training.answer_reader_batches import ShopFacts
from benchmarks.training.answer_reader_data import shop_facts
from benchmarks.training.export import HEAD_SIZE, peaks_of, quantised, read_checkpoint, runner
from benchmarks.training.export_graph import Floats, exact, layers
from knowledge_base.answer_reader import CONFIG, INPUTS, WEIGHTS, AnswerReader, Pair, PairReader, tokens_digest
from knowledge_base.bilingual_tokenizer import BilingualTokenizer
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import LAYERS, OUTPUT, TokenTable
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER

CASES = 120


def sample(reader: PairReader, static: StaticEncoder) -> list[Pair]:
    """Pairs of our own facts: the ranges of activations are taken on them."""
    facts = ShopFacts(shop_facts(), static, np.random.default_rng(0))
    drawn = [facts.case() for _ in range(CASES)]
    return [pair for case in drawn for pair in reader.pairs(case.question, [*case.right, *case.wrong[:2]])]


def export(weights: Path, out: Path, encoder: Path) -> tuple[float, float]:
    """Write the files of ``weights`` to ``out``; the mean and the largest difference of log odds that bytes make."""
    state = read_checkpoint(weights)
    positions = state["embeddings.position_embeddings.weight"]
    kinds, head = state["embeddings.token_type_embeddings.weight"], state["head"]
    stored = TokenTable.load(encoder)
    table = TokenTable(stored.rows, stored.scales, positions)
    static = StaticEncoder.load()
    pairs = sample(PairReader(BilingualTokenizer.load(encoder), table, static), static)
    inputs: list[Floats] = [table.look_up(pair.ids) + kinds[pair.kinds] for pair in pairs]
    size = len(head)
    heads = size // HEAD_SIZE
    model = layers(state, quantised(peaks_of(state, heads, inputs)), heads).model(size).SerializeToString()
    out.mkdir(parents=True, exist_ok=True)
    (out / LAYERS).write_bytes(model)
    with (out / INPUTS).open("wb") as file:
        np.savez(file, positions=positions.astype(np.float16), kinds=kinds.astype(np.float16), head=head)
    parts = [(out / name).read_bytes() for name in (LAYERS, INPUTS)]
    name = f"shopdesk-reader-{blake2b(b''.join(parts), digest_size=4).hexdigest()}"
    config = {"name": name, "tokens": tokens_digest(encoder), "bias": float(state["bias"][0])}
    (out / CONFIG).write_text(json.dumps(config) + "\n", "utf-8")
    run = runner(layers(state, exact, heads).model(size))
    before = np.asarray([float(run(values, [OUTPUT])[0][0] @ head) for values in inputs]) + config["bias"]
    reader = AnswerReader.load(out, encoder, static)
    differences = np.abs(before - np.asarray([reader.logit(pair) for pair in pairs]))
    return float(differences.mean()), float(differences.max())


def main() -> None:
    """Read the arguments, write the files, and say how near they come to the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="file that the training left")
    parser.add_argument("--encoder", type=Path, default=ENCODER, help="folder of the encoder's files (default: the package's)")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the files (default: the package's)")
    arguments = parser.parse_args()
    mean, largest = export(arguments.weights, arguments.out, arguments.encoder)
    megabytes = sum(path.stat().st_size for path in arguments.out.iterdir()) / 1e6
    print(f"{arguments.out}: {megabytes:.1f} MB; log odds differ by {mean:.3f}, at most {largest:.3f}")


if __name__ == "__main__":
    main()
