"""Where the documents tell customers another time for returns than the order policy gives them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.generation.fact_gate.figures import extract
from bot.lint.findings import Entry, Finding
from bot.order_desk.policy import FILE, OrderPolicy
from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk

HOURS = 24
_SHOWN = 5
_FROM_DELIVERY = re.compile(
    r"\bdeliver\w*|\breceiv\w*|\breceipt\b|\barriv\w*|\bdays to (?:return|send)\b|\b(?:within|up to) \S+ (?:days?|weeks?)\b"
    r"|签收|收到|收货|到货",
    re.IGNORECASE,
)
_RETURNS = re.compile(
    r"\b(?:returned?|returns?|send (?:\w+ ){0,3}back|sent back)\b|退货|退换|无理由|(?<![不能])可以?退(?!款)", re.IGNORECASE
)
_OF_ANOTHER = re.compile(
    r"\b(?:fault\w*|defect\w*|damag\w*|broken|wrong|lost|refund\w*|money|exchang\w*|request\w*|approv\w*|christmas|holiday\w*"
    r"|sale|bikes?|members?)\b|质量|瑕疵|破损|损坏|坏了|发错|错发|漏发|退款|到账|换货|寄回|审核|申请后|会员|活动|春节|双十一",
    re.IGNORECASE,
)
"""What else a time may be of: faulty goods, the money, exchanges, steps on the way, special goods and customers."""


def other_periods(passages: Sequence[Chunk], policy: OrderPolicy) -> Iterator[Finding]:
    """The passages with the time for returns that most of them tell, where none has the policy's.

    Nothing where the policy takes no returns, or sets no time from the delivery on.
    """
    rule = policy.rule("return")
    if rule.how == "no" or rule.within_days is None or rule.counted_from != "delivered_at":
        return
    told = [(chunk, days) for chunk in passages if chunk.kind != "product" and (days := _days(chunk)) is not None]
    if not told or any(days == rule.within_days for _, days in told):
        return
    usual, _ = Counter(days for _, days in told).most_common(1)[0]
    telling = [Entry.of(chunk) for chunk, days in told if days == usual][:_SHOWN]
    entry = Entry(FILE, FILE, telling[0].language, "[return] within_days", f"{rule.within_days:g}")
    reason = f"returns are taken for {usual:g} days in the documents, for {rule.within_days:g} days by {FILE}"
    yield Finding("contradiction", (*telling, entry), reason)


def _days(chunk: Chunk) -> float | None:
    """The days from delivery on that a passage gives for returns of whatever goods; None where no sentence gives one time."""
    for start, end in sentence_spans(chunk.text):
        sentence = chunk.text[start:end]
        asked = f"{chunk.question or ''} {sentence}"
        if not (_RETURNS.search(asked) and _FROM_DELIVERY.search(sentence)) or _OF_ANOTHER.search(asked):
            continue
        times = {figure.low for figure in extract(sentence) if figure.kind == "duration" and not figure.is_range}
        if len(times) == 1:
            return times.pop() / HOURS
    return None
