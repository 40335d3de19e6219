"""What kind of thing a product is, read from its title: a ``Mokari Electric Coffee Grinder 40 mm`` is a coffee grinder."""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

from bot.text.phrases import plain, term_index, tokenise
from bot.text.script import HAN
from bot.types import Product

LONGEST_WORDS = 3
LONGEST_HAN = 6
_HAN_RUN = re.compile(f"[{HAN}]{{2,}}")
_HAN_GAP = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_AFTER_A_MODEL = re.compile(f"[{HAN}]\\s*[A-Za-z]{{1,4}}-?\\d{{1,4}}[A-Za-z]?\\s+([{HAN}]{{2,}})")
_AFTER_A_CODE = re.compile(r"\b(?=\w*\d)[A-Za-z]+[-\w]*\s+(?=[A-Za-z]{3})")
_AFTER_THE_HEAD = re.compile(r"[,;(\[|–]|\s-\s|\b(?:for|with|of|in|by|from)\b", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:&|\+|/|\band\b)\s*", re.IGNORECASE)
_NO_BEGINNING = "人式型款的码号"
_NO_WORD = re.compile(r"\d|^[a-z]$|^(?:inch|pack|set|piece|cup|size)$")


def kind_key(phrase: str) -> str:
    """A kind as it is compared: lower case, singular, simplified characters."""
    return " ".join(token.text for token in tokenise(plain(phrase, 80)))


def as_written(key: str) -> str:
    """A kind's key as a text has it: no gaps between Chinese characters."""
    return _HAN_GAP.sub("", key)


@lru_cache(maxsize=65_536)
def kinds_of_title(title: str, brand: str = "") -> frozenset[str]:
    """Keys of the kinds that a title names, the narrower ones too: grinder, coffee grinder, electric coffee grinder.

    The head of an English title are the words before a comma, a preposition or a measure; of a Chinese one the end of its
    first run of characters, down to the last one alone (杯 for 保温杯), and of the run after a model's number (云泉 W3 饮水机).
    """
    written = plain(title, 200)
    found: set[str] = set()
    if run := _HAN_RUN.search(written.replace(brand, " ") if brand else written):
        heads = [run[0], *_AFTER_A_MODEL.findall(written)]
        endings = (head[-size:] for head in heads for size in range(1, min(len(head), LONGEST_HAN) + 1))
        return frozenset(kind_key(ending) for ending in endings if ending[0] not in _NO_BEGINNING)
    head = _AFTER_THE_HEAD.split(written, maxsplit=1)[0]
    for part in (*_JOINED.split(head), *_AFTER_A_CODE.split(head)[1:]):  # "Yamaha F310 Acoustic Guitar"
        words = [token.text for token in tokenise(part)]
        named = next((place for place, word in enumerate(words) if place and re.search(r"\d", word)), len(words))
        words = words[:named]
        own = {token.text for token in tokenise(plain(brand, 60))}
        words = [word for word in words if word not in own]
        if words and not _NO_WORD.search(words[-1]):
            found |= {" ".join(words[-size:]) for size in range(1, min(len(words), LONGEST_WORDS) + 1)}
        elif len(words) >= 2:
            found |= {" ".join(words[-size:]) for size in range(2, min(len(words), LONGEST_WORDS) + 1)}
    return frozenset(found)


@lru_cache(maxsize=65_536)
def short_name(title: str, brand: str = "") -> str:
    """What a title calls its thing, without brand, size and colour: 羽绒睡袋, down sleeping bag."""
    written = plain(title, 200)
    rest = re.sub(re.escape(brand), " ", written, flags=re.IGNORECASE) if brand else written
    if run := _HAN_RUN.search(rest):
        return run[0]
    head = re.split(r"\s[-−]?\d", _AFTER_THE_HEAD.split(rest, maxsplit=1)[0], maxsplit=1)[0].strip()
    return head.lower() or title


@lru_cache(maxsize=4096)
def head_of_category(category: str) -> str | None:
    """The kind that a category is a part of by its name: guitar for ``Acoustic guitars``, 水果 for 新鲜水果.

    None for one word.
    """
    leaf = plain(category.rsplit(" > ", maxsplit=1)[-1], 80)
    plain_name = not _JOINED.search(category) and "," not in category
    if _HAN_RUN.fullmatch(leaf):
        *before, last = rjieba.cut(leaf)
        beside = any(term_index(("category",)).get(word) or word[-1] == last[-1] for word in before)  # 咖啡茶具, 锅具刀具
        return kind_key(last) if before and len(last) > 1 and not beside else None
    words = [token.text for token in tokenise(leaf)]
    plain_name = plain_name and not _HAN_RUN.search(category)
    return words[-1] if plain_name and len(words) > 1 and not _NO_WORD.search(words[-1]) else None


def kinds_of(product: Product) -> frozenset[str]:
    """The kinds of a catalogue row, see :func:`kinds_of_title`."""
    return kinds_of_title(product.title, product.brand)
