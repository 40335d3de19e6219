"""A message as the questions that it asks, each in ways that can be searched for on their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.generation.in_general import COUNTING
from bot.policy.patterns import USUALLY_TAKES
from bot.skills.asked_part import AskedPart
from bot.skills.services import service_asked
from bot.text.money import read_money
from bot.text.places import abroad, at_home, named, widened, without_places
from bot.text.question_type import MEASURED, question_parts, question_types
from bot.text.size_choice import as_tables_answer
from bot.text.terms import concepts, terms
from bot.types import DialogueState, LanguageCode, Message
from bot.understanding.elapsed import asks_of_guarantee, period_asked, return_deadline, without_time
from bot.understanding.focus import Focus
from bot.understanding.returnable import (
    asks_how_long_to_return,
    asks_of_returns,
    asks_who_pays_to_return,
    names_return_policy,
)

_DELIVERS = re.compile(r"\b(?:ship\w*|deliver\w*|send|post)\b|寄|送到?|发到?|配送|发货|快递", re.IGNORECASE)
_COUNTRIES: dict[LanguageCode, str] = {"en": "Which countries do you ship to?", "zh": "可以寄到哪些国家？"}
_RETURNS: dict[LanguageCode, tuple[str, str]] = {
    "en": ("How long do I have to return something?", "Who pays for the return postage?"),
    "zh": ("几天内可以退货？", "退货运费谁出？"),
}
"""What a policy on returns is asked for."""
_COMMA = "\u201a"
_DELIVERY_FEE = re.compile(r"\b(?:postage|shipping|delivery)\b|运费|邮费|包邮|快递费", re.IGNORECASE)
_FEE: dict[LanguageCode, str] = {"en": "How much is delivery?", "zh": "运费怎么算？满多少包邮？"}
_GUARANTEE = re.compile(
    r"\b(?:warrant\w+|guarantee\w*|repair\w*|replac\w+|refund\w*)\b|保修|质保|保固|维修|包修|换新|退款|三包", re.IGNORECASE
)
"""What speaks of goods that broke after a while; how to take care of them is no answer to that."""
_BY_WHEN = re.compile(
    r"\b(?:get|arrives?|delivered?|here|shipp?(?:ed)?|come|receive|have it)\b.{0,40}\b(?:tomorr?ow|today|tonight|in time"
    r"|(?:by|before|on|this|next) (?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:by|before|this|next) (?:the )?week(?:end)?"
    r"|(?:by|before|in time for) (?:christmas|easter|new year))\b"
    r"|(?:今天|明天|后天|周末|周[一二三四五六日]|这周|下周|过年|春节|节前)[^，。？]{0,6}(?:到|收|送|寄)",
    re.IGNORECASE,
)
"""Whether goods come by some day, which shops tell by how long delivery takes."""
_HOW_LONG: dict[LanguageCode, str] = {"en": "How long does delivery take?", "zh": "多久能送到？"}
_ARRIVES = re.compile(
    r"\W*(?:大概|一般|最快)?要?(?:多久|几天|什么时候)(?:能|可以|才能|会)?(?:到|送到|收到)[啊呀呢吗了\W]*"
    r"|\W*(?:and )?how long (?:is|does|will) (?:the )?(?:delivery|shipping)(?: take)?(?: for|of)?\W*",
    re.IGNORECASE,
)
_IN_PARTS = re.compile(
    r"\b(?:pay|paid|split|spread|buy)\b.{0,30}\b(?:(?:in|over|into) (?:\d|two|three|four|six|a few|several|some)"
    r" (?:goes|bits|parts|chunks|lots|payments|months|steps)|monthly|by the month|bit by bit|over time)\b"
    r"|分(?:[两三四六几\d]+)(?:次|期|个月)(?:付|还)",
    re.IGNORECASE,
)
_INSTALMENTS: dict[LanguageCode, str] = {"en": "Can I pay in instalments?", "zh": "可以分期付款吗？"}
_WHERE_IS_REFUND = re.compile(
    r"\b(?:where|when|how long)\b.{0,24}\b(?:refund|money(?: back)?)\b"
    r"|\b(?:refund|money)\b.{0,24}\b(?:not|n't|never|still|yet)\b"
    r"|\b(?:no|still waiting (?:for|on)) (?:my |the |a )?(?:refund|money)\b"
    r"|退款.{0,6}(?:没到|没收到)",
    re.IGNORECASE,
)
_REFUND: dict[LanguageCode, str] = {"en": "How long does a refund take?", "zh": "退款多久到账？"}
_NUMBER = re.compile(r"\d")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MATTERS = frozenset("delivery return refund exchange cancel order pay installment invoice account member privacy".split())
_OWN_TOPIC = 2  # content words from which on a question says what it is about


_POINTING = re.compile(
    r"\s+(?:for|of|on|with) (?:it|them|(?:this|that|these|those)(?: (?:ones?|items?|products?|things?))?)(?=\W*$)"
    r"|^(?:那|那么)?(?:它们?|这[个款件些]?|那[个款件些])(?:商品|东西)?的?(?=.{2})",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|one|ones)\b|[它这那]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a message asks: its language, whether as shops may write of it too, the shop's home, whether it tells of a fault."""

    language: LanguageCode
    in_general: bool
    home: str | None
    faulty: bool


