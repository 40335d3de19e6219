"""Tokenizers on the disk: the JSON of the `tokenizers` library, compressed, since vocabularies shrink to a fourth."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer


def read_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer in a file that :func:`write_tokenizer` left; a damaged file raises whatever gzip or the library raises."""
    from tokenizers import Tokenizer

    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # one thread is as fast; several wait for one another on a busy machine
    return Tokenizer.from_buffer(gzip.decompress(path.read_bytes()))


def read_vocabulary(path: Path) -> Any:
    """Its vocabulary as the library writes it: pieces with their numbers, or pairs of a piece and its log probability."""
    return json.loads(gzip.decompress(path.read_bytes()))["model"]["vocab"]


def write_tokenizer(tokenizer: Tokenizer, path: Path) -> None:
    """Write a tokenizer; the same one always gives the same bytes."""
    path.write_bytes(gzip.compress(tokenizer.to_str().encode(), mtime=0))
