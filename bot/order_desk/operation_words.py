"""The operations on orders that a sentence names, and where: what is sent back, cancelled, exchanged, changed, invoiced."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from bot.order_desk.policy import OperationKind
from bot.text.phrases import has_han

_CHANGE = (
    r"\b(?:chang|modif|switch|updat|amend|edit|alter)\w*|\b(?:make|put) (?:it|them) to\b"
    r"|改|修改|变更|更改|更换|换成|换到|换为|换(?!个?(?:话题|问题))个?"
)
_ADDRESS = (
    r"address|\b(?:should|must|has to|needs to|to) go to (?=[^.;]{0,12}\d)"
    r"|(?<!you )(?<!you guys )\b(?:ship|send|deliver|sent|shipped|delivered|redirect\w*)\b"
    r"(?![^.;,]{0,24}\b(?:back|money|refund|credit|cash)\b)[^.;,]{0,30}? to\b"
    r"|地址|寄到|送到|发到|收货人"
)
_DEFAULT_ADDRESS = (
    r"(?<! to )(?<! to my )(?<! to the )\b(?:default|profile|account|user|home|my own|on file)\b[^.;]{0,24}\baddress"
    r"|address[^.;]{0,24}\b(?:profile|account|on file)\b|默认地址|默认收货地址|账户地址|账号地址|个人资料"
)
_PAYMENT = r"\bpay(?:ment|ing)?\b(?! (?:the )?(?:difference|extra))|付款方式|支付方式|付款|支付|货到付款"
_INVOICE = (
    r"\b(?:send|issue|get|need|want|make|give|email|e-mail)\b[^.;]{0,30}\binvoice\b|\binvoice (?:for|please)"
    r"|[开补要].{0,8}发票|发票.{0,4}[开补]"
)
_CANCEL = (
    r"\bcancel\w*|\bcall off\b|\b(?:not|n't|never) (?:want |wish )?(?:to )?receive\b"
    r"|\b(?:do not|don't|dont|no longer) (?:want|need) (?:the |this |that |my |an? )?(?:\w+ )?order\b"
    r"|\bcall (?:it|this|that|everything|the (?:whole )?(?:thing|order)) off\b|\bget rid of (?:it|that|this|the|my)\b"
    r"|\b(?:stop|drop|scrap|undo|forget about) (?:it|that one|this one|(?:that|this|the|my) (?:[\w-]+ ){0,2}order)\b"
    r"|\b(?:order|one)\b[^.;!?]{0,50}(?:\b(?:is|are|was) ?(?:not|n't)|\bno longer) (?:needed|wanted|required)\b"
    r"|\border\b[^.;!?]{0,50}\b(?:should(?:n't| not) exist|can go(?! to))\b"
    r"|取消|撤销订单|撤单|撤掉|撤了|退单|(?:订单|[那这]个?单子?).{0,6}不想?要|(?:别|不用|不要|停止)(?:再|给我)?发(?:货|货?了)"
)
_EXCHANGE = (
    r"\bexchang\w*|\bswap\w*|\btrad(?:e|ing) (?:(?:it|them|this|that|mine|my|the|those)\b|in\b|for\b)|\breplac\w*"
    r"|换货|调换|退换|更换商品|想换|要换|换一(?!个?(?:话题|问题))"
)
_RETURN = (
    r"(?<!when i )(?<!when we )\breturn\w*|\bsend(?:ing)? (?:it |them |these |this |[\w ]{1,20})?back\b"
    r"|(?<!money )(?<!refund )(?<!difference )\b(?:go|goes|going) back\b(?! to (?:my|the|paypal))"
    r"|\b(?:give|take) (?:it|them|(?:this|that|these|those|the|my) [\w ]{1,20}|[\w ]{1,20})back\b"
    r"|不想留|不留了|退货|退掉|退了|想退|要退|退一|(?<!原路)退回|退这|退那|把.{0,20}退|退.{0,2}[个件台只双把条]"
)
_CUES: tuple[tuple[OperationKind, str], ...] = (
    ("invoice", _INVOICE), ("cancel", _CANCEL), ("exchange", _EXCHANGE), ("return", _RETURN)
)  # fmt: skip
_REFUND = re.compile(
    r"\b(?:want|wanna|get|like|need|demand|give me|request\w*|please|pls|plz)\b[^.]{0,30}(?:\brefund|money back)"
    r"|^refund|退款|退钱",
    re.IGNORECASE,
)
_CUE = re.compile("|".join(f"(?P<c{place}>{pattern})" for place, (_, pattern) in enumerate(_CUES)), re.IGNORECASE)
_CHANGES = re.compile(_CHANGE, re.IGNORECASE)
_ADDRESSES, _DEFAULTS = re.compile(_ADDRESS, re.IGNORECASE), re.compile(_DEFAULT_ADDRESS, re.IGNORECASE)
_SENT_TO = re.compile(r"\b(?:ship|send|deliver)\b[^.;,]{0,30}? to (?=\d+ [A-Z])|寄到|送到|发到", re.IGNORECASE)
_PAYMENTS = re.compile(_PAYMENT, re.IGNORECASE)
_PAYS = re.compile(
    r"\bpay for (?:(?:my|the|this|that) )?(?:\w+ )?order\b"
    r"|\b(?:use|charge)\b[^.;,]{0,40}\bfor the (?:payment|(?:whole )?order)\b"
    r"|(?:^|[:;,] ?)(?:(?:then|also|please|and|next) ){0,3}pay (?:with|by|using|via)\b"
    r"|\b(?:to|as) cash on delivery\b|(?:改成?|换成?|用)货到付款",
    re.IGNORECASE,
)
"""How the whole order shall be paid; what comes after another wish is the way to pay its difference."""
_NOT = re.compile(
    r"(?:\b(?:not|don't|dont|do not|doesn't|no longer|never|won't|without|instead of|rather than|stop"
    r"|forget about|decided? against)"
    r"(?: (?:want|need|wish|like|going|have|try|be|to|the|please|anymore|actually|really)){0,4}\s*$|(?:不|别"
    r"|不用|不想|不要|不需要|先不|取消)[再用想要去]?$)",
    re.IGNORECASE,
)
_POLICY_NOUN = re.compile(
    r"chang\w* (?:of )?(?:my|our|his|her|the) (?:mind|plans?|situation|circumstances)|my plans? (?:have |has )?changed"
    r"|(?:cancellation|returns?|refund|exchange|replacement) (?:policy|policies|process|window|period|label|shipping)",
    re.IGNORECASE,
)
_OBJECT_ENDS = re.compile(r"\b(?:to|into|for|from|via|with)\b|[,;，；]|成|为|到")
_WHERE, _CARD = re.compile(r"\bwhere\b"), re.compile(r"\b(?:credit )?card\b|\bpaypal\b", re.IGNORECASE)
_OBJECT = 200
"""Characters within which a verb's object stands."""