def asked_parts(
    question: str, language: LanguageCode, in_general: bool = True, subject: str = "", home: str | None = None,
    faulty: bool = False,
) -> tuple[AskedPart, ...]:  # fmt: skip
    """The questions that ``question`` asks.

    One alone is searched for with the story around it, then without, where it says what it is about. Of several, the first is
    searched for with the story before it where it hardly says so, a later one with the topic of the first, then by itself
    ("and how long does delivery take"). ``subject`` is the title of the product that the message names, which is the topic
    where the first question has it. ``in_general``: as shops may write of it, too. ``home``: the region of the shop.
    """
    so = _Asked(language, in_general, home, faulty)
    if asks_of_returns(question):
        asked = _RETURNS[language] if names_return_policy(question) else _RETURNS[language][:1]
        return tuple(_part(one, so, one) for one in asked)
    if subject and in_general and _ARRIVES.fullmatch(question.replace(subject, " ")):
        return (AskedPart(question, (_HOW_LONG[language], question), question),)
    first, *later = _parted(question, subject)
    if not later:
        alone = _says_its_topic(first) and first != question.rstrip("?？.。!！ ")
        return (_part(question, so, question, *((first,) if alone else ())),)
    topic = Focus.of((Message("user", first, language),), DialogueState(), lambda _: None).topic(language)
    if subject and subject.lower() in first.lower():
        topic = subject
    between = "，" if language == "zh" else ": "
    beside = [
        _part(part, so, there, part)
        if (there := _there(part, first, language))
        else _beside(part, f"{topic}{between}{part}", so)
        for part in later
    ]
    told = question[: question.find(first) + len(first)]
    ways = (first, question) if _says_its_topic(first) else dict.fromkeys((told, first, question))
    return (_part(first, so, *ways), *beside)


def with_any_goods(part: AskedPart, text: str) -> AskedPart:
    """The question asked of any goods, too, in the words of ``text`` that do not point at some: "postage for it".

    What delivery costs is told of all goods, or of such: the surest of these is taken.
    """
    of_any = _POINTING.sub("", text).strip() or text
    if not _asks_fee(of_any):
        return replace(part, ways=(*part.ways, of_any))
    ways = (*part.ways, _FEE["zh" if _HAN.search(text) else "en"])
    return replace(part, ways=ways, alike=len(ways), of_any=ways[-1:])


def _parted(question: str, subject: str) -> list[str]:
    """The questions of a message; a comma in the title of its ``subject`` ends none."""
    whole = question.replace(subject, subject.replace(",", _COMMA)) if subject else question
    return [part.replace(_COMMA, ",") for part in question_parts(whole)]


