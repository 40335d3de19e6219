"""What a message wants done to orders: its words parted into wishes, each with the kind of operation that they name."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.order_desk.policy import OperationKind
from bot.understanding.phrases import has_han, plain
from bot.understanding.script import HAN

LONGEST = 4_000
_SENTENCE = re.compile(rf"(?<=[.;!?])\s+|(?<=;)(?=[{HAN}])|(?<=[。；！？\n])\s*")
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
_PAYMENT = r"\bpay(?:ment|ing)?\b(?! (?:the )?(?:difference|extra))|付款方式|支付方式|付款|支付"
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
_UNSENT = re.compile(
    r"\b(?:has|have|is|was)(?:n't| not) (?:yet )?(?:been )?(?:ship\w*|sent|left|gone out|dispatch\w*)"
    r"|\bbefore it (?:ships|leaves)"
    r"|(?:还没|没有?|未)发",
    re.IGNORECASE,
)
"""What is sent back before it was sent is a cancelled order."""
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
_FALLBACK = re.compile(
    r"^\W*(?:but |and |or )?if (?:it|that|this)(?:'s| is|) ?"
    r"(?:not|isn't|can't|cannot|won't|doesn't|no longer|too late|impossible)\b"
    r"|^\W*(?:if not|otherwise|or else)\b"
    r"|^(?:如果|要是|若).{0,6}(?:不行|不能|不可以|来不及|办不了)|^(?:不行的话|否则|实在不行)",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"\b(?:my|the|this|that|an|in my|in the) (?:[\w-]+ ){0,2}orders?\b"
    r"|\b(?:have|i|i've|we|just|had) (?:just )?(?:ordered|received|bought|got)\b"
    r"|\bbefore (?:you|it|they|that)\b[^.;!?]{0,16}\b(?:ship|send|leave|go out|dispatch|post)\w*"
    r"|\borders?\b[^.;!?]{0,20}\bopen\b"
    r"|\b(?:delivery|parcel|package)\b"
    r"|(?:\bnot|n't) (?:yet )?(?:been )?(?:ship|sent|deliver|arriv|come)\w*|\bwaiting for\b|\b(?:was|were) supposed to be\b"
    r"|\b(?:you|from) (?:guys )?(?:sent|delivered|shipped|you)\b"
    r"|\bmy (?:[\w-]+ ){1,3}(?:is|are|was|were|isn't|aren't|came|arrived|doesn't|don't|broke|stopped|leaks?|keeps?)\b"
    r"|订单|(?:没|未|还没|不用|不要|别)再?[发寄]货?|收到的?|我买的|我订的|下的?单|[那这哪一]单|单子|拍下|到手",
    re.IGNORECASE,
)
_ADDRESSES, _DEFAULTS = re.compile(_ADDRESS, re.IGNORECASE), re.compile(_DEFAULT_ADDRESS, re.IGNORECASE)
_SENT_TO = re.compile(r"\b(?:ship|send|deliver)\b[^.;,]{0,30}? to (?=\d+ [A-Z])|寄到|送到|发到", re.IGNORECASE)
_PAYMENTS = re.compile(_PAYMENT, re.IGNORECASE)
_PAYS = re.compile(
    r"\bpay for (?:(?:my|the|this|that) )?(?:\w+ )?order\b"
    r"|\b(?:use|charge)\b[^.;,]{0,40}\bfor the (?:payment|(?:whole )?order)\b"
    r"|(?:^|[:;,] ?)(?:(?:then|also|please|and|next) ){0,3}pay (?:with|by|using|via)\b",
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
_TOPIC = re.compile(
    r"\W{0,3}(?:(?:and|then|also|next|now|as) ){0,3}(?:for|in|on|about|regarding|concerning|with) (?:my |the )?(?:order )?"
    r"(?:number )?(#?[A-Za-z]{0,4}-?\d[\w-]{3,30}) ?[:,]"
    r"|\W{0,3}(?:还有|另外|然后|再|最后|接着)?,?(?:我的|我)?订单号? ?(#?[A-Za-z]{0,4}-?\d[\w-]{3,30})(?= ?[:,])",
    re.IGNORECASE,
)
"""The order that a sentence says at its beginning that all of it is about."""
_NUMBERED = re.compile(r"#[A-Za-z]{0,4}-?\d{3}|\b[A-Za-z]{1,4}-?\d{4,}\b|\b(?:the|my) other order\b|另[一外]", re.IGNORECASE)
_JOIN = re.compile(
    r"\s*(?:,|\band\b|\bthen\b|\balso\b|\bplus\b|\bafter that\b|，|并且|并|再|然后|另外|还有|同时|顺便)\s*(?:\band\b"
    r"|\balso\b|\bthen\b|把)?\s*",
    re.IGNORECASE,
)
_OBJECT_ENDS = re.compile(r"\b(?:to|into|for|from|via|with)\b|[,;，；]|成|为|到")
_WHERE, _CARD = re.compile(r"\bwhere\b"), re.compile(r"\b(?:credit )?card\b|\bpaypal\b", re.IGNORECASE)
_OBJECT = 200
"""Characters within which a verb's object stands."""
INSTEAD = re.compile(
    r"\binstead\b|\brather\b|\bchanged? my mind\b|\bactually\b|\bon second thou?ghts?\b|改成"
    r"|还是(?:算了|换|改|取消|退|想|要(?!原))|算了.{0,3}[还改]|改主意",
    re.IGNORECASE,
)
_SAME_AS = re.compile(
    r"\(?\bsame (?:address )?(?:as|with) (?:for |in |on |the |my )*(?:order )?(?P<id>#?\w+)\)?"
    r"|\b(?:address|one|the same) (?:of|from|on|in|as|for) (?:my "
    r"|the )?(?:other )?order (?P<id2>#?[A-Za-z]{0,4}-?\d+)|(?:和|跟"
    r"|与)订单?\s*(?P<id3>#?[A-Za-z]{0,4}-?\d+)\s*(?:的地址)?(?:一样|相同)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message. ``kind`` is the operation that it names, if any; ``dropped``: the customer does not want it.

    ``fallback``: they want it where what they said before cannot be had.
    """

    text: str
    kind: OperationKind | None = None
    dropped: bool = False
    fallback: bool = False


def clauses(text: str) -> list[Clause]:
    """The message in order: a clause for each operation named, and those between them that only tell more."""
    return list(_clauses(text))


@lru_cache(maxsize=64)  # a turn asks several times for those of its message
def _clauses(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    written = _spelt_out(plain(text, LONGEST))
    for sentence in _SENTENCE.split(written):
        if sentence.strip():
            told = list(_parted(sentence.strip(), [clause.kind for clause in found]))
            if found and _FALLBACK.search(sentence):
                told = [replace(clause, fallback=True) for clause in told]
            found += told
    return tuple(found)


_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12}
_COUNTED = re.compile(
    rf"\b(?P<n>{'|'.join(_NUMBERS)})(?P<unit>[ -](?:piece|inch|litre|liter|cup|hour|ft|foot|feet|gb|bar)\w*)", re.IGNORECASE
)


def _spelt_out(text: str) -> str:
    """``text`` with what is written short in words: 34" is 34 inch, w/ is with, 2400万像素 is 24MP, 30 to 50 lbs a range."""
    text = re.sub(r"(\d{1,4})00万像素", r"\1MP", text)
    text = re.sub(r"\b(\d+) ?(?:to|到|至|~|–) ?(\d+)(?= ?(?:lb|pound|kg|kilo|磅|公斤|斤))", r"\1-\2", text, flags=re.IGNORECASE)
    text = _COUNTED.sub(lambda match: f"{_NUMBERS[match['n'].lower()]}{match['unit']}", text)
    return re.sub(r"\bw/\s?", "with ", re.sub(r"(?<=\d)\s?(?:\"|″|''|”)", " inch", text))


def speaks_of_goods(text: str) -> bool:
    """Whether ``text`` speaks of an order, or of goods as those that the customer ordered, awaits or got."""
    return _ORDERED.search(text) is not None


def names_operation(text: str) -> bool:
    """Whether any clause names an operation that is wanted."""
    return any(clause.kind and not clause.dropped for clause in clauses(text))


def of_default_address(text: str) -> bool:
    """Whether ``text`` speaks of the address of the customer's account."""
    return _DEFAULTS.search(text) is not None


def same_as(text: str) -> str | None:
    """The order number in "the same as …", which is where an address comes from, not what is to be changed."""
    match = _SAME_AS.search(text)
    return (match["id"] or match["id2"] or match["id3"]) if match else None


def without_same_as(text: str, kind: OperationKind) -> str:
    """``text`` of a wish for another address without that; of others it names the order of an item ("the one in order …")."""
    return _SAME_AS.sub(" ", text) if kind in ("change_address", "change_default_address") else text


def _parted(sentence: str, before: Sequence[OperationKind | None]) -> Iterator[Clause]:
    """The clauses of one sentence: it is parted where a second operation is named."""
    cues = _cues(sentence)
    if not cues:
        yield Clause(sentence, _refund(sentence, before))
        return
    starts, topic = [0], _TOPIC.match(sentence)
    for (at, kind, _), (start, following, _) in pairwise(cues):
        if kind != following or _denied(sentence, at) != _denied(sentence, start):
            joins = [match.start() for match in _JOIN.finditer(sentence, starts[-1], start) if match.start() > starts[-1]]
            starts.append(joins[-1] if joins else start)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(sentence)
        first = bisect_left(cues, start, key=lambda cue: cue[0])
        if first < len(cues) and cues[first][0] < end:
            at, kind, _ = cues[first]
            joint = _JOIN.match(sentence, start) if start else None
            told = sentence[joint.end() if joint else start : end]
            if start and topic and not _NUMBERED.search(told):
                told = f"{topic[1] or topic[2]} {told}"
            unsent = kind == "return" and _UNSENT.search(told) is not None
            yield Clause(told, "cancel" if unsent else kind, _denied(sentence, at))


def _cues(sentence: str) -> list[tuple[int, OperationKind, int]]:
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


def _denied(sentence: str, at: int) -> bool:
    before = sentence[max(0, at - 40) : at].rstrip()
    return _NOT.search(before) is not None


def _refund(sentence: str, before: Sequence[OperationKind | None]) -> OperationKind | None:
    """A refund asked for by itself is a return; beside another operation it only says where the money goes."""
    if any(before) or re.search(r"\bwhen\b|\bhow\b|什么时候|多久", sentence, re.IGNORECASE):
        return None
    return "return" if _REFUND.search(sentence) else None
