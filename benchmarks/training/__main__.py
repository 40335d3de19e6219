"""``python -m benchmarks.training NAME …``: what trains a model, the shipped ones and one of the shop's own."""

from __future__ import annotations

import runpy
import sys

NAMES = {
    "llm": "a language model of the shop's own, by LoRA on what `shopdesk export-training` wrote",
    "encoder": "the static encoder that ships",
    "sentence_encoder": "the sentence encoder that ships",
    "message_encoder": "the encoder of messages that ships",
    "answer_reader": "the reader that tells whether a passage answers",
    "intent": "the intent classifier",
    "sentiment": "the sentiment classifier",
    "answerability": "the probability that a passage answers",
    "retrieval_calibration": "the probability that a hit is relevant",
    "selection": "the weights that rank the sentences of a passage",
}


def main(arguments: list[str]) -> int:
    """Runs the training that the first argument names with the others; its exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: python -m benchmarks.training NAME …\n")
        print("\n".join(f"  {name:<22} {what}" for name, what in NAMES.items()))
        return 0 if arguments else 2
    name = arguments[0]
    if name not in NAMES:
        print(f"There is no training {name!r}; choose one of {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    sys.argv = [name, *arguments[1:]]
    runpy.run_module(f"benchmarks.training.{name}", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
