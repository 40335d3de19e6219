"""``python -m benchmarks.training llm MODEL DATA --out DIR``: a language model of the shop's own, by LoRA.

MODEL is a causal language model of the transformers library: a directory, or a name of the model hub. DATA is what
``shopdesk export-training`` wrote. The loss on ``eval.jsonl`` and, with ``--shop`` and ``--tests``, the owner's conversations
are told before and after. DIR then holds the adapter (with ``--merge`` the whole model) and is used by
``SHOPDESK_LLM=transformers:DIR``.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from benchmarks.training.llm_chats import encoded, read_chats
from benchmarks.training.llm_trial import trial
from bot.conversation_tests.cases import read_all
from bot.errors import LoadError, ShopdeskError
from bot.training.desk import HELD, TRAIN

SEED = 7
FIGURES = "training.json"


def main(arguments: list[str]) -> int:
    """``training llm MODEL DATA --out DIR [--epochs N] [--rank N] [--rate X] [--merge] [--shop DATA --tests FILE…]``."""
    options = _options(arguments)
    try:
        with redirect_stdout(sys.stderr):  # where the trainer tells its progress
            figures = tuned(options)
    except ShopdeskError as error:
        print(f"training: {error}", file=sys.stderr)
        return 1
    print(json.dumps(figures, indent=2) if options.json else _told(figures, options.out))
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training llm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--rank", type=int, default=16, help="of the adapter's matrices")
    parser.add_argument("--rate", type=float, default=2e-4, help="greatest learning rate")
    parser.add_argument("--batch", type=int, default=8, help="chats a step")
    parser.add_argument("--at-once", type=int, default=1, help="chats in memory at a time")
    parser.add_argument("--longest", type=int, default=2048, help="tokens of a chat; longer ones are left out")
    parser.add_argument("--merge", action="store_true", help="write the whole model instead of an adapter to it")
    parser.add_argument("--shop", type=Path, help="the shop's data directory, for its tests; a copy is used")
    parser.add_argument("--tests", type=Path, nargs="+", default=[], help="the owner's conversations, files or directories")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def tuned(options: argparse.Namespace) -> dict[str, Any]:
    """Trains, writes the result with its figures into ``options.out``, and gives the figures.

    Raises:
        ShopdeskError: the data, the tests or the model cannot be used.
    """
    cases = read_all(options.tests) if options.tests else []
    if cases and options.shop is None:
        raise LoadError("The tests need the shop that they are about: name its data directory with --shop.")
    model = str(Path(options.model).resolve()) if Path(options.model).is_dir() else options.model
    chats = {part: read_chats(options.data / part) for part in (TRAIN, HELD)}
    before = trial(model, options.shop, cases) if cases else None
    figures = _trained(model, chats, options)
    if before is not None:
        figures["tests"] = {"before": before, "after": trial(str(options.out), options.shop, cases)}
    (options.out / FIGURES).write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return figures


def _trained(model: str, chats: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    from peft import LoraConfig, get_peft_model
    from transformers import DataCollatorForSeq2Seq, Trainer, set_seed

    from bot.generation.transformers_model import load

    set_seed(SEED)
    loaded = load(model, 1)
    tokenizer, base = loaded.tokenizer, loaded.model
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    rows = {part: list(encoded(own, tokenizer, options.longest)) for part, own in chats.items()}
    if not rows[TRAIN]:
        raise LoadError(f"{str(options.data / TRAIN)!r} holds no chat of at most {options.longest} tokens to learn from.")
    adapter = LoraConfig(
        r=options.rank, lora_alpha=2 * options.rank, lora_dropout=0.05, target_modules="all-linear", task_type="CAUSAL_LM"
    )
    tuning: Any = get_peft_model(base.train(), adapter)
    trainer = Trainer(
        tuning, _arguments(options), DataCollatorForSeq2Seq(tokenizer), train_dataset=rows[TRAIN], eval_dataset=rows[HELD]
    )
    before = trainer.evaluate()["eval_loss"] if rows[HELD] else None
    learnt = trainer.train()
    after = trainer.evaluate()["eval_loss"] if rows[HELD] else None
    (tuning.merge_and_unload() if options.merge else tuning).save_pretrained(str(options.out))
    tokenizer.save_pretrained(str(options.out))
    return {
        "model": model,
        "chats": {part: {"used": len(rows[part]), "too_long": len(chats[part]) - len(rows[part])} for part in rows},
        "steps": learnt.global_step,
        "seconds": round(learnt.metrics["train_runtime"], 1),
        "eval_loss": {"before": before, "after": after},
    }


def _arguments(options: argparse.Namespace) -> Any:
    import torch
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(options.out),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.at_once,
        per_device_eval_batch_size=options.at_once,
        gradient_accumulation_steps=max(1, options.batch // options.at_once),
        learning_rate=options.rate,
        lr_scheduler_type="cosine",
        warmup_steps=0.05,
        logging_steps=10,
        save_strategy="no",
        report_to=[],
        seed=SEED,
        bf16=torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        remove_unused_columns=False,
    )


def _told(figures: dict[str, Any], out: Path) -> str:
    loss, chats = figures["eval_loss"], figures["chats"]
    lines = [f"learnt from {chats[TRAIN]['used']} chats in {figures['steps']} steps, {figures['seconds']:.0f} s"]
    lines += [f"{part}: {chats[part]['too_long']} chats too long, left out" for part in chats if chats[part]["too_long"]]
    if loss["before"] is not None:
        lines.append(f"loss on {chats[HELD]['used']} chats kept apart: {loss['before']:.3f} before, {loss['after']:.3f} after")
    for when, own in figures.get("tests", {}).items():
        told = f"{own['passed']} of {own['tests']} passed; {own['by_model']} of {own['wordable']} replies in the model's words"
        lines.append(f"tests {when}: {told}")
    return "\n".join([*lines, f"use it: SHOPDESK_LLM=transformers:{out}"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
