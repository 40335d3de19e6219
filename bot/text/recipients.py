"""For whom something is meant: a row on flowers for a patient does not tell what suits a mother."""

from __future__ import annotations

import re
from functools import lru_cache

_WHO = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("mother", r"妈妈|母亲|老妈|我妈|婆婆|\b(?:mum|mom|mother)(?:-in-law)?\b(?!'s day)"),
        ("father", r"爸爸|父亲|老爸|我爸|公公|岳父|\b(?:dad|father)(?:-in-law)?\b(?!'s day)"),
        (
            "beloved",
            r"女朋友|男朋友|女友|男友|老婆|老公|对象|爱人|\b(?:girlfriend|boyfriend|wife|husband|partner|fianc[eé]e?)\b",
        ),
        ("child", r"孩子|小孩|儿童|宝宝|女儿|儿子|\b(?:kids?|child(?:ren)?|bab(?:y|ies)|son|daughter)\b"),
        ("patient", r"病人|住院|探病|生病的|\b(?:patients?|in hospital|hospital visit|someone ill|sick)\b"),
        ("teacher", r"老师|\bteachers?\b"),
        ("business", r"客户|领导|老板|同事|上司|\b(?:clients?|customers? of mine|boss|colleagues?|co-?workers?)\b"),
        ("elder", r"长辈|老人|爷爷|奶奶|外公|外婆|\b(?:grand(?:mother|father|ma|pa|parents)|elderly)\b"),
        ("friend", r"(?<![女男])朋友|闺蜜|\bfriends?\b"),
    )
}


_GIVES = re.compile(
    r"(?<!配)送(?!到|货|达|上门)|礼|选|推荐|适合|买(?:什么|哪)"
    r"|\b(?:gifts?|presents?|giv(?:e|ing)|choos\w+|suits?|suitable|recommend\w*|best|good|buy)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def recipients(text: str) -> frozenset[str]:
    """The kinds of people that a text speaks of giving to, or choosing for; none where it speaks of neither.

    Whether a friend may collect an order tells the same of a wife.
    """
    return frozenset(name for name, pattern in _WHO.items() if pattern.search(text)) if _GIVES.search(text) else frozenset()
