"""What a message wants done to orders: its words parted into wishes, each with the kind of operation that they name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.order_desk.operation_words import asked_refund, denied, named_operations
from bot.order_desk.policy import OperationKind
from bot.text.phrases import plain
from bot.text.script import HAN

LONGEST = 4_000
_SENTENCE = re.compile(rf"(?<=[.;!?])\s+|(?<=;)(?=[{HAN}])|(?<=[。；！？\n])\s*")
_UNSENT = re.compile(
    r"\b(?:has|have|is|was)(?:n't| not) (?:yet )?(?:been )?(?:ship\w*|sent|left|gone out|dispatch\w*)"
    r"|\bbefore it (?:ships|leaves)"
    r"|(?:还没|没有?|未)发",
    re.IGNORECASE,
)
"""What is sent back before it was sent is a cancelled order."""
_FALLBACK = re.compile(
    r"^\W*(?:but |and |or )?if (?:it|that|this)(?:'s| is|) ?"
    r"(?:not|isn't|can't|cannot|won't|doesn't|no longer|too late|impossible)\b"
    r"|^\W*(?:if not|otherwise|or else)\b"
    r"|^(?:如果|要是|若).{0,6}(?:不行|不能|不可以|来不及|办不了)|^(?:不行的话|否则|实在不行)",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:my|the|this|that|an|in my|in the) (?:[\w-]+ ){0,2}orders?\b"
    r"|\b(?:have|i|i've|we|just|had) (?:just )?(?:ordered|received|bought|got)\b"
    r"|\bbefore (?:you|it|they|that)\b[^.;!?]{0,16}\b(?:ship|send|leave|go out|dispatch|post)\w*"
    r"|\borders?\b[^.;!?]{0,20}\bopen\b"
    r"|\b(?:delivery|parcel|package)\b"
    r"|(?:\bnot|n't) (?:yet )?(?:been )?(?:ship|sent|deliver|arriv|come)\w*|\bwaiting for\b|\b(?:was|were) supposed to be\b"
    r"|\b(?:you|from) (?:guys )?(?:sent|delivered|shipped|you)\b"
    r"|\bmy (?:[\w-]+ ){1,3}(?:is|are|was|were|isn't|aren't|came|arrived|doesn't|don't|broke|stopped|leaks?|keeps?)\b"
    r"|订单|(?:没|未|还没|不用|不要|别)再?[发寄]货?|收到的?|我买的|我订的|下的?单|[那这哪一]单|单子|拍下|到手",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\W{0,3}(?:(?:and|then|also|next|now|as) ){0,3}(?:for|in|on|about|regarding|concerning|with) (?:my |the )?(?:order )?"
    r"(?:number )?(#?[A-Za-z]{0,4}-?\d[\w-]{3,30}) ?[:,]"
    r"|\W{0,3}(?:还有|另外|然后|再|最后|接着)?,?(?:我的|我)?订单号? ?(#?[A-Za-z]{0,4}-?\d[\w-]{3,30})(?= ?[:,])",
    re.IGNORECASE,
)
"""The order that a sentence says at its beginning that all of it is about."""
_NUMBERED = re.compile(r"#[A-Za-z]{0,4}-?\d{3}|\b[A-Za-z]{1,4}-?\d{4,}\b|\b(?:the|my) other order\b|另[一外]", re.IGNORECASE)
_JOIN = re.compile(
    r"\s*(?:,|\band\b|\bthen\b|\balso\b|\bplus\b|\bafter that\b|，|并且|并|再|然后|另外|还有|同时|顺便)\s*(?:\band\b"
    r"|\balso\b|\bthen\b|把)?\s*",
    re.IGNORECASE,
)
INSTEAD = re.compile(
    r"\binstead\b|\brather\b|\bchanged? my mind\b|\bactually\b|\bon second thou?ghts?\b|改成"
    r"|还是(?:算了|换|改|取消|退|想|要(?!原))|算了.{0,3}[还改]|改主意",
    re.IGNORECASE,
)
_SAME_AS = re.compile(
    r"\(?\bsame (?:address )?(?:as|with) (?:for |in |on |the |my )*(?:order )?(?P<id>#?\w+)\)?"
    r"|\b(?:address|one|the same) (?:of|from|on|in|as|for) (?:my "
    r"|the )?(?:other )?order (?P<id2>#?[A-Za-z]{0,4}-?\d+)|(?:和|跟"
    r"|与)订单?\s*(?P<id3>#?[A-Za-z]{0,4}-?\d+)\s*(?:的地址)?(?:一样|相同)",
    re.IGNORECASE,
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}
_COUNTED = re.compile(
    rf"\b(?P<n>{'|'.join(_NUMBERS)})(?P<unit>[ -](?:piece|inch|litre|liter|cup|hour|ft|foot|feet|gb|bar)\w*)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message. ``kind`` is the operation that it names, if any; ``dropped``: the customer does not want it.

    ``fallback``: they want it where what they said before cannot be had.
    """

    text: str
    kind: OperationKind | None = None
    dropped: bool = False
    fallback: bool = False


