"""Puts selected sentences together to an answer: lead, trimmed sentences, lists, rows in words, foreign quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.generation.brief import Brief
from bot.generation.candidate import STRICT
from bot.generation.citations import cite
from bot.generation.foreign_text import foreign_block
from bot.generation.in_general import column_tells
from bot.generation.passage import units as units_of
from bot.generation.phrases import Phrases
from bot.generation.polarity import lead, lower_first
from bot.generation.ranges import AskedNumbers
from bot.generation.row_question import BARE, YES, asked_as_it_stands, row_lead, says_nothing_alone
from bot.generation.row_text import fact, lowered, whether
from bot.generation.selection import Selected
from bot.generation.service_text import troubled
from bot.generation.trimming import MAX_LIST, gap_between, size_of, trimmed
from bot.shop.denials import DENIES
from bot.shop.wording import format_date
from bot.text.danger import urges
from bot.text.question_type import offers, question_parts, question_types
from bot.text.terms import concepts, terms
from bot.types import Evidence, LanguageCode

MAX_WORDS, MAX_CHARACTERS = 90, 160
_FILLER = re.compile(
    r"^(?:thank(?:s| you)\b.*|great question.*|we hope (?:this|that).*|we(?:'re| are) (?:always )?happy to help.*|"
    r"if you (?:still )?have (?:any )?(?:further |other |more |additional )?questions?\b.*|feel free to.*|"
    r"(?:please )?(?:do not|don't) hesitate.*|"
    r"感谢您?的?(?:咨询|支持|提问|惠顾|光临).*|希望.{0,8}(?:帮到|对您有帮助|解答).*|如(?:果您?)?(?:还|仍)?有(?:其他|其它|"
    r"任何)?(?:疑问|问题).*|祝您.*|"
    r"(?:(?:亲爱的.{0,3}|亲|您好|你好|hi|hello|there)[，,。！!~～ ]*)+)$", re.I,
)  # fmt: skip
_PRICE = re.compile(r"price|价格|售价", re.I)
_NOTHING = re.compile(r"[-–—/\s]*")  # a cell that is left empty
_DESCRIPTION = frozenset({"description", "介绍", "描述", "商品描述", "details", "详情"})


def answer(brief: Brief, selected: Sequence[Selected], phrases: Phrases) -> Iterator[str]:
    """The answer's text in pieces; every statement ends with the ``[n]`` of its evidence."""
    if troubled(brief):
        yield phrases.say("sorry")
        yield gap_between(brief.language)
    listing = False
    for count, (index, group) in enumerate(groupby(_fitting(brief, selected), key=lambda chosen: chosen.evidence_index)):
        item, units = brief.evidence[index], list(group)
        foreign = item.language != brief.language and item.kind not in ("product", "order", "shop")
        n = index + 1
        block = (
            foreign_block(brief.question, item, units, n, phrases)
            if foreign
            else _native(brief, item, units, n, phrases, count == 0)
        )
        starts_list = not foreign and units[0].kind in ("step", "item")
        if count:
            yield "\n\n" if listing or foreign or starts_list else gap_between(brief.language)
        if item.ended:
            yield phrases.say("ended", date=format_date(item.ended, brief.language))
        yield from block
        listing = not foreign and units[-1].kind in ("step", "item")


def _fitting(brief: Brief, selected: Sequence[Selected]) -> list[Selected]:
    """What stays within a reply's length, surest first; lists of steps stay whole, pleasantries go."""
    told = [chosen for chosen in selected if not (_FILLER.match(chosen.text) and chosen.covers < 0.5)] or list(selected)
    kept: set[int] = set()
    room: dict[LanguageCode, float] = {"en": MAX_WORDS, "zh": MAX_CHARACTERS}
    left = 1.0
    for place in sorted(range(len(told)), key=lambda place: (-told[place].score, place)):
        chosen = told[place]
        code = brief.evidence[chosen.evidence_index].language
        share = 0.0 if chosen.kind == "step" else size_of(chosen.text, code) / room[code]
        if not kept or share <= left:
            kept.add(place)
            left -= share
    return [chosen for place, chosen in enumerate(told) if place in kept]


