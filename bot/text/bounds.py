"""The words that make a figure a bound: under, at least, about, 以内, 以上, 左右.

``X_AFTER`` patterns match right behind the figure, the others end right before it.
"""

from __future__ import annotations

import re
from typing import Literal

BELOW = re.compile(
    r"(?:under|below|(?:less|fewer|lighter|smaller|shorter|quieter|thinner|narrower) than|up to|at"
    r" most|no more than|not (?:more than|over|exceed(?:ing)?)"
    r"|(?:n't|not) (?:cost|be|spend|pay|go)(?:ing)? (?:more than|over|above)|max(?:imum)?(?: of| "
    r"is)?|within|cheaper than"
    r"|lower than|limit(?: is| of)?|<=?|不超过|不要超过|别超过|不能超过|低于|最多|小于|轻于|短于|不足"
    r"|不高于|控制在|不到)\s?(?:a "
    r"|about |大概)?$",
    re.IGNORECASE,
)
ABOVE = re.compile(
    r"(?:over|above|(?:more|heavier|bigger|larger|longer|taller|wider|greater|higher) than|at least"
    r"|from|starting at|upwards of|min(?:imum)?(?: of)?|>=?|高于|超过|至少|不低于"
    r"|大于|重于|长于|最少)\s?$",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"(?:around|about|roughly|approximately|approx\.?|circa|near|close to|~|≈|大约|大概|差不多|约|大致)\s?$", re.IGNORECASE
)
BUDGET_BEFORE = re.compile(
    r"(?:budget(?: is| of|:|'s)?(?: only)?|spend(?: up to)?|i(?:'ve| have)(?: got)?|afford|预算(?:是|为|只有|大概是"
    r"|有|:)?|只有|就)\s?$",
    re.IGNORECASE,
)
SPENT_BEFORE = re.compile(r"(?:\bfor(?: about)?|\bin total|\baltogether|一共|总共|合计|加起来|总价)\s?$", re.IGNORECASE)
BELOW_AFTER = re.compile(
    r"\s?(?:以内|以下|之内|之下|内(?![a-z一-鿿])|封顶|or less|or under|or below|max\b|maximum|tops|at most|and under"
    r"|and below|不到)",
    re.I,
)
ABOVE_AFTER = re.compile(r"\s?(?:以上|起(?!重)|往上|or more|and up|or above|and above|\+|plus\b)", re.IGNORECASE)
NEAR_AFTER = re.compile(r"\s?(?:左右|上下|前后|出头|or so|ish\b|-ish|的?价位|档|的预算)", re.IGNORECASE)
BUDGET_AFTER = re.compile(r"\s?(?:budget|to spend|的?预算)", re.IGNORECASE)


def relation(text: str, start: int, end: int) -> Literal["=", "<=", ">="]:
    """How the figure at ``start:end`` of ``text`` bounds what the customer wants."""
    before = text[max(0, start - 24) : start]
    if BELOW.search(before) or BELOW_AFTER.match(text, end):
        return "<="
    if ABOVE.search(before) or ABOVE_AFTER.match(text, end):
        return ">="
    return "="


_ATTRIBUTES_OF = {
    "length": ("length", "range", "reach", "cable_length", "cord_length"),
    "lasting": ("battery_life", "burn_time", "runtime", "run_time", "playtime"),
    "room": ("capacity", "volume", "load"),
    "strength": ("load", "capacity"),
}
_VERBS = {
    "length": r"reach(?:es|ing)?|stretch(?:es|ing)?|extends?|够[得到]{1,2}|够|拉到|伸到|能到",
    "lasting": r"lasts?|lasting|runs?(?: for)?|(?:burns?|works?) for|续航"
    r"|(?:能|可以)(?:连续)?(?:用|亮|播|跑|撑|烧|点)(?:上|够|满)?|撑得?[到住了]?",
    "room": r"holds?|holding|(?:has )?room for|takes?|(?:能|可以)(?:装|盛|放)(?:下|得下)?|装得?下?|盛",
    "strength": r"carr(?:y|ies)|supports?|bears?|withstands?|承重|承受|(?:能|可以)(?:承|撑|扛|挂)(?:受|重|住)?",
}
_REACHES = re.compile(
    "(?:" + "|".join(rf"(?P<{name}>{verbs})" for name, verbs in _VERBS.items()) + r")"
    r"(?: (?:me|us|it|for|up to|to|about|around|well over))*\s?$",
    re.IGNORECASE,
)


def reached(text: str, start: int) -> tuple[str, ...]:
    """What a thing is to be measured by that must do at least the figure at ``start``, by the verb before it.

    "lasts 10 hours" is a matter of the battery's life, "holds 2 litres" one of the capacity: canonical names of attributes, the
    likeliest first; none where no such verb stands there.
    """
    match = _REACHES.search(text[max(0, start - 32) : start])
    return _ATTRIBUTES_OF[str(match.lastgroup)] if match else ()