def clauses(text: str) -> list[Clause]:
    """The message in order: a clause for each operation named, and those between them that only tell more."""
    return list(_clauses(text))


@lru_cache(maxsize=64)  # a turn asks several times for those of its message
def _clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    written = _spelt_out(plain(text, LONGEST))
    for sentence in _SENTENCE.split(written):
        if sentence.strip():
            told = list(_parted(sentence.strip(), [clause.kind for clause in found]))
            if found and _FALLBACK.search(sentence):
                told = [replace(clause, fallback=True) for clause in told]
            found += told
    return tuple(found)


def _spelt_out(text: str) -> str:
    """``text`` with what is written short in words: 34" is 34 inch, w/ is with, 2400万像素 is 24MP, 30 to 50 lbs a range."""
    text = re.sub(r"(\d{1,4})00万像素", r"\1MP", text)
    text = re.sub(r"\b(\d+) ?(?:to|到|至|~|–) ?(\d+)(?= ?(?:lb|pound|kg|kilo|磅|公斤|斤))", r"\1-\2", text, flags=re.IGNORECASE)
    text = _COUNTED.sub(lambda match: f"{_NUMBERS[match['n'].lower()]}{match['unit']}", text)
    return re.sub(r"\bw/\s?", "with ", re.sub(r"(?<=\d)\s?(?:\"|″|''|”)", " inch", text))


def speaks_of_goods(text: str) -> bool:
    """Whether ``text`` speaks of an order, or of goods as those that the customer ordered, awaits or got."""
    return _ORDERED.search(text) is not None


def names_operation(text: str) -> bool:
    """Whether any clause names an operation that is wanted."""
    return any(clause.kind and not clause.dropped for clause in clauses(text))


def same_as(text: str) -> str | None:
    """The order number in "the same as …", which is where an address comes from, not what is to be changed."""
    match = _SAME_AS.search(text)
    return (match["id"] or match["id2"] or match["id3"]) if match else None


def without_same_as(text: str, kind: OperationKind) -> str:
    """``text`` of a wish for another address without that; of others it names the order of an item ("the one in order …")."""
    return _SAME_AS.sub(" ", text) if kind in ("change_address", "change_default_address") else text


def _parted(sentence: str, before: Sequence[OperationKind | None]) -> Iterator[Clause]:
    """The clauses of one sentence: it is parted where a second operation is named."""
    named = named_operations(sentence)
    if not named:
        yield Clause(sentence, asked_refund(sentence, before))
        return
    starts, topic = [0], _TOPIC.match(sentence)
    for (at, kind, _), (start, following, _) in pairwise(named):
        if kind != following or denied(sentence, at) != denied(sentence, start):
            joins = [match.start() for match in _JOIN.finditer(sentence, starts[-1], start) if match.start() > starts[-1]]
            starts.append(joins[-1] if joins else start)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(sentence)
        first = bisect_left(named, start, key=lambda one: one[0])
        if first < len(named) and named[first][0] < end:
            at, kind, _ = named[first]
            joint = _JOIN.match(sentence, start) if start else None
            told = sentence[joint.end() if joint else start : end]
            if start and topic and not _NUMBERED.search(told):
                told = f"{topic[1] or topic[2]} {told}"
            unsent = kind == "return" and _UNSENT.search(told) is not None
            yield Clause(told, "cancel" if unsent else kind, denied(sentence, at))
