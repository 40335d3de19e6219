"""Writes the message encoder's files: ``python -m benchmarks.training.message_encoder_export WEIGHTS``.

WEIGHTS are those that ``message_encoder.py`` leaves. The layers become a graph of byte products like the encoder's (see
``export.py``); the token vectors are those of the shipped encoder, on whose checkpoint they must have been trained.
"""

from __future__ import annotations

import argparse
import json
from hashlib import blake2b
from pathlib import Path

import numpy as np

from benchmarks.training.export import HEAD_SIZE, peaks_of, quantised, read_checkpoint, runner, sample
from benchmarks.training.export_graph import exact, layers
from benchmarks.training.message_encoder import LIMIT
from bot.understanding.message_encoder import HEADS, TASKS, WEIGHTS, MessageEncoder
from knowledge_base.answer_reader import tokens_digest
from knowledge_base.bilingual_tokenizer import BEGIN, END, BilingualTokenizer
from knowledge_base.transformer_encoder import CONFIG, LAYERS, OUTPUT, POSITIONS, TokenTable
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER


def export(weights: Path, out: Path, encoder: Path) -> tuple[float, float]:
    """Write the files of ``weights`` to ``out``; the mean and the least cosine of vectors before and after."""
    state = read_checkpoint(weights)
    positions = state["embeddings.position_embeddings.weight"] + state["embeddings.token_type_embeddings.weight"][0]
    stored = TokenTable.load(encoder)
    table = TokenTable(stored.rows, stored.scales, positions)
    texts = sample()
    inputs = [
        table.look_up([BEGIN, *row, END]) for row in BilingualTokenizer.load(encoder).encode_batch(texts, LIMIT - 2) if row
    ]
    size = positions.shape[1]
    heads = size // HEAD_SIZE
    out.mkdir(parents=True, exist_ok=True)
    model = layers(state, quantised(peaks_of(state, heads, inputs)), heads).model(size)
    (out / LAYERS).write_bytes(model.SerializeToString())
    np.save(out / POSITIONS, positions.astype(np.float16))
    with (out / HEADS).open("wb") as file:
        names = [f"{task}.{part}" for task in TASKS for part in ("weight", "bias")]
        np.savez(file, allow_pickle=False, **{name: state[name] for name in names})
    parts = [(out / name).read_bytes() for name in (LAYERS, POSITIONS, HEADS)]
    name = f"shopdesk-messages-{blake2b(b''.join(parts), digest_size=4).hexdigest()}"
    (out / CONFIG).write_text(json.dumps({"name": name, "tokens": tokens_digest(encoder)}) + "\n", "utf-8")
    run = runner(layers(state, exact, heads).model(size))
    before = np.concatenate([run(values, [OUTPUT])[0] for values in inputs])
    after = MessageEncoder.load(out, encoder).encode([text for text in texts if text.strip()])
    cosines = (before * after[np.abs(after).any(axis=1)]).sum(axis=1)
    return float(cosines.mean()), float(cosines.min())


def main() -> None:
    """Read the arguments, write the files, and say how near they come to the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="file that the training left")
    parser.add_argument("--encoder", type=Path, default=ENCODER, help="folder of the encoder's files (default: the package's)")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder for the files (default: the package's)")
    arguments = parser.parse_args()
    mean, least = export(arguments.weights, arguments.out, arguments.encoder)
    megabytes = sum(path.stat().st_size for path in arguments.out.iterdir()) / 1e6
    print(f"{arguments.out}: {megabytes:.1f} MB; cosine to the weights {mean:.4f}, at least {least:.4f}")


if __name__ == "__main__":
    main()
