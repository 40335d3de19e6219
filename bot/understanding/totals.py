"""Whether a customer asks what their cart comes to, or what is in it: "what do I pay in all?", "一共多少钱？"."""

from __future__ import annotations

import re

_IN_ALL = re.compile(
    r"\b(?:what'?s|(?:what|how much) (?:do|will|would|should|must|does|is|are))\b.{0,40}"
    r"\b(?:in all|in total|all ?together|altogether|overall|(?:sub)?total|everything|all of (?:it|them|this|that)|come to)\b"
    r"|\bhow much (?:for|is|are|would be) (?:it all|that all|all this|all that|everything|all of (?:it|them)|them all)\b"
    r"|\bwhat (?:do|will|would|should|must) (?:i|we) (?:have to )?(?:pay|owe|be charged)(?: now| then| at the end)?\W*$"
    r"|\bhow much (?:more|else)\b.{0,40}\bfree (?:delivery|shipping|postage)\b"
    r"|(?:还?差|再买|再凑|凑)多少.{0,8}(?:包邮|免运费|免邮)|(?:包邮|免运费|免邮).{0,4}还?差多少"
    r"|^\W*(?:and |so )?(?:the |my )?(?:grand |sub)?total(?: price| cost| amount)?(?: please)?\W*$"
    r"|(?:一共|总共|合计|总计|加起来|加一起|全部|所有|拢共|统共).{0,8}(?:多少钱|多少|几多钱|几块|什么价)"
    r"|多少钱.{0,2}(?:一共|总共|合计)|总价(?:格|是)?.{0,3}多少|^\W*(?:总价|合计|总计)\W*$|(?:要|需要|应)付多少",
    re.IGNORECASE,
)
_CART = re.compile(r"\b(?:cart|(?:shopping )?basket|shopping bag|trolley)\b|购物车", re.IGNORECASE)
_OF_CART = re.compile(
    r"\bwhat(?:'?s| is| do i have| have i)?\b|\bhow (?:much|many)\b|\b(?:show|list|total|sum|cost|price|worth|pay|deliver\w*"
    r"|shipping|postage|free|in stock|available)\b|有什么|有啥|有哪些|多少|总|合计|运费|包邮|有货|里面|看看",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\bhow (?:do|can|to|long|should)\b|\bwhy\b|\bcan'?t\b|\b(?:my|the|an?|your) orders?\b|\brefund\w*\b"
    r"|怎么|如何|为什么|多久|订单|退款|打不开|加不[进了]",
    re.IGNORECASE,
)


def asks_in_all(text: str) -> bool:
    """Whether ``text`` asks for the sum of what was chosen, without naming an order."""
    return _IN_ALL.search(text) is not None and _ELSEWHERE.search(text) is None


def asks_of_cart(text: str) -> bool:
    """Whether ``text`` asks for what is in the customer's cart, or what it costs."""
    named = _CART.search(text) is not None and _OF_CART.search(text) is not None
    return named and _ELSEWHERE.search(text) is None
