"""The words of a text, as selection, citations and follow-ups compare them: stems, Chinese words, shared concepts."""

from __future__ import annotations

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import rjieba
import Stemmer

from knowledge_base.terms import normalise

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,:]\d+)*%?|[\u3400-\u9fff]+")
_ARRIVES = re.compile(
    r"(?:多久|几天|什么时候|啥时候|何时)(?:能|可以|才|会)*(?:收)?到(?!账|期|帐)"
)  # 到 alone is no content word
_WHETHER = re.compile(r"([\u3400-\u9fff])[不没]\1")  # 行不行, 支不支持
_MAY = re.compile(
    r"(?<![功性智可节电阳万只才职技全机所动核热])能(?![量耗效力源级])"
)  # else cut as a part of words: 内能 of 一岁内能吃
_FEW_WORDS = 10
_HOW_MUCH = "多少钱"  # of stopwords alone; cut apart, 多少钱包邮 asks for no 钱包
_OFF = re.compile("[一二三四五六七八九零]+折")  # 九折 is a discount, whatever its size
_SIGNS = {"毫升": "ml", "升": "l", "公斤": "kg", "千克": "kg", "毫米": "mm", "厘米": "cm", "公分": "cm", "瓦": "w"}
_MEASURE = re.compile(rf"(\d)\s*({'|'.join(_SIGNS)})")  # shops write 3 L of what customers call 3升
_HAN = re.compile(r"[\u3400-\u9fff]")

STOP_EN = frozenset(
    "a an the this that these those it its i i'm me my mine we us our you your he she they them their his her is are am was "
    "were be been being do does did doing done have has had having will would can could may might shall should must of in on "
    "at to for with by from as into about and or but if then than so there here what which who whom whose when where why how "
    "not no yes any some please want like need get got much many long often it's don't doesn't isn't i'd i've you're can't "
    "just also very too tell know let make take s t re ll ve d m hi hello hey thanks thank im up out use go soon ok offer "
    "provide whats hows wheres whens whos u ur r ya pls plz thx possible possibly wait btw actually ok".split()
)
STOP_ZH = frozenset(
    "的 了 吗 呢 吧 啊 呀 哦 嘛 是 在 我 你 您 他 她 它 我们 你们 他们 这 那 这个 那个 有 和 与 及 或 也 都 就 还 又 很 "
    "会 能 可以 要 "
    "想 请 请问 问 想问 问一下 我想 想要 把 被 给 对 从 到 于 为 以 之 其 所 而 但 并 吗 么 什么 怎么 怎样 如何 多少 多久 "
    "几 哪 哪里 哪个 哪些 为什么 谁 一 个 "
    "一个 一下 一般 时候 不 没 没有 能不能 可不可以 是不是 有没有 是否 麻烦 亲 好 吗 钱 多 些 呗 啦 哈 你好 您好 谢谢 "
    "需要 下 后 里 "
    "上 中 大概 可 么 来 去 用 让 得 地 着 过 等 提供 收 算 怎么收 怎么算 直接 行 行吗 咋 啥 咋办 怎么办 怎么弄".split()
)
_SPELLINGS = {
    "programme": "program",
    "colour": "color",
    "colours": "color",
    "grey": "gray",
    "jewellery": "jewelry",
    "cheque": "check",
}
_STEMMER = threading.local()


def stem(word: str) -> str:
    """The Snowball stem of an English word in lower case; American spelling."""
    stemmer = getattr(_STEMMER, "value", None)
    if stemmer is None:
        stemmer = _STEMMER.value = Stemmer.Stemmer("english", 0)  # else each thread keeps the last 10,000 words, new ones too
    return str(stemmer.stemWord(_SPELLINGS.get(word, word)))


@lru_cache(maxsize=4096)
def terms(text: str) -> tuple[str, ...]:
    """Content terms in order, repeats kept: English stems, numbers, Chinese words and the two-character pieces of long ones."""
    found: list[str] = ["送达"] if _ARRIVES.search(text) else []
    for token in _TOKEN.findall(spelt_measures(asked_plainly(normalise(text)))):
        if _HAN.match(token):
            found.extend(_chinese(token))
        elif STOP_EN.isdisjoint((token, word := token.removesuffix("'s"))):
            found.append(stem(word))
    return tuple(found)


def set_apart(text: str, titles: Iterable[str]) -> str:
    """``text`` with spaces around the ``titles`` in it: Chinese beside them is cut into its own words then, 猫包 有货."""
    for title in sorted({*titles}, key=len, reverse=True):
        text = text.replace(title, f" {title} ") if title else text
    return text


def asked_plainly(text: str) -> str:
    """Chinese without the signs that only ask whether, which are cut as parts of words otherwise: 行不行, 能不能."""
    return _MAY.sub(" ", _WHETHER.sub(r"\1", text))


def spelt_measures(text: str) -> str:
    """``text`` with measures as shops write them: 3 l for 3升."""
    return _MEASURE.sub(_as_sign, text)


def _as_sign(measure: re.Match[str]) -> str:
    return f"{measure[1]} {_SIGNS[measure[2]]} "


def _chinese(run: str) -> list[str]:
    found: list[str] = []
    for word in (word for piece in run.split(_HOW_MUCH) for word in rjieba.cut(piece)):
        if word in STOP_ZH:
            continue
        found.append(word)
        if len(word) > 1 and _OFF.fullmatch(word):
            found.append("折")
        if len(word) > 2:
            found.extend(word[i : i + 2] for i in range(len(word) - 1))
    return found


@cache
def _table() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(files("bot.text").joinpath("concepts.toml").read_text("utf-8"))


def concept_words() -> frozenset[str]:
    """The English words that the shop concepts are called by."""
    return frozenset(word for words in _table().values() for word in words if not _HAN.search(word))


@cache
def _concepts() -> Mapping[str, frozenset[str]]:
    by_term: dict[str, set[str]] = {}
    for concept, words in _table().items():
        for word in words:
            by_term.setdefault(word if _HAN.match(word) else stem(word), set()).add(concept)
    return {term: frozenset(names) for term, names in by_term.items()}


def concepts(term: str) -> frozenset[str]:
    """The shop concepts that a term names (``refund`` and 退款 share ``return``); empty for most terms."""
    return _concepts().get(term, frozenset())


@cache
def narrow_concepts() -> frozenset[str]:
    """The shop concepts of few words, which mean nearly the same: installment, engrave; hours also holds holidays."""
    words = Counter(name for names in _concepts().values() for name in names)
    return frozenset(name for name, count in words.items() if count <= _FEW_WORDS)


def meant(text: str) -> frozenset[str]:
    """The shop concepts that a text names."""
    return frozenset(name for term in terms(text) for name in concepts(term))