def _says_its_topic(part: str) -> bool:
    """Whether a question says what it is about; one for a sum or a time in one word does not (配送费多少: of what?).

    A single character is no topic: 满多少免 and 运费谁出 are asked of what stands before.
    """
    words = [word for word in terms(part) if len(word) > 1 and not COUNTING.fullmatch(word)]
    whole = [word for word in {*words} if not any(word != other and word in other for other in words)]
    return len(words) >= _OWN_TOPIC and (len(whole) >= _OWN_TOPIC or not MEASURED & set(question_types(part)))


def _ways(part: str, with_topic: str) -> tuple[str, ...]:
    if _says_its_topic(part):
        return (part,)
    known = any("price" not in concepts(term) for term in terms(part))  # what the price is, is never a question by itself
    return (with_topic, part) if known else (with_topic,)


def _there(part: str, first: str, language: LanguageCode) -> str | None:
    """A sum or time of delivery, with the place that the question before names: 几天能到 after 寄新疆要多少运费."""
    places = () if named(part) else sorted(named(first), key=len)
    if not places or not (MEASURED & set(question_types(part)) and _of_delivery(part)):
        return None
    return f"{places[-1]}{part}" if language == "zh" else f"{part} to {places[-1]}"


def _of_delivery(part: str) -> bool:
    """Whether a question asks of delivery, or of no other matter that shops have words for."""
    meant = frozenset(name for term in terms(part) for name in concepts(term)) - {"price", "times"}
    return "delivery" in meant or not meant


def of_goods(part: str) -> bool:
    """Whether a question of a message names no matter of service, so that it may be one of the goods it speaks of."""
    return not any(concepts(term) & _MATTERS for term in terms(part))


def told_topic(part: str) -> frozenset[str]:
    """The words of a question that tell what it is about: of one of whether all; else those whose meaning is known (保修)."""
    if "yes_no" in question_types(part) and not _POINTS_BACK.search(part):
        return frozenset(term for term in terms(part) if len(term) > 1)
    return frozenset(term for term in terms(part) if concepts(term) - {"price", "discount", "times"})


def _beside(part: str, with_topic: str, so: _Asked) -> AskedPart:
    """A later question of a message; one of whether, that points at nothing, may be of another matter than the first."""
    ways = _ways(part, with_topic)
    asked = _part(part, so, *ways)
    if len(ways) == 1:
        return asked
    kinds = question_types(part)[:1]
    own = kinds == ("yes_no",) or (kinds == ("duration",) and told_topic(part))  # "how long does delivery take"
    alone = own and not _POINTS_BACK.search(part)
    return replace(asked, alike=asked.alike + 1 if alone else asked.alike, lent=True)


def _of_place(text: str, so: _Asked, ways: tuple[str, ...]) -> AskedPart | None:
    """A question whether a place is delivered to, and nothing else: no duty, no goods; None for any other.

    Shops tell of other countries by a list of these, of places at home by how long it takes there, or to the regions around.
    """
    places = named(ways[0])
    if not places or _DELIVERY_FEE.search(ways[0]) or question_types(ways[0])[:1] != ("yes_no",):
        return None
    rest = [term for term in terms(without_places(ways[0])) if len(term) > 1 or not term.isascii()]
    if not rest or not all("delivery" in concepts(term) or _DELIVERS.fullmatch(term) for term in rest):
        return None
    if abroad(ways[0], so.home):
        return AskedPart(text, (_COUNTRIES[so.language], *ways), ways[0])
    place = next(iter(places))
    if len(places) > 1 or not at_home(place, so.home):
        return None
    asked = f"{place}几天能收到货？" if so.language == "zh" else f"How long does delivery to {place} take?"
    times = (asked, *widened(asked, so.language, so.home))
    return AskedPart(text, (*times, *ways), asked, len(times))


