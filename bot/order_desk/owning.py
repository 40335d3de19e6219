"""Whether a message speaks of goods as those that the customer has or ordered, rather than of goods to buy: signs add up."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.order_desk.details import names_payment
from bot.order_desk.reading import LONGEST, names_operation, speaks_of_goods
from bot.types import Sensed
from bot.understanding.wishes import sentences

ENOUGH = 3
"""How much the signs must come to of somebody who named no order."""
LIKELY, SURE = 0.5, 0.85
"""How likely a wish for another variant counts for one sign, and for two."""
_FOUND = (
    r"too|a (?:bit|little|tad|touch)|so|way|rather|slightly|not|much|far|really|very|wrong|overkill|gloomy|silly|awful|terrible"
    r"|useless|uncomfortable|ugly|no good|flimsy"
)
_JUDGED = (
    rf"(?:\b(?:it|the|that|this|these|those|they|my|mine) ?(?:[\w-]+ ){{0,4}}(?:is|are|was|were|turned out|came|gets?|runs?)"
    rf"|\w's|\w're|\b(?:looks?|feels?|seems?)) (?:{_FOUND})\b"
    r"|\b(?:outgrown|outgrew|won't do|will not do|didn't work out|(?:doesn't|don't) (?:fit|suit|match)"
    r"|not what i (?:wanted|need)|overkill|disappoint\w*|regret\w*)\b"
    r"|[\u4e00-\u9fff](?:有点|太|偏|略|不够|不太|不合)[\u4e00-\u9fff]"
)
_POINTED_AT = (
    r"(?:^|[.!?;:,]\s|\bso |\babout |\bfor |\band )\W{0,3}(?:the|that|those|this|these) [a-z]"
    r"|^[^，。！？,.!?]{1,8}?(?:有点|太|偏|想换|要换|改成|换成)"
)
_KEPT = (
    r"\b(?:same|(?<!you )still|stays?|unchanged|(?<!not )keep(?:ing)? (?:it |the |my )|as (?:it )?is\b|everything else|the rest"
    r"|otherwise)"
    r"|不变|不用[变改动]|别的都|其[他它余]|还是(?:要|用|原)|原来|照旧"
)
_CHOSEN = (
    r"\bthe [\w -]{2,30}? (?:that |which )?(?:i|we) (?:picked|chose|selected|put|placed|took)\b"
    r"|^\W*(?:[\w']+[,.!]? ){0,3}order with the\b|我选的|我拍的|我下的"
)
_SIGNS: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(pattern, re.IGNORECASE))
    for weight, pattern in (
        (1, _JUDGED),
        (1, _POINTED_AT),
        (1, _KEPT),
        (1, r"\b(?:instead of|rather than|in place of|not the|no longer|any ?more)\b|而不是|不要了|改主意"),
        (2, r"\btoo late\b|\bif it(?:'s| is) (?:still )?(?:possible|not too late)\b|\bchanged? my mind\b|来得及|还能改"),
        (3, _CHOSEN),
    )
)
_MINE = re.compile(
    r"(?<!for )(?<!in )(?<!with )(?<!to )(?<!on )(?<!of )(?<!like )\bmy (?!name\b|e-?mail\b|zip\b)|我的|我那|我这|我买",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"\b(?:pay|charge|use|put|cover|take|goes?|run|bill)\w*\b|\b(?:on|by|via|with|from) (?:my |the )?\w|\bplease\b|\bfine\b"
    r"|^\W*\w+\W*$|付|用|扣|补",
    re.IGNORECASE,
)
_NOT_PAYING = re.compile(r"\b(?:block|lock|expir|declin|reject|accept|stol|lost|fail)\w*|冻结|失败|被盗|没有|办", re.IGNORECASE)


def speaks_as_owner(text: str, sensed: Sequence[Sensed], asking: Sequence[str]) -> bool:
    """Whether the signs come to enough. ``sensed`` are its sentences with their likeliest wishes.

    ``asking`` are those of its sentences that only ask something: they speak against it.
    """
    written = text[:LONGEST]
    signs = sum(weight for weight, pattern in _SIGNS if pattern.search(written))
    signs += 2 if speaks_of_goods(written) else 1 if _MINE.search(written) else 0
    signs += 1 if names_operation(written) else 0
    signs += 2 if any(pays(one) for one in sentences(written) if one not in asking) else 0
    likely = max((one.probability for one in sensed if one.wish == "other"), default=0.0)
    return signs + (likely >= LIKELY) + (likely >= SURE) - len(asking) >= ENOUGH


def pays(sentence: str) -> bool:
    """Whether a sentence says how something shall be paid."""
    return names_payment(sentence) and _PAYS.search(sentence) is not None and not _NOT_PAYING.search(sentence)
