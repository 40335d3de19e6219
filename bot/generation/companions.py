"""What else is worth saying beside the best answer: more of its kind, the exception that follows, the rest of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.generation.candidate import STRICT, Candidate
from bot.generation.overlap import shared
from bot.text.danger import urges
from bot.text.question_type import QuestionType

_TURN = re.compile(
    r"^(?:however|but|except|unless|otherwise|note|please note|only|if not|in that case|exceptions?)\b|"
    r"^(?:但|但是|不过|除|然而|否则|注意|请注意|如果不|若不|需注意|另外请注意)", re.I,
)  # fmt: skip
_EXCEPTION = re.compile(
    r"\bonly (?:possible|available|valid|within|in|for|if|when)\b|仅限|仅支持|只能|只支持|"
    r"\b(?:except|unless|excluding|not (?:eligible|apply|valid|refundable|returnable)|cannot be|does not apply|do not apply)\b|"
    r"除外|除.{1,20}外|不支持|不适用|不予|不包括|不参与|不在此列|不可退|不能退", re.I,
)  # fmt: skip
_FREE_FROM = re.compile(
    r"\b(?:orders?|over|above|from|spend)\b[^\d]{0,40}\d.{0,60}\bfree\b|\bfree\b.{0,60}\b(?:orders?|over|above|from|spend)\b[^\d]{0,40}\d"
    r"|满[^\d]{0,20}\d.{0,40}(?:包邮|免)",
    re.IGNORECASE,
)
"""From which sum on there is nothing to pay, which belongs to what it costs below that."""
_LABEL, _ENDS = re.compile(r"[^：:。；\n]{1,40}[：:](?!\d)"), "。！？.!?"
_STANDS_ALONE = 0.65  # share of the question that lets a sentence with "however" stand without the one before
_SPEAKS, _SPEAKS_PLAINLY, _OTHER_SPEAKS = 0.3, 0.5, 0.6  # shares of the question; of what the best item says of it
_BACKWARD = re.compile(
    r"^(?:it|they|this|these|that|those|he|she|such|both|after that|then)\b"
    r"|^(?:它|他们|她|该|此|这些?|其(?![他它余中实])|之后|届时)",
    re.I,
)


def worth_adding(candidate: Candidate, chosen: Sequence[Candidate], kinds: Sequence[QuestionType]) -> bool:
    """Whether it tells the customer more: as much to the point as the best one, of its kind, and not said yet."""
    best = chosen[0]
    if candidate.unit.kind == "intro" or candidate.answers < 0.7 * best.answers:
        return False
    if any(shared(candidate.words, other.words) >= 0.5 for other in chosen):
        return False
    if _goes_on(candidate, best, kinds):
        return True
    if candidate.features["cover"] < 0.5 * best.features["cover"] and candidate.features["dense"] < best.features["dense"]:
        return False
    if best.features["type"] == 1.0 and candidate.features["type"] < 1.0:
        return False
    if candidate.index != best.index:
        if (kinds and kinds[0] == "yes_no") or len({other.index for other in chosen}) > 1:
            return False  # one source says yes or no; more than two sources read like a list of hits
        near, head = 1.0, candidate.features["context"] >= 0.8 * best.features["context"]
        if not head or candidate.features["cover"] <= 0 or candidate.features["type"] < best.features["type"]:
            return False
    elif kinds and kinds[0] == "yes_no":
        near = 0.6
    else:
        alike = kinds and kinds[0] in STRICT and candidate.features["type"] == best.features["type"] == 1.0
        near = 3.0 if alike else 1.2
    return candidate.rank >= best.rank - near


def _goes_on(candidate: Candidate, best: Candidate, kinds: Sequence[QuestionType]) -> bool:
    """Further instructions of a passage that is about the very thing: "how do I wash it" takes more than one sentence."""
    if not kinds or kinds[0] != "method" or candidate.index != best.index or best.features["context"] < 0.5:
        return False
    return 0 < candidate.position - best.position <= 3 and candidate.features["type"] == 1.0


def companions(
    candidate: Candidate, by_place: dict[tuple[int, int], Candidate], kinds: Sequence[QuestionType]
) -> list[Candidate]:
    """What has to be said with it: the rest of its list, the exception that follows, what a leading "it" refers to."""
    index, position = candidate.index, candidate.position
    following = by_place.get((index, position + 1))
    if candidate.unit.kind in ("step", "item"):
        alone = bool(kinds) and kinds[0] == "yes_no"  # which of the steps says whether, not how
        return [] if alone else _list_around(candidate, by_place, kinds)
    if candidate.unit.kind == "intro" and following is not None:
        around = _list_around(following, by_place, kinds) if following.unit.kind in ("step", "item") else []
        return [following, *around]
    found: list[Candidate] = []
    previous = by_place.get((index, position - 1))
    if previous is not None and previous.unit.kind == "sentence":
        found += [previous] if _under_one_label(previous, candidate) else []
        incomplete = _TURN.match(candidate.unit.text) and candidate.features["cover"] < _STANDS_ALONE
        if _BACKWARD.match(candidate.unit.text) or incomplete:
            found += [previous] if previous not in found else []
    if following is not None and following.unit.kind == "sentence":
        related = (
            _under_one_label(candidate, following)
            or _TURN.match(following.unit.text)
            or (kinds[:1] == ("price",) and _FREE_FROM.search(following.unit.text))
            or urges(following.unit.text)
            or (
                _EXCEPTION.search(following.unit.text)
                and following.features["cover"] > 0
                and (not kinds or kinds[0] in ("yes_no", "method"))
            )
        )
        if related:
            found.append(following)
    return found


def _under_one_label(one: Candidate, following: Candidate) -> bool:
    """Whether a label is told of in two clauses with a semicolon between: 新疆、海南：加收10元；水果发不了."""
    joined = one.unit.end == following.unit.start and one.unit.text[-1:] not in _ENDS
    return joined and _LABEL.match(one.unit.text) is not None and _LABEL.match(following.unit.text) is None


def _list_around(
    candidate: Candidate, by_place: dict[tuple[int, int], Candidate], kinds: Sequence[QuestionType]
) -> list[Candidate]:
    """The rest of its list: of steps all, where it is asked how; else of items that say as much of what is asked."""
    kind, index = candidate.unit.kind, candidate.index
    ordered = kind == "step" and "method" in kinds
    if not ordered and candidate.features["cover"] >= 0.6 and len(candidate.words) >= 4:
        return []  # one item of the list is the answer by itself
    found: list[Candidate] = []
    for step in (-1, 1):
        position = candidate.position + step
        while (neighbour := by_place.get((index, position))) is not None and neighbour.unit.kind == kind:
            found.append(neighbour)
            position += step
        if step < 0 and neighbour is not None and neighbour.unit.kind == "intro":
            found.append(neighbour)
    return found if ordered else _speaking(candidate, found)


def _speaking(candidate: Candidate, others: Sequence[Candidate]) -> list[Candidate]:
    """The other items, where one speaks of what is asked those that do so too: the one fault of a table of faults."""
    cover = candidate.features["cover"]
    speaking = [other for other in others if other.features["cover"] > _OTHER_SPEAKS * cover]
    if cover >= _SPEAKS and not speaking:
        return []
    return speaking if cover >= _SPEAKS_PLAINLY else list(others)