def _native(brief: Brief, item: Evidence, units: Sequence[Selected], n: int, phrases: Phrases, first: bool) -> Iterator[str]:
    language, before = brief.language, ""
    kinds = question_types(brief.question)
    gap, said, whether, how = "", False, "yes_no" in kinds, "method" in kinds
    lead_in, foreign_yes = row_lead(brief, item, units[0].text, len(units) > 1, phrases)
    foreign_yes = foreign_yes or (_denied_below(units) and not asked_as_it_stands(brief, item))
    yield lead_in
    for kind, run in groupby(units, key=lambda unit: unit.kind):
        members = list(run)
        if kind in ("item", "step") and len(members) == 1:
            kind = "sentence"
        if kind in ("step", "item"):
            yield "\n" if said else _above_list(item, members, kind == "step" and how, phrases)
            yield from _list(members, n, language, kind == "step" and how)
            gap, said = "\n\n", True
        elif kind == "row":
            yield gap + cite(_rows(brief, item, members, phrases), [n], language)
            gap, said = gap_between(language), True
        else:
            for unit in members:
                if BARE.match(unit.text) and unit is not units[-1]:
                    before = "" if foreign_yes else unit.text.rstrip(".!。！,，")
                    continue
                text = trimmed(YES.sub("", unit.text) if foreign_yes else unit.text, opens=first and not said)
                if not text or (foreign_yes and not whether and unit is not units[-1] and says_nothing_alone(unit.text)):
                    continue
                text = _of_its_product(brief, item, text) if first and not said else text
                opening = before or (
                    lead(brief.question, text, unit.covers, phrases)
                    if first and unit is units[0] and not (foreign_yes or lead_in)
                    else ""
                )
                yield gap + cite(_joined(opening, _under_its_heading(item, unit, text), language), [n], language)
                before, gap, said = "", gap_between(language), True


def _denied_below(units: Sequence[Selected]) -> bool:
    """Whether a sentence that says more of what is asked denies what the first one's yes was said to."""
    opens = YES.match(units[0].text) is not None and DENIES.search(units[0].text) is None
    return opens and any(DENIES.search(one.text) and one.covers > units[0].covers for one in units[1:])


def _of_its_product(brief: Brief, item: Evidence, text: str) -> str:
    """A sentence of a product's description after the product's title, where the customer named none, or several."""
    if item.kind != "product" or brief.understanding.entities.skus == (item.source,):
        return text
    return f"{item.title}{'：' if brief.language == 'zh' else ': '}{text}"


def _under_its_heading(item: Evidence, unit: Selected, text: str) -> str:
    """A short item of a list with what the list is of, and whatever stands under a heading that denies it: 不能退的：种子."""
    heading = item.title.rsplit(" › ", maxsplit=1)[-1]
    chinese = item.language == "zh"
    if (denied := _denial(item, [unit])) and not urges(text):
        return f"{denied}{'：' if chinese else ': '}{text}"
    if unit.kind != "item" or item.question or heading == item.title or ":" in text or "：" in text:
        return text
    return f"{heading}{'：' if chinese else ': '}{text}" if size_of(text, item.language) <= (12 if chinese else 5) else text


def _denial(item: Evidence, told: Sequence[Selected]) -> str:
    """What stands above, a sentence or the heading, where it denies what is below and not all of that says so itself."""
    above = item.title.rsplit(" › ", maxsplit=1)[-1] if not item.question and " › " in item.title else ""
    if told[0].kind == "item":
        before = [unit for unit in units_of(item.text) if unit.kind != "item" and unit.end <= told[0].span[0]]
        above = before[-1].text.rstrip(":： ") if before and before[-1].kind == "intro" else above
    bare = above and not all(DENIES.search(unit.text) for unit in told)
    return above if bare and DENIES.search(above) else ""


def _joined(opening: str, text: str, language: LanguageCode) -> str:
    if not opening:
        return text
    if language == "zh":
        return f"{opening}，{text}"
    lowered = lower_first(text)
    return f"{opening}, {lowered}" if lowered != text or text.startswith("I ") else f"{opening}. {text}"


def _above_list(item: Evidence, members: Sequence[Selected], steps: bool, phrases: Phrases) -> str:
    if steps:
        return phrases.say("step_lead") + "\n"
    denied = _denial(item, members)
    return f"{denied}{'：' if item.language == 'zh' else ':'}\n" if denied else ""


def _list(members: Sequence[Selected], n: int, language: LanguageCode, numbered: bool) -> Iterator[str]:
    shown = members if numbered else members[:MAX_LIST]
    for count, unit in enumerate(shown, 1):
        mark = f"{count}." if numbered else "-"
        yield f"{mark} {cite(unit.text, [n], language, item=True)}" + ("\n" if count < len(shown) else "")


