"""What a customer asks of an order that they were shown: what is in it, what it cost, when it comes."""

from __future__ import annotations

import re

from bot.text.phrases import plain

LONGEST = 200
_IT = r"(?:it|that|this|they|everything|(?:the|my|this|that) (?:whole |entire )?(?:order|parcel|package|delivery|things?))"
_DAY_ZH = r"(?:什么时候|啥时候|何时|哪天|几号)"
_ASPECTS: dict[str, tuple[str, ...]] = {
    "items": (
        r"\bwhat (?:did|have) (?:i|we) (?:order|buy|bought|ordered)",
        rf"\bwhat(?:'s| is| was) in {_IT}",
        r"\b(?:which|what) (?:items|things|products) (?:are|were|did) (?:in|i|we|there)\b",
        r"\bdid you (?:ship|send) (?:both|all|everything)",
        r"(?:我|都|里面|里)[^，。！？]{0,4}(?:买|订|下单|拍)(?:了|过)?的?(?:是)?(?:什么|啥|哪些|哪几)",
        r"(?:里面|单子?里|包裹里)[^，。！？]{0,3}(?:有|是)(?:什么|啥|哪些)",
        r"(?:都|全部?|两[件个样])[^，。！？]{0,3}[发寄](?:货|出)?(?:了|出)[吗么没]",
    ),
    "total": (
        rf"\bhow much (?:was|is|did|does|were) {_IT}(?: (?:cost|come to|in (?:total|all)|all ?together|altogether|again))?\W*$",
        r"\bhow much (?:did|have) (?:i|we) (?:pay|paid|spend|spent)",
        rf"\bwhat did (?:i|we|{_IT}) (?:pay|cost|come to)",
        r"\b(?:order )?total\b|[一总]共[^，。！？]{0,4}多少|[花付用]了[^，。！？]{0,2}多少|[单总]金额|合计多少|实付",
    ),
    "tracking": (r"\btracking\b|(?:运单|快递单|物流单)号|单号(?:是|发)",),
    "carrier": (
        r"\b(?:which|what) (?:carrier|courier|shipp\w+ company|delivery company|parcel service)",
        r"\bwho(?:'s| is) (?:delivering|shipping|sending|carrying)\b",
        r"(?:哪家|什么|哪个|啥)(?:快递|物流)|快递公司",
    ),
    "placed": (rf"\bwhen did (?:i|we) (?:order|buy|place)|{_DAY_ZH}(?:下的|买的|订的|拍的)",),
    "delivered": (rf"\bwhen (?:was|were|did) {_IT} (?:delivered|arrive|get here|come)|{_DAY_ZH}(?:签收|送到|到|收到)的",),
    "expected": (
        r"\bwhen(?:'ll| (?:will|does|do|should|is|are|can|could|might|would)) (?:\w+ ){1,6}?"
        r"(?:arriv\w*|come|coming|get(?: here| it| them)?|be (?:here|there|delivered)|expect|receive|land|show up)\b",
        r"\bhow (?:much long(?:er)?|long(?:er)?|many more days)\b(?! (?:do|have|can) (?:i|we)\b)[^.?!]{0,30}"
        r"(?:\b(?:take|until|till|arriv\w*|wait|come|get|left)\b|\?|$)",
        r"\b(?:eta|arrival date|delivery date|expected delivery)\b|\bwhat day\b[^.?!]{0,20}\b(?:arriv|com|deliver)",
        rf"(?:{_DAY_ZH}|多久|几天|多长时间)[^，。！？的]{{0,5}}(?:到|收到|送达)(?!账|款|的)|还[要得][^，。！？]?(?:多久|几天|多长)",
        r"(?:今天|明天|后天|周[一-日末])[^，。！？]{0,3}能(?:到|送到|收到)",
    ),
    "address": (
        r"\b(?:what|which) address\b",
        r"\bwhere (?:is|are|was|will|did) (?:\w+ ){1,3}?(?:going|sent|send|sending|ship|shipped|shipping|delivered)\b",
        r"[寄送发][到往](?:哪|什么地方|啥地方)|地址(?:是|填|写)的?(?:哪|什么|啥|对)",
    ),
    "payment": (
        r"\bhow did (?:i|we) pay|\b(?:which|what) (?:card|payment method)\b",
        r"(?:怎么|用什么|用啥|哪种方式)(?:支付|付的?款?)的?",
    ),
}
_MATCHERS = tuple((name, re.compile("|".join(patterns), re.IGNORECASE)) for name, patterns in _ASPECTS.items())
_HURRIES = re.compile(
    r"\bwhy\b[^.?!]{0,30}\b(?:slow|long|late|delay\w*|not (?:here|arrived)|hasn'?t|haven'?t)\b"
    r"|\b(?:hurry|speed|chase)\b[^.?!]{0,12}\b(?:it|this|them|up|that|order|parcel)\b"
    r"|\b(?:taking|takes|took) (?:too|so|very|really|way too) long|\btaking (?:forever|ages)|\b(?:so|too|really) slow\b"
    r"|\b(?:still|hasn'?t|haven'?t|has not|not)\b[^.?!]{0,14}\b(?:arrived|come|here|got(?:ten)? it|received)\b"
    r"|\b(?:is|are|it'?s|was|so|very|too) late\b|\bcompensat\w*|赔[偿付]|补偿|[迟晚]到|逾期"
    r"|催|(?:怎么|为什么|为啥|咋)[^，。！？]{0,4}(?:慢|久|没到|没收到|不到|没动)|[太好]慢|[还都]没有?(?:到|收到|送到|动静|发货)",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"\W*(?:(?:can i|could i|i want to|i'd like to|please|show|see|view|list|what are|where are) (?:me |see |view )?)*"
    r"(?:all )?(?:of )?my (?:\w+ )?orders(?: please)?\W*|.{0,20}\b(?:order|purchase) history\b.{0,12}"
    r"|.{0,12}\bwhat (?:did|have) (?:i|we) (?:buy|bought|order|ordered|purchased?)"
    r"(?: (?:from you|here|last time|last|before|so far|in the past|already))+\W*"
    r"|.{0,12}\bwhat (?:was|is) (?:my|the) (?:last|latest|most recent) (?:order|purchase)\W*"
    r"|(?:看看?|查一?下?|查查|显示|给我看)?我的?(?:所有|全部|历史)?的?订单(?:有哪些|列表|都有?哪些|记录)?\W*|.{0,8}(?:历史订单|订单记录|购买记录|所有订单|全部订单).{0,8}"
    r"|我?(?:在你们?(?:家|这里?|店里?)|都|之前|上次|以前|最近|上一?次|一共){0,3}买(?:过|了|的)(?:什么|啥|哪些|些什么|东西)(?:东西)?\W*",
    re.IGNORECASE,
)
_LAST_TIME = re.compile(r"\b(?:last time|(?:last|latest|most recent|newest) (?:order|purchase))\b|上一?次|最近", re.IGNORECASE)
_MISSING = re.compile(
    r"\b(?:never|not|didn'?t|haven'?t|hasn'?t|did not|have not|nothing)\b[^.?!]{0,20}"
    r"\b(?:got|get|receive\w*|arrive\w*|come|came|here|there)\b"
    r"|\b(?:missing|lost|stolen|nowhere)\b|\b(?:send|ship) (?:it |me )?(?:again|another|a new one)\b|\bresend\b"
    r"|没有?(?:收到|拿到|看到|找到)|(?:门口|驿站|快递柜|家里?|邻居)[^，。！？]{0,4}[都也]?没有?|丢[了件]|补发|重[发寄]|少[了发]",
    re.IGNORECASE,
)
_PIECE = re.compile(
    r"\b(?:item|part|piece|thing|something|one|accessor\w+)s?\b[^.?!]{0,12}\b(?:is|are|was|were) missing"
    r"|\bmissing (?:an? )?(?:item|part|piece)"
    r"|\bincomplete\b|\bonly (?:got|received) (?:one|two|half|part)|[少漏缺][了发]",
    re.IGNORECASE,
)


def asks_for_orders(text: str) -> bool:
    """Whether a customer asks which orders they have, or for the last one: "my orders", 我买过什么."""
    return _ORDERS.fullmatch(plain(text)[:LONGEST]) is not None


def of_last_time(text: str) -> bool:
    """Whether what was bought last is meant, and nothing before."""
    return _LAST_TIME.search(plain(text)[:LONGEST]) is not None


def order_aspects(text: str) -> tuple[str, ...]:
    """The facts of an order that ``text`` asks for; none where it asks for all, or for nothing of an order."""
    asked = plain(text)[:LONGEST]
    return tuple(name for name, matcher in _MATCHERS if matcher.search(asked))


def hurries(text: str) -> bool:
    """Whether a customer who waits for a parcel complains of the time, or wants somebody to see to it."""
    return _HURRIES.search(plain(text)[:LONGEST]) is not None


def says_missing(text: str) -> bool:
    """Whether a parcel, or something of it, did not come though it is said to be there: 显示签收了我没收到."""
    return _MISSING.search(plain(text)[:LONGEST]) is not None


def lacks_piece(text: str) -> bool:
    """Whether something of a parcel is missing that came otherwise: 少了一件."""
    return _PIECE.search(plain(text)[:LONGEST]) is not None
