"""Trains the byte-pair encoding that the token budget counts with: ``python -m benchmarks.training.token_ranks PAIRS…``.

Each of PAIRS is a gzipped JSON-lines file with the fields ``en`` and ``zh`` (parallel text in both languages).
"""

from __future__ import annotations

import argparse
import gzip
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

TARGET = Path("bot/generation/token_ranks.txt")


def _texts(files: list[Path]) -> Iterator[str]:
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["en"]
                yield row["zh"]


def _byte_of_symbol() -> dict[str, int]:
    """GPT-2's printable stand-in for each byte, reversed."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + index): byte for index, byte in enumerate(others)}


def main() -> None:
    """Trains and writes the ranks, one base64 token a line."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path)
    parser.add_argument("--size", type=int, default=16_000)
    given = parser.parse_args()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=given.size, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(_texts(given.pairs), trainer)
    symbols, vocabulary = _byte_of_symbol(), tokenizer.get_vocab()
    tokens = [bytes(symbols[symbol] for symbol in token) for token in sorted(vocabulary, key=vocabulary.__getitem__)]
    TARGET.write_text("\n".join(b64encode(token).decode() for token in tokens) + "\n", "ascii")
    print(f"{len(tokens)} tokens written to {TARGET}")


if __name__ == "__main__":
    main()