def _rows(brief: Brief, item: Evidence, members: Sequence[Selected], phrases: Phrases) -> str:
    """Rows in words: the cells that were asked for, named by the row's first cell or the record's title."""
    pairs = [pair for unit in members for pair in unit.pairs]
    comma = "，" if brief.language == "zh" else ", "
    if item.kind == "shop" or (len(pairs) == 1 and item.kind != "product"):
        colon = "：" if brief.language == "zh" else ": "
        return ("；" if brief.language == "zh" else "; ").join(f"{name}{colon}{value}" for name, value in pairs)
    if item.kind == "product":
        pairs = [(name, value) for name, value in pairs if value != item.title] or pairs
        prose = [value for name, value in pairs if name.lower() in _DESCRIPTION]
        if prose and len(pairs) == 1:
            return _of_its_product(brief, item, trimmed(prose[0]))
        return _product(item.title, [pair for pair in pairs if pair[0].lower() not in _DESCRIPTION], phrases)
    told = [[pair for pair in unit.pairs[1:] if not _NOTHING.fullmatch(pair[1])] for unit in members]
    parts, kinds = question_parts(brief.question), question_types(brief.question)
    asked_terms, numbers = frozenset(terms(brief.question)), AskedNumbers.of(brief.question)
    wanted = [
        {name for name, _ in numbers.cells_holding(cells, asked_terms)}  # "for an 8 year old": the ages are what tells why
        or {name for part in parts for name, _ in _asked_cells(part, unit.pairs[0][1], cells)}
        for unit, cells in zip(members, told, strict=True)
    ]
    somewhere = frozenset().union(*wanted)
    said = []
    for unit, cells, names in zip(members, told, wanted, strict=True):
        if len(unit.pairs) == 1:
            said.append(phrases.say("row", key=unit.pairs[0][0], facts=unit.pairs[0][1]))
            continue
        asked = [pair for pair in cells if pair[0] in (names or somewhere)] or cells[:4]
        alone = len(asked) == 1 and kinds and column_tells(kinds[0], asked[0][0])  # "daily" needs no "frequency" before it
        facts = asked[0][1] if alone else comma.join(fact(name, value, brief.language) for name, value in asked)
        said.append(phrases.say("row", key=unit.pairs[0][1], facts=facts))
    *before, last = said
    return ("；" if brief.language == "zh" else "; ").join([*(row.rstrip("。.；;") for row in before), last])


def _product(title: str, pairs: Sequence[tuple[str, str]], phrases: Phrases) -> str:
    if len(pairs) == 1:
        name, value = pairs[0]
        if (told := whether(name, value, phrases.language)) is not None:
            return phrases.say("product_facts", title=title, facts=told)
        if re.search(rf"\b{re.escape(name)}\b", value, re.I):
            return phrases.say("product_facts", title=title, facts=value)
        if _PRICE.fullmatch(name):
            return phrases.say("product_price", title=title, value=value)
        value = f" {value}" if phrases.language == "zh" and re.match(r"\d.* ", value) else value
        return phrases.say("product_fact", title=title, name=name if phrases.language == "zh" else lowered(name), value=value)
    facts = [fact(name, value, phrases.language) for name, value in pairs]
    return phrases.say("product_facts", title=title, facts=("，" if phrases.language == "zh" else ", ").join(facts))


def _asked_cells(question: str, key: str, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    asked = frozenset(terms(question)) - frozenset(terms(key))
    meant = frozenset().union(*(concepts(term) for term in asked)) if asked else frozenset()
    kinds = question_types(question)
    if kinds and (telling := [pair for pair in pairs if column_tells(kinds[0], pair[0])]):
        return telling
    strict = [kind for kind in kinds if kind in STRICT]
    both: list[tuple[str, str]] = []
    sharing: list[tuple[str, str]] = []
    fitting: list[tuple[str, str]] = []
    for name, value in pairs:
        words = frozenset(terms(f"{name} {value}"))
        shares = bool(asked & words) or any(concepts(word) & meant for word in words)
        fits = any(offers(f"{name}: {value}", kind) for kind in strict or kinds[:1])
        if shares:
            (both if fits else sharing).append((name, value))
        elif fits:
            fitting.append((name, value))
    if len(strict) > 1 and fitting:
        return [pair for pair in pairs if pair in both or pair in fitting]  # "what does it cost and how long does it take"
    return both or (fitting if strict else []) or sharing or fitting
