"""Which attribute of a product a question asks for, in customers' words: "is it loud" and 声音大吗 ask for its noise."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.shop.attributes import split_name
from bot.understanding.places import named

_ASKED = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("waterproof", r"\bwater ?-?proof\w*|\bwater[- ]?(?:resistan\w+|tight)|\brain ?-?proof\w*|\bin the rain\b"
         r"|防水|防雨|淋雨"),
        ("noise", r"\b(?:loud|noisy|noise(?![- ]cancel\w*)|decibels?|dbs?)\b"
         r"|噪音|噪声|声音?大|吵不吵|[很太会]吵|多吵|分贝|静音吗"),
        ("voltage", r"\bvoltage\b|\b(?:1[0-2]|2[0-4])0 ?v(?:olts?)?\b|电压|(?:1[0-2]|2[0-4])0 ?[伏v]"),
        ("weight", r"\bhow heavy\b|\bweigh(?:t|s)?\b|\bhow many (?:grams?|kilos?|kgs?|pounds)\b|多重|重量|重不重|沉不沉"
         r"|几[公千]?[斤克]|多少(?:公?斤|千?克)"),
        ("capacity", r"\bcapacity\b|\bhow many (?:lit(?:er|re)s?|ml)\b|容量|几升|多少(?:毫?升)|装多少水"),
        ("material", r"\bmade (?:of|from|out of)\b|\b(?:what|which) materials?\b|材质|什么材料|[什啥]么?做的"),
        ("battery_life", r"\bbattery (?:life|lasts?)\b|\bhow long (?:does|do|will) (?:the|its|their) (?:battery|charge)\b"
         r"|\bhow long (?:does|do|will) (?:it|they) last\b"
         r"|续航|(?:能|可以)?亮多[久长]"
         r"|(?:充满|充一次)电?(?:能|可以)?用多久"),
        ("people", r"\bhow many (?:people|persons|ppl)\b|(?:几|多少)个?人(?:用|住|睡)"),
        ("comfort_temperature", r"\bcomfort temp\w*|\bhow (?:cold|warm)\b|舒适温|(?:最低|能抗|零下)(?:多少|几)度"),
        ("power", r"\bwatts?\b|\bwattage\b|功率|(?:多少|几)瓦"),
        ("warranty", r"\bwarranty\b|\bguarantee\b|保修|质保"),
    )
}  # fmt: skip
_RUNS = re.compile(r"\b(?:works?|working|use[ds]?|runs?)\b|(?:能|可以)[用使]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def asked_attributes(question: str) -> tuple[str, ...]:
    """Canonical names of the attributes asked for. Whether a thing works in a country is asked of its voltage."""
    found = tuple(name for name, pattern in _ASKED.items() if pattern.search(question))
    return ("voltage",) if not found and _RUNS.search(question) and named(question) else found


@lru_cache(maxsize=4096)
def beside_attribute(question: str) -> str:
    """``question`` without the words that ask for an attribute."""
    for name in asked_attributes(question):
        question = _ASKED[name].sub(" ", question)
    return question


def tells(label: str, question: str) -> bool:
    """Whether the attribute with this ``label`` is one that the question asks for."""
    return split_name(label)[0] in asked_attributes(question)
