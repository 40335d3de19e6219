"""Trains the answer reader: ``python -m benchmarks.training.answer_reader --data DIR --encoder FOLDER --out FOLDER``.

The encoder's token vectors stay as they ship, in int8; three layers start as three of the encoder's own, read a question and
a passage together, and learn whether the passage answers: by the probability of each passage (binary cross entropy), and by
the choice among the passages of one question (softmax). ``answer_reader_export.py`` writes the files that ship.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.training.answer_reader_batches import Batch, Batches, ShopFacts, read_pieces
from benchmarks.training.answer_reader_data import Case, public_cases, shop_facts
from benchmarks.training.rates import progress, set_rates
from benchmarks.training.shallow_bert import layers_of, mean_states, padded, read_table
from knowledge_base.answer_reader import KINDS, LIMIT, Pair, PairReader
from knowledge_base.bilingual_tokenizer import BilingualTokenizer
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import TokenTable

if TYPE_CHECKING:
    import torch

LAYERS = (0, 1, 2)
RATE, NEW_RATE = 2e-4, 2e-3
CHOICE = 0.5
SEED = 5


class Student:
    """The reader in training."""

    def __init__(self, state: dict[str, torch.Tensor], table: TokenTable, chosen: Sequence[int]) -> None:
        """Start from the layers ``chosen`` of an encoder's ``state``, over the token vectors of ``table``."""
        import torch

        self.table = torch.from_numpy(table.rows * table.scales[:, None])
        self.layers = layers_of(state, chosen, LIMIT, KINDS)
        self.head = torch.nn.Linear(self.table.shape[1], 1)
        self.scale = torch.nn.Parameter(torch.tensor(10.0))

    def logits(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """The log odds that the passage of each pair answers, shape ``(len(pairs),)``."""
        import torch

        ids, kinds = (padded([getattr(pair, part) for pair in pairs]) for part in ("ids", "kinds"))
        vectors = torch.nn.functional.embedding(ids, self.table)
        mean = mean_states(self.layers, vectors, (ids != 0).long(), token_type_ids=kinds)
        return self.head(self.scale * mean)[:, 0]  # type: ignore[no-any-return]

    def state(self) -> dict[str, torch.Tensor]:
        """All weights but the token vectors; the head's with its scale."""
        state = {name: weight.detach().clone() for name, weight in self.layers.state_dict().items()}
        state.pop("embeddings.word_embeddings.weight", None)
        return {**state, "head": (self.head.weight[0] * self.scale).detach(), "bias": self.head.bias.detach().clone()}

    def restore(self, state: dict[str, torch.Tensor]) -> None:
        """Take the weights of :meth:`state`."""
        self.head.weight.data.copy_(state["head"][None] / self.scale.data)
        self.head.bias.data.copy_(state["bias"])
        self.layers.load_state_dict({name: state[name] for name in state if name not in ("head", "bias")}, strict=False)


def loss_of(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Whether each passage answers, and which of a question's passages does."""
    import torch

    labels, questions = torch.tensor(batch.labels), torch.tensor(batch.questions)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
    same = questions[:, None] == questions[None, :]
    among = torch.logsumexp(logits[None, :].masked_fill(~same, -1e4), dim=1)
    return loss + CHOICE * ((among - logits) * labels).sum() / labels.sum().clamp(min=1)


def train(student: Student, batches: Batches, out: Path, steps: int, minutes: float, rate: float) -> None:
    """Train until ``steps`` or ``minutes`` are over; the learning rates rise to ``rate`` times their peaks and fall to zero."""
    import torch

    kinds = student.layers.embeddings.token_type_embeddings.weight
    body = [weight for weight in student.layers.parameters() if weight is not kinds and len(weight) > 1]
    new = [kinds, *student.head.parameters(), student.scale]
    optimizer = torch.optim.AdamW(
        [
            {"params": body, "peak": RATE * rate, "weight_decay": 0.01},
            {"params": new, "peak": NEW_RATE * rate, "weight_decay": 0.0},
        ],
        fused=True,
    )
    started, shown, losses = time.monotonic(), time.monotonic(), dict[str, list[float]]()
    for step, (name, batch) in enumerate(batches):
        done = progress(step, steps, started, minutes)
        if done >= 1:
            break
        set_rates(optimizer, done)
        loss = loss_of(student.logits(batch.pairs), batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        losses[name] = [*losses.get(name, [])[-49:], loss.item()]
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            print(
                f"{done:.0%}, step {step}: " + ", ".join(f"{key} {np.mean(of):.3f}" for key, of in losses.items()), flush=True
            )
            torch.save(student.state(), out)
    torch.save(student.state(), out)
    print(f"{step} steps in {(time.monotonic() - started) / 60:.0f} minutes", flush=True)


def _cases(data: Path, known: Path | None, static: StaticEncoder) -> dict[str, list[Case]]:
    if known is not None and known.exists():
        return pickle.loads(known.read_bytes())  # type: ignore[no-any-return]
    cases = public_cases(data, static)
    if known is not None:
        known.write_bytes(pickle.dumps(cases))
    return cases


def main() -> None:
    """Read the arguments and train."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with en/, zh/ and suites/")
    parser.add_argument("--encoder", type=Path, required=True, help="folder with the encoder's checkpoint.pt and tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="file for the reader's weights")
    parser.add_argument("--cases", type=Path, help="file that keeps the public cases between runs")
    parser.add_argument("--from", dest="first", type=Path, metavar="WEIGHTS", help="go on from these weights")
    parser.add_argument("--layers", type=int, nargs="+", default=LAYERS, help="layers of the encoder to start from")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(SEED)
    generator, static = np.random.default_rng(SEED), StaticEncoder.load()
    state, table = read_table(arguments.encoder, LIMIT)
    tokenizer = BilingualTokenizer.load(arguments.encoder)
    student = Student(state, table, arguments.layers)
    if arguments.first:
        student.restore(torch.load(arguments.first))
    cases = _cases(arguments.data, arguments.cases, static)
    shop = ShopFacts(shop_facts(), static, generator)
    batches = Batches(cases, shop, PairReader(tokenizer, table, static), tokenizer, read_pieces(arguments.encoder), generator)
    train(student, batches, arguments.out, arguments.steps, arguments.minutes, arguments.rate)


if __name__ == "__main__":
    main()