def _asks_fee(question: str) -> bool:
    """Whether it is asked what delivery costs, for an order of some sum or for any, which shops tell of all sums at once."""
    if not _DELIVERY_FEE.search(question) or named(question) or "duration" in question_types(question):
        return False
    amounts, budget, _ = read_money(question)
    for_any = "price" in question_types(question) and all({"price", "delivery"} & concepts(term) for term in terms(question))
    return bool(amounts or budget) or for_any


def _part(text: str, so: _Asked, *ways: str) -> AskedPart:
    """A question with, before its ``ways``, how shops write of it: the period for a time since, the regions of a place."""
    if (service := service_asked(ways[0][:200])) is not None:
        named, told = service.as_shops_write(ways[0], so.language), service.told
        every = (*ways, named, *((service.also[so.language],) if service.also else ()))
        return AskedPart(text, every, named, len(every), told=told, reworded=True)
    return _of_matter(text, so, *ways) if so.in_general else AskedPart(text, ways, ways[0])


def _of_return(text: str, language: LanguageCode, ways: tuple[str, ...]) -> AskedPart | None:
    """A question for the time to send goods back, or for who pays for it; None for any other."""
    time, postage = _RETURNS[language]
    if asks_of_returns(ways[0]):
        return AskedPart(text, (time, *ways), time)
    if asks_how_long_to_return(ways[0][:200]):
        return AskedPart(text, (*ways, time), ways[0])
    return AskedPart(text, (postage, *ways), postage) if asks_who_pays_to_return(text[:200], ways[0][:200]) else None


def _of_matter(text: str, so: _Asked, *ways: str) -> AskedPart:
    language = so.language
    if of_return := _of_return(text, language, ways):
        return of_return
    if of_place := _of_place(text, so, ways):
        return of_place
    if (deadline := return_deadline(ways[0], language)) is not None:
        return AskedPart(text, (ways[0], deadline, *ways[1:]), ways[0], 2)
    if _asks_fee(ways[0]):  # "how much is postage" says no more, where a sum may have an answer of its own
        fee, first = _FEE[language], not (_NUMBER.search(ways[0]) or "person" in question_types(ways[0]))
        return AskedPart(text, (fee, *ways) if first else (*ways, fee), ways[0])
    if size := as_tables_answer(ways[0][:200], language):  # goods may have a size table of their own
        return AskedPart(text, (*ways, size), ways[0])
    if usual := USUALLY_TAKES.search(ways[0][:200]) or _BY_WHEN.search(ways[0][:200]):
        return AskedPart(text, (*ways, _HOW_LONG[language]), ways[0], len(ways) + 1 if usual.re is USUALLY_TAKES else 1)
    if _WHERE_IS_REFUND.search(ways[0][:200]):
        return AskedPart(text, (*ways, _REFUND[language]), _REFUND[language], 2)
    if _IN_PARTS.search(ways[0][:200]):
        return AskedPart(text, (_INSTALMENTS[language], *ways), ways[0], 2)
    return _in_general(text, so, ways)


def _in_general(text: str, so: _Asked, ways: tuple[str, ...]) -> AskedPart:
    """A question asked of the period that a time since comes to, or of the regions of a place."""
    language, period = so.language, period_asked(ways[0], so.language, so.faulty)
    if period is not None and so.faulty:  # what is told of such goods goes before the warranty of all
        worded = f"{without_time(ways[0])} {period}"
        alike = 1 if asks_of_guarantee(ways[0], language) else len(ways) + 1
        return AskedPart(text, (*ways, period), worded, alike, reworded=True, told=_GUARANTEE)
    if period is not None:
        return AskedPart(text, (period, *ways), ways[0])
    regions = widened(ways[0], language, so.home)  # a row of the place itself answers surer than one of its region
    return AskedPart(text, (ways[0], *regions, *ways[1:]), ways[0], 1 + len(regions))
