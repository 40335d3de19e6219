"""Tokens of the shipped encoder: word pieces for Latin text, words and characters for Chinese.

Chinese is not written with spaces, and a word-piece tokenizer would cut it into single characters. Runs of Han characters are
therefore cut by a unigram model, which finds the most probable words, and everything else by word pieces; both share one
numbering. Traditional characters count as their Simplified ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from knowledge_base.static_encoder import read_folding
from knowledge_base.tokenizer_file import read_tokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LATIN, HAN, TRADITIONAL = "latin.json.gz", "han.json.gz", "traditional.txt"
BEGIN, END = 101, 102
"""The numbers of ``[CLS]`` and ``[SEP]``, which frame a text."""
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\u3400-\u9fff]+")


class BilingualTokenizer:
    """Cuts texts into token numbers; deterministic and thread-safe.

    Numbers below ``first_han`` are word pieces; a Han piece with number n of its own model has ``first_han + n - 1``, and
    characters that neither model knows are left out.
    """

    def __init__(self, latin: Tokenizer, han: Tokenizer, folding: dict[int, int]) -> None:
        """Use two tokenizers; ``folding`` maps code points of Traditional characters to Simplified ones."""
        latin.no_padding()
        latin.no_truncation()
        self._latin, self._han, self._folding = latin, han, folding
        self._unknown = latin.token_to_id("[UNK]")
        self.first_han = latin.get_vocab_size()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The tokenizer stored in ``folder``; models of one encoder share what its files hold."""
        return cls(*_read(folder, tuple((folder / name).stat().st_mtime_ns for name in (LATIN, HAN, TRADITIONAL))))

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return self.first_han + int(self._han.get_vocab_size()) - 1

    def encode_batch(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """The numbers of each text's tokens, at most ``limit`` of them, without ``BEGIN`` and ``END``."""
        runs = [_RUNS.findall(unicodedata.normalize("NFKC", text).translate(self._folding)) for text in texts]
        han = [run for cut in runs for run in cut if _is_han(run)]
        latin = [run for cut in runs for run in cut if not _is_han(run)]
        words = iter(self._han.encode_batch_fast(han, add_special_tokens=False))
        pieces = iter(self._latin.encode_batch_fast(latin, add_special_tokens=False))
        found = []
        for cut in runs:
            ids: list[int] = []
            for run in cut:
                if _is_han(run):
                    ids += [self.first_han + number - 1 for number in next(words).ids if number]
                else:
                    ids += [number for number in next(pieces).ids if number != self._unknown]
            found.append(ids[:limit])
        return found

    def count(self, text: str) -> int:
        """How many tokens ``text`` has."""
        return len(self.encode_batch([text], len(text))[0])


@lru_cache(maxsize=2)
def _read(folder: Path, _changed: tuple[int, ...]) -> tuple[Tokenizer, Tokenizer, dict[int, int]]:
    latin, han = (read_tokenizer(folder / name) for name in (LATIN, HAN))
    return latin, han, read_folding(folder / TRADITIONAL)


def _is_han(run: str) -> bool:
    return "\u3400" <= run[0] <= "\u9fff"
