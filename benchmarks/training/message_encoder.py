"""Trains the message encoder: ``python -m benchmarks.training.message_encoder --data DIR --encoder FOLDER --out FILE``.

The encoder's token vectors stay as they ship, in int8; three layers start as three of the encoder's own and learn, together,
what a message wants (the shipped intents) and how it feels (reviews and messages). Every eighth text is held out by its
fingerprint, for the models that rest on this one. ``message_encoder_export.py`` writes the files that ship.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.intent import corpus_of as intent_corpus
from benchmarks.training.labelled import Corpus, held_out
from benchmarks.training.rates import progress, set_rates
from benchmarks.training.sentiment import corpus_of as sentiment_corpus
from benchmarks.training.shallow_bert import layers_of, mean_states, padded, read_table
from bot.understanding.message_encoder import PARTS
from bot.understanding.sentiment import LABELS
from knowledge_base.bilingual_tokenizer import BEGIN, END, BilingualTokenizer
from knowledge_base.transformer_encoder import TokenTable

if TYPE_CHECKING:
    import torch

LAYERS = (0, 1, 2)
LIMIT = 128
READ = LIMIT - 2
"""Tokens read of a text at once; of a longer one a part, drawn anew each time."""
TOKENS = 2400
"""Tokens of a batch."""
RATE, HEAD_RATE = 1.5e-4, 2e-3
SEED = 5
SHARES = {"intent": 0.3, "tone": 0.7}
DROPPED = 0.1
"""How many of a text's tokens are left out in training, so that no single word decides."""


