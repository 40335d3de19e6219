"""Whether a customer takes a product: "I'll take the second one", "就要这个吧", "add it to my cart", "帮我下单"."""

from __future__ import annotations

import re

_OPENING = (
    r"(?:(?:ok(?:ay)?|yes|yeah|great|cool|perfect|nice|alright|then|so|good|fine|sure|thanks|hm+|好的?|行|嗯+|那|可以)"
    r"[吧了啊]?\W*){0,3}"
)
_WILL = (
    r"(?:(?:i(?:'?ll?| will|'d like to| would like to| want to| wanna|'m going to| think i'll| guess i'll)|let'?s|let me"
    r"|can i|could i|may i|please|gimme|give me) (?:just )?)?"
)
_TAKE = r"(?:take|buy|get|order|purchase|have|add|go (?:for|with))\b "
_ONE = (
    r"(?:it|this|that|them|both|them all|all of them|both of them|(?:the|this|that) (?:\w+ )?(?:one|two)"
    r"|(?:the )?(?:first|second|third|fourth|last|cheapest|cheaper|other))"
)
_ENDING = r"(?:[ ,.]+(?:now|please|then|thanks|thank you|today))*\W*"
_ZH_TAKE = r"(?:我|就|给我|帮我|还是){0,3}(?:想?要|买|来|拿|选|定|拍|加上?)了?"
_ZH_ONE = (
    r"(?:[这那][一个款件台只]{1,2}|它|第[一二三四1-4][个款件台种]?|最后[那一]?[个款件]|[最更]?便宜点?的?那?[个款]?"
    r"|[\u4e00-\u9fff]{1,2}色的?那?[个款]?|[两俩]个都?)"
)
_ZH_ENDING = r"(?:[吧了啦啊呀嘛]|好了|就行)*(?:[\s,，。]*(?:帮我|直接|马上)?(?:下单|拍下?|买|结账)[吧了]?)?\W*"
_TAKES = re.compile(
    rf"\W*{_OPENING}(?:{_WILL}{_TAKE}{_ONE}{_ENDING}|{_ZH_TAKE}{_ZH_ONE}{_ZH_ENDING}|就{_ZH_ONE}{_ZH_ENDING}"
    r"|\W*(?:(?:ok(?:ay)?|yes|yeah|great|perfect|fine|sure|so|alright)\W+){1,2}(?:that|this) (?:one|will do|works)"
    r"(?: then| please)*\W*"
    rf"|\W*{_OPENING}(?:\d{{1,2}}|two|three|a couple)(?: (?:of (?:them|these|those)|sets?|pairs?|pieces?))? (?:please|pls)\W*"
    rf"|{_ZH_ONE}我?(?:都?要|买|拿)[了吧啦下]*\W*|我?[都全]要[了吧啦]?\W*)",
    re.IGNORECASE,
)
_TAKES_NAMED = re.compile(
    rf"\W*{_OPENING}(?!(?:can|could|may) i\b)(?:{_WILL}{_TAKE}|(?:我|就|给我|帮我){{1,2}}(?:要买?|买|拿|选|定|拍))",
    re.IGNORECASE,
)
_INTO_CART = re.compile(
    r"\b(?:add|put|pop|throw|stick)\b.{0,40}\b(?:to|in|into) (?:my |the |your |our |a )?(?:shopping )?(?:cart|basket|bag)\b"
    r"|^\W*(?:(?:i'd like|i would like|i want|let me|can i|ready) ?(?:to )?)?(?:proceed to )?check(?:ing)? ?out"
    r"(?: now| please)*\W*$"
    r"|^\W*(?:buy|order) now\W*$|(?:加|放)(?:入|进|到|个)?购物车|加购"
    r"|(?:帮我|给我|我要|我想|直接|马上|现在|可以|就)(?:直接)?(?:下单|拍下|结账|购买)(?!了|后|之后|的)",
    re.IGNORECASE,
)
_HOW_TO_BUY = re.compile(
    r"\bhow (?:do|can|should|to|would) ?(?:i |we )?(?:place an order|order|buy|purchase|check ?out)\b"
    r"(?: (?:it|this|that|one|one of (?:these|those|them)|something|here|online|from you|the \w+ one|things?))*\W*$"
    r"|^\W*(?:(?:行|好的?|可以|嗯)?[吧了]?[\s,，。]*那?就(?:它|这[个款件])吧?[\s,，。]*)?(?:那|请问)?(?:怎么|如何|在?哪[里儿]?)(?:可以|能)?(?:下单|购买|买|结账)(?:呢|啊|呀)?\W*$",
    re.IGNORECASE,
)
_OF_ORDER = re.compile(r"\b(?:my|the|an?) order\b(?! now)|订单", re.IGNORECASE)


def takes(text: str, named: bool) -> bool:
    """Whether ``text``, said while products are shown or ``named``, takes one of them."""
    if _TAKES.fullmatch(text):
        return True
    return named and _TAKES_NAMED.match(text) is not None and not re.search(r"[?？吗]", text)


def into_cart(text: str) -> bool:
    """Whether ``text`` wants something put into the cart, or bought now, whatever was spoken of."""
    return _INTO_CART.search(text) is not None and not _OF_ORDER.search(text)


def how_to_buy(text: str) -> bool:
    """Whether ``text`` only asks how to buy."""
    return _HOW_TO_BUY.search(text) is not None