def named_operations(sentence: str) -> list[tuple[int, OperationKind, int]]:
    """Where operations are named: the place, the kind and the end. A change of address or payment is told by its object."""
    blanked = _POLICY_NOUN.sub(lambda match: " " * len(match[0]), sentence)
    han, defaults = has_han(blanked), _DEFAULTS.search(blanked) is not None
    named: list[tuple[int, OperationKind, int]] = []
    for match in _CUE.finditer(blanked):
        named.append((match.start(), _named(blanked, match, han, defaults), match.end()))
    found = list(named)
    for match in _CHANGES.finditer(blanked):
        before = bisect_right(named, match.start(), key=lambda cue: cue[0])
        if before and match.start() < named[before - 1][2]:
            continue
        found.append((match.start(), _changed(blanked, match, han, defaults), match.end()))
    address = None if found else _ADDRESSES.search(blanked)
    if found and {kind for _, kind, _ in found} <= {"change_items"}:
        address = _SENT_TO.search(blanked)
    if (pays := _PAYS.search(blanked)) and all(pays.start() < at for at, _, _ in found):
        found.append((pays.start(), "change_payment", pays.end()))
    if address and re.search(r"\bto\b|寄到|送到|发到|地址.{0,3}[是为：:]", blanked, re.I):
        if not re.search(r"\bpayment\b", blanked, re.I):
            kind: OperationKind = "change_default_address" if defaults else "change_address"
            found.append((address.start(), kind, address.end()))
    return sorted(found)


def _named(sentence: str, cue: re.Match[str], han: bool, defaults: bool) -> OperationKind:
    """The operation that a cue names; what a Chinese word for another stands before says whether goods are meant."""
    kind = next(kind for place, (kind, _) in enumerate(_CUES) if cue[f"c{place}"])
    of_order = _changed(sentence, cue, han, defaults) if kind == "exchange" and "换" in cue[0] else "change_items"
    return kind if of_order == "change_items" else of_order


def _changed(sentence: str, verb: re.Match[str], han: bool, defaults: bool) -> OperationKind:
    """What a general word for changing means: its object stands right after it, or in Chinese before it.

    ``han`` and ``defaults`` tell of the whole sentence whether it is Chinese and speaks of the account's address.
    """
    after = _OBJECT_ENDS.split(sentence[verb.end() : verb.end() + _OBJECT], maxsplit=1)[0]
    before = sentence[max(0, verb.start() - 14) : verb.start()] if han else ""
    object_ = before + " " + after
    if _ADDRESSES.search(object_) or _WHERE.search(after):
        return "change_default_address" if defaults and "order" not in object_ else "change_address"
    if _PAYMENTS.search(object_) or _CARD.search(after):
        return "change_payment"
    return "change_items"


def denied(sentence: str, at: int) -> bool:
    """Whether the customer does not want what is named ``at`` this place: "don't cancel", "instead of returning"."""
    before = sentence[max(0, at - 40) : at].rstrip()
    return _NOT.search(before) is not None


def asked_refund(sentence: str, before: Sequence[OperationKind | None]) -> OperationKind | None:
    """A refund asked for by itself is a return; beside another operation it only says where the money goes."""
    if any(before) or re.search(r"\bwhen\b|\bhow\b|什么时候|多久", sentence, re.IGNORECASE):
        return None
    return "return" if _REFUND.search(sentence) else None


def of_default_address(text: str) -> bool:
    """Whether ``text`` speaks of the address of the customer's account."""
    return _DEFAULTS.search(text) is not None