class Student:
    """The encoder in training."""

    def __init__(self, state: dict[str, torch.Tensor], table: TokenTable, chosen: Sequence[int], sizes: dict[str, int]) -> None:
        """Start from the layers ``chosen`` of an encoder's ``state``; ``sizes`` names the tasks with their labels' number."""
        import torch

        self.table = torch.from_numpy(table.rows * table.scales[:, None])
        self.layers = layers_of(state, chosen, LIMIT)
        self.heads = {task: torch.nn.Linear(self.table.shape[1], size) for task, size in sizes.items()}
        self.scale = torch.nn.Parameter(torch.tensor(10.0))

    def logits(self, task: str, ids: Sequence[Sequence[int]]) -> torch.Tensor:
        """Class scores of texts for one task."""
        import torch

        rows = padded([[BEGIN, *row, END] for row in ids])
        vectors = torch.nn.functional.embedding(rows, self.table)
        found: torch.Tensor = self.heads[task](self.scale * mean_states(self.layers, vectors, (rows != 0).long()))
        return found

    def state(self) -> dict[str, torch.Tensor]:
        """All weights but the token vectors; the heads' with their scale."""
        state = {name: weight.detach().clone() for name, weight in self.layers.state_dict().items()}
        state.pop("embeddings.word_embeddings.weight", None)
        for task, head in self.heads.items():
            state[f"{task}.weight"] = (head.weight * self.scale).detach()
            state[f"{task}.bias"] = head.bias.detach().clone()
        return state

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of :meth:`state`."""
        for task, head in self.heads.items():
            head.weight.data.copy_(state[f"{task}.weight"] / self.scale.data)
            head.bias.data.copy_(state[f"{task}.bias"])
        self.layers.load_state_dict({name: state[name] for name in state if name.split(".")[0] not in self.heads}, strict=False)


@dataclass(frozen=True)
class Examples:
    """Token numbers of one task's texts with their targets and importance."""

    ids: list[list[int]]
    targets: NDArray[np.int64]
    importance: NDArray[np.float32]

    @classmethod
    def of(cls, corpus: Corpus, names: Sequence[str], tokenizer: BilingualTokenizer) -> Examples:
        """The texts of ``corpus`` that are not held out."""
        kept = [i for i, text in enumerate(corpus.texts) if not held_out(text)]
        ids = tokenizer.encode_batch([corpus.texts[i] for i in kept], READ * PARTS)
        known = [i for i, row in enumerate(ids) if row]
        targets = np.array([names.index(corpus.labels[kept[i]]) for i in known])
        return cls([ids[i] for i in known], targets, np.array([corpus.importance[kept[i]] for i in known], np.float32))

    def batches(self, generator: np.random.Generator) -> Iterator[NDArray[np.int64]]:
        """Places of texts of like length, drawn by importance, some ``TOKENS`` tokens at a time, for ever."""
        lengths = np.array([min(len(row), READ) + 2 for row in self.ids])
        shares = self.importance / self.importance.sum()
        while True:
            drawn = generator.choice(len(shares), 20_000, p=shares)
            drawn = drawn[np.argsort(lengths[drawn], kind="stable")]
            cuts = np.flatnonzero(np.diff(np.cumsum(lengths[drawn]) // TOKENS)) + 1
            parts = np.split(drawn, cuts)
            for place in generator.permutation(len(parts)):
                yield parts[place]


def train(student: Student, tasks: dict[str, Examples], out: Path, minutes: float, rate: float) -> None:
    """Train for so many ``minutes``; the learning rates rise to ``rate`` times their peaks and fall to zero."""
    import torch

    generator = np.random.default_rng(SEED)
    body = [weight for weight in student.layers.parameters() if len(weight) > 1]
    new = [*(weight for head in student.heads.values() for weight in head.parameters()), student.scale]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "peak": RATE * rate, "weight_decay": 0.01},
            {"params": new, "peak": HEAD_RATE * rate, "weight_decay": 0.0},
        ],
        fused=True,
    )
    batches = {task: examples.batches(generator) for task, examples in tasks.items()}
    names, shares = list(SHARES), list(SHARES.values())
    started, shown, step, losses = time.monotonic(), time.monotonic(), 0, dict[str, list[float]]()
    while (done := progress(step, 1_000_000, started, minutes)) < 1:
        set_rates(optimizer, done)
        task = str(generator.choice(names, p=shares))
        chosen = next(batches[task])
        ids = [thinned(part_of(tasks[task].ids[i], generator), generator) for i in chosen]
        targets = torch.from_numpy(tasks[task].targets[chosen])
        loss = torch.nn.functional.cross_entropy(student.logits(task, ids), targets, label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        step += 1
        losses[task] = [*losses.get(task, [])[-49:], loss.item()]
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            print(
                f"{done:.0%}, step {step}: " + ", ".join(f"{key} {np.mean(of):.3f}" for key, of in losses.items()), flush=True
            )
            torch.save(student.state(), out)
    torch.save(student.state(), out)
    print(f"{step} steps in {(time.monotonic() - started) / 60:.0f} minutes", flush=True)


def part_of(ids: list[int], generator: np.random.Generator) -> list[int]:
    """What is read of ``ids`` at once: any part of a long text, which is as good or as bad as the whole."""
    begin = int(generator.integers(len(ids) - READ + 1)) if len(ids) > READ else 0
    return ids[begin : begin + READ]


def thinned(ids: list[int], generator: np.random.Generator) -> list[int]:
    """``ids`` without some of them, at least one left."""
    kept = [token for token, drawn in zip(ids, generator.random(len(ids)), strict=True) if drawn >= DROPPED]
    return kept or ids


def main() -> None:
    """Read the arguments and train."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with en/, zh/ and suites/")
    parser.add_argument("--encoder", type=Path, required=True, help="folder with the encoder's checkpoint.pt and tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="file for the weights")
    parser.add_argument("--from", dest="first", type=Path, metavar="WEIGHTS", help="go on from these weights")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    state, table = read_table(given.encoder, LIMIT)
    tokenizer = BilingualTokenizer.load(given.encoder)
    intents = intent_corpus(given.data)
    names: dict[str, list[str]] = {"intent": sorted(set(intents.labels)), "tone": [*LABELS]}
    corpora = {"intent": intents, "tone": sentiment_corpus(given.data)}
    tasks = {task: Examples.of(corpus, names[task], tokenizer) for task, corpus in corpora.items()}
    print({task: len(examples.ids) for task, examples in tasks.items()}, flush=True)
    student = Student(state, table, LAYERS, {task: len(listed) for task, listed in names.items()})
    if given.first:
        student.restore(torch.load(given.first))
    train(student, tasks, given.out, given.minutes, given.rate)


if __name__ == "__main__":
    main()
