"""What a product must have: colours, materials, features, sizes and measures, in the catalogue's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot.shop.attributes import folded, split_name
from bot.shop.units import UNITS, celsius
from bot.text.bounds import reached, relation
from bot.text.money import MOST_READ
from bot.text.numerals import SCALE, from_han
from bot.text.phrases import Found, Term, Token, term_index
from bot.types import Constraint, LanguageCode
from bot.understanding.counted import counted
from bot.understanding.lexicon import Attributes
from bot.understanding.size_words import size_words

_DIMENSION_NAMES = {
    "g": "weight", "ml": "capacity", "W": "power", "mAh": "battery", "Wh": "battery", "V": "voltage", "byte": "storage",
    "dB": "noise", "lm": "brightness", "Hz": "refresh_rate", "mm": "length", "m²": "area",
}  # fmt: skip
_AMBIGUOUS_UNITS = frozenset(
    {
        "in",
        "两",
        "t",
        "日",
        "天",
        "月",
        "个月",
        "周",
        "星期",
        "年",
        "k",
        "%",
        "percent",
        "度",
        "平",
        "bar",
        "atm",
        "′",
        "d",
        "s",
        "y",
    }
)
_UNIT_NAMES = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True) if name not in _AMBIGUOUS_UNITS)
_MEASURE = re.compile(
    rf"(?<![A-Za-z\d.$€£¥])(?P<number>\d{{1,6}}(?:,\d{{3}})?(?:\.\d{{1,3}})?(?P<scale> ?[万千])?"
    rf"|[一二两三四五六七八九][十百千万]+|十)[ -]?(?P<unit>{_UNIT_NAMES})(?![A-Za-z])",
    re.IGNORECASE,
)
_OWN_HEIGHT = re.compile(
    r"(?:\bi(?:'?m| am)|\b(?:s?he is|s?he's)|\bheight(?: is)?|身高)[\s:：是约]*(?:about )?$", re.IGNORECASE
)
"""What somebody measures is no measure of the goods."""
_PEOPLE = re.compile(
    r"(?<![A-Za-z0-9.])(\d{1,2}|two|three|four|five|six|eight|[一二两三四五六七八九十])"
    r"(?:[ -]?(?:person|people|adults?\b|man\b|seater|cups?\b|servings?)"
    r"|个?人(?:份|用|的|座|吃|住|帐)?|口之家|口人)|(?:\bfamily of|一家)\s?(\d{1,2}|[a-z]{3,5}|[三四五六七八])(?:口|个人)?"
    r"|\b(?:we are|we're|there(?: are|'s|'re)|us) (\d{1,2}|two|three|four|five|six|eight)(?= of us|[,.!]|$)"
    r"|\b(\d{1,2}|two|three|four|five|six|eight) of us\b"
    r"|\bfor (\d{1,2}|two|three|four|five|six|eight)(?= ?(?:$|[,.?!;)](?!\d)|under\b|below\b|and\b|with\b"
    r"|that\b|please\b|in\b|not\b|at\b))",
    re.IGNORECASE,
)
_DEGREES = re.compile(
    r"(?:(?P<minus>[-−–]|minus |零下|负)\s?)?(?P<number>\d{1,3}|(?<=[下负])[一二三四五六七八九十]{1,3})\s?"
    r"(?:(?P<fahrenheit>°\s?f\b|℉|degrees? fahrenheit|华氏度)|°c?(?![a-z])|℃|度|degrees?(?: celsius)?|摄氏度)",
    re.IGNORECASE,
)
_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8}
_LETTER_SIZE = r"(?:[2-6]?x{1,3}l|x{1,2}s|[sml])"
_SIZE = re.compile(
    rf"\bsize(?!s\b)\s?(?:is\s|:\s?)?({_LETTER_SIZE}|\d{{1,2}}(?:\.5)?)\b|(?<![A-Za-z0-9])({_LETTER_SIZE}"
    rf"|\d{{2}}(?:\.5)?)\s?[码号](?!码)"
    rf"|(?:尺码|码数|鞋码)(?:是|为|:)?\s?({_LETTER_SIZE}|\d{{2}}(?:\.5)?)(?![\dA-Za-z])|\b(?:us|uk|eu)\s?(\d{{1,2}}(?:\.5)?)\b"
    rf"|\b(?:in|an?|wear)\s({_LETTER_SIZE})\b(?!')"
    rf"|\bin an?\s(\d{{1,2}}(?:\.5)?)(?=\W*$|[?!,]|\.\s|\s(?:please|pls|or|and)\b)"
    rf"|(?<![A-Za-z])([2-6]?X{{1,3}}L)(?![A-Za-z])",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"(?:\bnot(?: in)?(?: an?| the)?|\bno|\bwithout(?: any)?|\bexcept(?: for)?|\bother than|\bbut|\bdon'?t (?:want"
    r"|like|need)(?: an?| the| any)?"
    r"|\bnon|\bavoid|\binstead of|\brather than|\bhate|\ballergic to|不要|不想要|不喜欢|除了|除去|别|非|不是|排除|不|讨厌"
    r"|而不是|无|(?<!有)没有?)[\s-]?(?:the |any |a |用|是|选|带|含)?$",
    re.IGNORECASE,
)
_SOFT_BEFORE = re.compile(
    r"(?:\b(?:ideally|preferably|if possible|would be nice|nice to have|bonus)\b|最好|尽量|优先|如果可以|有更好)"
    r"[^.。;；,，]{0,24}$",
    re.IGNORECASE,
)
_SOFT_AFTER = re.compile(r"[^.。;；!！,，]{0,12}(?:\bif possible\b|\bwould be (?:nice|great)\b|更好|最好|优先)", re.IGNORECASE)
_NOT_AFTER = re.compile(r"\s?(?:的)?(?:以外|之外|除外|不要|不行|就不|过敏)|[- ]free\b")
_LISTED = re.compile(r"[\s,、]*(?:or|nor|and|和|或|或者|跟|也?不要|以及)?\s*", re.IGNORECASE)
_HAN_DIGIT = "零一二三四五六七八九十"
_DURATION_ATTRIBUTE = "battery_life"


def find_constraints(
    text: str, tokens: Sequence[Token], language: LanguageCode, attributes: Attributes
) -> tuple[Constraint, ...]:
    """Constraints in the order of the text, one for each attribute, relation and value.

    Attribute and value are the catalogue's own where it has them in either language, else the shipped names. A measure goes
    to the column whose values have its dimension, the one that the text names when there are several.
    """
    found = [*_terms(text, tokens, language, attributes), *_measures(text, tokens, attributes), *_sizes(text, attributes)]
    ordered = [_softened(text, start, constraint) for start, constraint in sorted(found, key=lambda pair: pair[0])]
    unique = {(one.attribute, one.relation, str(one.value).lower()): one for one in reversed(ordered)}
    return tuple(reversed(unique.values()))


def _softened(text: str, start: int, constraint: Constraint) -> Constraint:
    """The constraint as one that would be nice to have where the words around it say so."""
    before, end = text[max(0, start - 40) : start], start + len(constraint.text)
    soft = not constraint.negated and bool(_SOFT_BEFORE.search(before) or _SOFT_AFTER.match(text, end))
    return replace(constraint, soft=True) if soft else constraint


def _terms(text: str, tokens: Sequence[Token], language: LanguageCode, attributes: Attributes) -> list[tuple[int, Constraint]]:
    shipped: list[Found[Term]] = term_index(("ignored", "color", "material", "feature", "person", "category")).find(tokens)
    own = [*attributes.values.find(tokens), *attributes.absences.find(tokens)]
    constraints: list[tuple[int, Constraint]] = []
    last: tuple[int, bool] | None = None
    everything: list[Found[Term] | Found[tuple[str, str]]] = [*shipped, *own]
    for found in sorted(everything, key=lambda one: (one.start, -one.end)):
        if last is not None and found.start < last[0]:
            continue
        pair = _resolve(found.value, language, attributes)
        if isinstance(found.value, Term) and found.value.kind in ("ignored", "category"):
            if not any(other.start <= found.start and other.end >= found.end for other in own):
                last = (found.end, False)
            continue
        if pair is None:
            continue
        negated = _is_negated(text, found.start, found.end, last)
        last = (found.end, negated)
        wording = text[found.start : found.end]
        absent = attributes.absences.get(wording)
        if negated and absent is not None:  # what is listed as absent, and not only nowhere spoken of
            constraints.append(
                (found.start, Constraint(absent[0], "=", absent[1], text=_without(text, found.start, found.end)))
            )
            continue
        if pair == absent:
            pair = ("feature", pair[1])
        constraints.append((found.start, Constraint(pair[0], "=", pair[1], negated=negated, text=wording)))
    return constraints


def _resolve(value: Term | tuple[str, str], language: LanguageCode, attributes: Attributes) -> tuple[str, str] | None:
    """Attribute and value of a catalogue value or shipped term; None for a person the catalogue does not tell apart."""
    if not isinstance(value, Term):
        return value
    shown = value.shown(language)
    for form in (shown, *value.forms):
        if (pair := attributes.values.get(form)) is not None:
            return pair
    if value.key in attributes.columns:
        return attributes.columns[value.key], "yes" if language == "en" else "是"
    if value.kind == "person":
        return None
    return attributes.columns.get(value.kind, value.kind), shown


def _without(text: str, start: int, end: int) -> str:
    """The words from what denies on: 不含鸡肉."""
    before = _NOT_BEFORE.search(text[max(0, start - 20) : start])
    return text[start - len(before[0]) : end].strip() if before else text[start:end]


def _is_negated(text: str, start: int, end: int, last: tuple[int, bool] | None) -> bool:
    if _NOT_BEFORE.search(text[max(0, start - 20) : start]) or _NOT_AFTER.match(text, end):
        return True
    return last is not None and last[1] and _LISTED.fullmatch(text, last[0], start) is not None


def _measures(text: str, tokens: Sequence[Token], attributes: Attributes) -> list[tuple[int, Constraint]]:
    named = [found.value.key for found in term_index(("attribute",)).find(tokens)]
    named += [
        split_name(column)[0] for column in attributes.columns.values() if len(column) > 1 and folded(column) in folded(text)
    ]
    constraints = []
    for match in islice(_MEASURE.finditer(text), MOST_READ):
        if _OWN_HEIGHT.search(text[: match.start()]):
            continue
        unit = match["unit"].lower() if match["unit"].lower() in UNITS else match["unit"]
        dimension, does = UNITS[unit][0], reached(text, match.start())
        column = _reaching(dimension, does, attributes)
        attribute = column or (None if dimension == "°C" else _measured(dimension, unit, named, attributes))
        if attribute is not None:
            amount = _amount(match["number"], match["scale"])
            bound = ">=" if does else relation(text, match.start(), match.end())
            constraints.append((match.start(), Constraint(attribute, bound, amount, match["unit"], text=match[0])))
    for match in _PEOPLE.finditer(text):
        number = _people(next(group for group in match.groups() if group))
        if number is None:
            continue
        bound = relation(text, match.start(), match.end())
        column = attributes.columns.get("people", "people")
        constraints.append((match.start(), Constraint(column, bound, number, "people", text=match[0])))
    return [*constraints, *_degrees(text, attributes), *counted(text, attributes.counted)]


def _amount(written: str, scale: str | None) -> float:
    """``10,000``, ``1万`` and ``一万`` as a number."""
    if not written[0].isdigit():
        return from_han(written)[0] or 0.0
    return float(written.removesuffix(scale or "").replace(",", "")) * SCALE.get((scale or "").strip(), 1)


def _people(written: str) -> float | None:
    if written.isdigit():
        return float(written)
    han = written.replace("两", "二")
    return float(_HAN_DIGIT.index(han)) if han in _HAN_DIGIT else _NUMBER_WORDS.get(written.lower())


def _degrees(text: str, attributes: Attributes) -> list[tuple[int, Constraint]]:
    """The cold that a thing must keep out: rated for it or for colder. Only where the catalogue has such a column."""
    column = attributes.columns.get("comfort_temperature")
    if column is None:
        return []
    return [
        (
            match.start(),
            Constraint(column, "<=", _coldness(match), "°C", text=match[0].strip()),
        )
        for match in _DEGREES.finditer(text)
    ]


def _coldness(match: re.Match[str]) -> float:
    written = match["number"]
    number = (float(written) if written.isdigit() else from_han(written)[0] or 0.0) * (-1 if match["minus"] else 1)
    return round(celsius(number), 1) if match["fahrenheit"] else number


def _reaching(dimension: str, does: Sequence[str], attributes: Attributes) -> str | None:
    """The column by which goods of the catalogue do what the verb before a measure says, where it has one."""
    columns = {split_name(column)[0]: column for column in attributes.dimensions.get(dimension, ())}
    return next((columns[name] for name in does if name in columns), None)


def _measured(dimension: str, unit: str, named: Sequence[str], attributes: Attributes) -> str | None:
    """The attribute that a measure is about; None for a span of time that is no battery's."""
    columns = attributes.dimensions.get(dimension, ())
    for column in columns:
        if split_name(column)[0] in named:
            return column
    if dimension == "s":
        about_battery = _DURATION_ATTRIBUTE in named or "battery" in named
        return attributes.columns.get(_DURATION_ATTRIBUTE, _DURATION_ATTRIBUTE) if about_battery else None
    if columns:
        return columns[0]
    if dimension == "mm":
        default = next((name for name in named if name in ("length", "width", "height", "screen_size")), None)
        return default or ("screen_size" if unit in ("inch", "inches", "英寸", "寸", "吋", '"') else "length")
    return _DIMENSION_NAMES.get(dimension)


def _sizes(text: str, attributes: Attributes) -> list[tuple[int, Constraint]]:
    column = attributes.columns.get("size", "size")
    worded = size_words(text) if attributes.lettered else ()
    return [
        *(
            (match.start(), Constraint(column, "=", next(filter(None, match.groups())).upper(), text=_bare(match[0])))
            for match in _SIZE.finditer(text)
        ),
        *((start, Constraint(column, "=", letter, text=wording)) for start, letter, wording in worded),
    ]


def _bare(size: str) -> str:
    """A size as it was written, without the word that it stands behind: "in an XS"."""
    bare = re.sub(r"^(?:in|wear)\s(?:an?\s)?|^an?\s", "", size, flags=re.IGNORECASE)
    return re.sub(r"^(?:us|uk|eu)(?=\s?\d)", lambda system: system[0].upper(), bare, flags=re.IGNORECASE)
