"""Trains the shipped transformer encoder: ``python -m benchmarks.training.sentence_encoder --data DIR --out DIR``.

An English sentence encoder (the teacher) becomes bilingual. Chinese words join its vocabulary, each starting as the mean of
the English words nearest to it in the shipped static embedding, so that the layers, which know English, read Chinese as a
rough gloss from the first step on. English tokens keep their vectors. Every step takes one group of pairs:

- parallel text: the Chinese text must lie where the teacher puts the English one (distillation, Reimers & Gurevych 2020,
  "Making monolingual sentence embeddings multilingual using knowledge distillation"), nearer than to the others of the batch;
- pairs of one language: the two texts must find each other among the batch (InfoNCE), half of whose pairs were chosen because
  they resemble another one; English texts must also stay where the teacher has them.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.training.encoder_data import Pair, training_pairs
from benchmarks.training.encoder_teacher import teacher_folder
from benchmarks.training.rates import progress, set_rates
from benchmarks.training.sentence_batches import Group, alike, batches
from benchmarks.training.sentence_student import TOKENS, Student, Teacher, glossed, make_tokenizer
from knowledge_base.static_encoder import StaticEncoder

if TYPE_CHECKING:
    import torch

SCALE = 20.0
DISTILLATION, HOLD = 10.0, 4.0
BODY_RATE, HAN_RATE = 1.5e-4, 8e-4
SEED = 1
SHARES = {
    "parallel_terms": 0.12,
    "parallel_sentences": 0.36,
    "zh_questions": 0.20,
    "zh_answers": 0.10,
    "en_questions": 0.06,
    "en_answers": 0.13,
    "en_intents": 0.03,
    "shop_zh": 0.05,
    "shop_en": 0.05,
}


def contrast(left: torch.Tensor, right: torch.Tensor, masked: NDArray[np.bool_]) -> torch.Tensor:
    """InfoNCE in both directions; ``masked`` pairs count as no negatives."""
    import torch

    scores = (SCALE * left @ right.T).masked_fill(torch.from_numpy(masked), -1e4)
    own = torch.arange(len(left))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, own) + entropy(scores.T, own)) / 2


def loss_of(group: str, pairs: Sequence[Pair], student: Student, teacher: Teacher, static: StaticEncoder) -> torch.Tensor:
    """The loss of one batch."""
    left, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    masked = alike(left, static) | alike(right, static)
    seen = student.encode(student.tokenizer.encode_batch(left, TOKENS))
    if group.startswith("parallel"):
        target = teacher.vectors(right)
        return DISTILLATION * (1 - (seen * target).sum(1)).mean() + contrast(seen, target, masked)
    other = student.encode(student.tokenizer.encode_batch(right, TOKENS))
    loss = contrast(seen, other, masked)
    if group.startswith("en_"):
        loss = loss + HOLD * (1 - (seen * teacher.vectors(left)).sum(1)).mean()
    return loss


def train(
    student: Student, teacher: Teacher, pairs: dict[str, list[Pair]], out: Path, steps: int, minutes: float, rate: float
) -> None:
    """Train until ``steps`` or ``minutes`` are over; the learning rates rise to ``rate`` times their peaks and fall to zero."""
    import torch

    generator, static = np.random.default_rng(SEED), StaticEncoder.load()
    body = [weight for weight in student.layers.parameters() if weight.requires_grad]
    trained = [
        {"params": body, "peak": BODY_RATE * rate, "weight_decay": 0.01},
        {"params": [student.han], "peak": HAN_RATE * rate, "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(trained, fused=True)
    groups = [Group.of(name, found) for name, found in pairs.items()]
    source = batches(groups, SHARES, student.tokenizer, static, generator)
    started, shown, losses = time.monotonic(), time.monotonic(), {name: [0.0] for name in pairs}
    for step in range(steps):
        done = progress(step, steps, started, minutes)
        if done >= 1:
            break
        set_rates(optimizer, done)
        name, chosen = next(source)
        loss = loss_of(name, chosen, student, teacher, static)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        losses[name] = [*losses[name][-49:], loss.item()]
        if time.monotonic() - shown > 120:
            shown = time.monotonic()
            means = ", ".join(f"{group} {np.mean(values):.2f}" for group, values in losses.items())
            print(f"{done:.0%}, step {step}: {means}", flush=True)
            torch.save(student.checkpoint(), out / "checkpoint.pt")
    torch.save(student.checkpoint(), out / "checkpoint.pt")
    print(f"{step} steps in {(time.monotonic() - started) / 60:.0f} minutes", flush=True)


def build(data: Path, out: Path, first: Path | None, steps: int, minutes: float, rate: float) -> None:
    """Make the tokenizer and the student, train it, and leave ``checkpoint.pt`` beside the tokenizer in ``out``.

    ``first`` is a checkpoint to go on from, instead of the teacher's weights and the glossed Chinese words.
    """
    import torch
    from transformers import AutoModel

    torch.manual_seed(SEED)
    tokenizer = make_tokenizer(out)
    # The flash kernel's gradient is several times slower on processors than the plain one.
    layers, frozen = (AutoModel.from_pretrained(teacher_folder(), attn_implementation="eager") for _ in range(2))
    for dropped in (module for module in layers.modules() if isinstance(module, torch.nn.Dropout)):
        dropped.p = 0.0
    start = glossed(out, layers.embeddings.word_embeddings.weight.detach().numpy())
    student = Student(tokenizer, layers.train(), torch.from_numpy(start))
    if first:
        student.restore(torch.load(first))
    train(student, Teacher(frozen, tokenizer), training_pairs(data), out, steps, minutes, rate)


def main() -> None:
    """Read the arguments and train."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with en/, zh/, parallel/ and suites/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--from", dest="first", type=Path, metavar="CHECKPOINT", help="go on from these weights")
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates")
    parser.add_argument("--minutes", type=float, default=math.inf, help="stop after so many minutes (default: never)")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    build(arguments.data, arguments.out, arguments.first, arguments.steps, arguments.minutes, arguments.rate)


if __name__ == "__main__":
    main()
