"""Ways of paying, addresses, reasons and names in the customer's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.order_desk.policy import OperationKind, Reason
from bot.shop.addresses import PARTS, parts_of
from bot.shop.records import PaymentMethod
from bot.text.phrases import has_han, plain
from bot.understanding.confirmation import is_yes
from bot.understanding.identifiers import find_emails

_KINDS = (
    ("gift_card", r"gift[ _-]?card|\bgc\b|store credit|website credit|shop credit|voucher|礼品卡|购物卡|储值卡"),
    ("paypal", r"pay\s?pal|贝宝"),
    (
        "credit_card",
        r"credit[ _-]?card|debit card|\bvisa\b|master ?card|\bamex\b|american express|\bmy card\b|\bthe card\b"
        r"|信用卡|银行卡|万事达|维萨|威士卡|运通",
    ),
)
_ORIGINAL = re.compile(
    r"\boriginal\b|\bsame (?:payment|method|card|way|account)\b|\bhow i paid\b|\bi (?:paid|used)\b"
    r"|\bwhatever i (?:paid|used)\b"
    r"|原路|原支付|原来的|原付款|原卡",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\b(?:any|either|whichever|whatever|don't care|doesn't matter|don't mind|you choose|up to you)\b|都行|都可以|随便|随意",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset({"不要了", "不想要", "不想要了", "不要", "don't want", "do not want", "don't want it"})
_BRANDS = {"mastercard": ("万事达",), "visa": ("维萨", "威士"), "amex": ("运通", "americanexpress")}
_NO_NUMBER = re.compile(
    r"\b(?:don[' ]?t|do not|can[' ]?t|cannot|could ?n[o']?t|no longer|never got|lost|forgot|deleted|no)\b.{0,30}"
    r"\b(?:order|confirmation) (?:numbers?|no\.?|ids?|e-?mails?)\b|\bwithout (?:an?|the|my) order (?:number|id)\b"
    r"|(?:没有?|忘了?|忘记了?|找不到|不记得|记不[得住清]|不知道|丢了?|删了?).{0,6}(?:订单|单)号|(?:订单|单)号(?!是).{0,6}(?:忘|找不|没|不记|记不|不知|丢|删)",
    re.IGNORECASE,
)
_LACKS_IT = re.compile(
    r"(?:(?:sorry|hmm+|no|but|well)\W+)*(?:i )?(?:don'?t|do not|can'?t|cannot|couldn'?t) (?:have|know|find|remember|see) "
    r"(?:it|one|that|(?:the|my|any|a) (?:number|id|code|mail|e-mail))(?: (?:any ?more|here|now|right now))?\W*"
    r"|(?:sorry\W+)?(?:i )?(?:lost|forgot|deleted) (?:it|that|the (?:number|mail|e-mail))\W*"
    r"|(?:我)?(?:没有|找不到|不记得|忘了|忘记了|不知道|没了)(?:了|啊|呀|哦|号码|编号|诶)*",
    re.IGNORECASE,
)
_LAST = re.compile(r"(?:ending|ends|end|last (?:four|4)(?: digits)?|尾号)\D{0,12}(\d{4})", re.IGNORECASE)
_DENIED = re.compile(r"(?:\bnot|\bthan|instead of|rather than|don't want|别|不[要用])\W+(?:\w+\W+){0,3}$", re.IGNORECASE)

_ZIP = re.compile(r"(?<![\d#A-Za-z-])\d{5}(?:-\d{4})?(?![\d-])|(?<!\d)\d{6}(?!\d)")
_ZIP_SAID = re.compile(
    r"(?:\bzip(?:\s?code)?|\bpost(?:al)?\s?code|邮编|邮政编码)\s*(?:is|are|:|：|=|是|为|number)?\s*([A-Za-z]{0,2}\d[\w-]{2,9})",
    re.IGNORECASE,
)
_NAME_SAID = re.compile(
    r"(?:\b(?:[Mm]y )?(?:full )?[Nn]ame(?:'s| is|:)?|\bI'?m|\bI am|\b[Tt]his is|\b[Ii]t's|\b[Ii]t is)\s+"
    r"(?P<en>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]+){1,3})|(?:我叫|我是|姓名[是为:：]?|名字[是叫:：]?)\s*(?P<zh>[\u4e00-\u9fff·]{2,6}|[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]+){1,3})"
)
_INTRODUCES = (
    r"(?:\b(?:my\s+)?(?:full\s+)?name(?:'s|\s+is|:)?|\bi(?:'m|\s+am)|\b(?:this|it|here)(?:'s|\s+is)"
    r"|我叫|我是|姓名[是为:：]?|名字[是叫:：]?|^\W*)"
)
_NAME_BARE = re.compile(r"(?P<en>\b[A-Z][\w'’-]+(?:\s+[A-Z][\w'’.-]+){1,3})|^\s*(?P<zh>[\u4e00-\u9fff·]{2,4})(?=[\s,，、\d])")
_NAME_BESIDE_ZIP = re.compile(
    r"(?P<en>\b[A-Z][\w'’-]+(?: [A-Z][\w'’.-]+){1,3})[,;]? \(?(?:zip(?: code)? )?(?P<zip>\d{5})\b(?!-?\d)"
)
_STREET = re.compile(r"(?<![\w#])(?<!Suite )(?<!Apt )(?<!Unit )\d+[A-Za-z]?\s+(?:[A-Z0-9][\w.'’-]*\s+){0,4}[A-Z][\w.'’-]*")
_UNIT = re.compile(r"\b(?:suite|apt\.?|apartment|unit|floor|room|#)\s*#?\s?[\w-]+", re.IGNORECASE)
_REGION = re.compile(r"\b([A-Z]{2})\b[,\s]+(?:[A-Za-z. ]{2,20}[,\s]+)?(\d{5}(?:-\d{4})?)")
_COUNTRY = re.compile(r"\b(?:USA|U\.S\.A\.?|United States(?: of America)?|US)\b")
_LINE_ZH = re.compile(
    r"(?:地址)?(?:改成|改为|改到|换成|换到|换为|寄到|送到|发到|地址[是为：:]|是|：|:)\s*(?P<line>[^。；;！!？?]{6,120})"
)
_ADDRESS_ZH = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,}(?:省|市|区|县|路|街|道|号|弄|镇|乡|村)[\w\u4e00-\u9fff\-#（）() ]*"
)
_PLACE_ZH, _DIGIT = re.compile(r"[省市区县镇乡村路街道弄巷里]"), re.compile(r"\d")
"""What an address has at least; a number with 号 is a part of one."""
_LINE_EN = re.compile(r"\b(?:to|is|address:?|at)\s*:?\s*(?P<line>\d+[^;!?]{8,140})", re.IGNORECASE)


def without_introduction(text: str, name: str) -> str:
    """``text`` without its customer's ``name`` where they introduce themselves by it, and without e-mail addresses.

    Mr Brown, brown@example.com, wants nothing in brown.
    """
    for email in reversed(find_emails(text)):
        text = text[: email.start] + text[email.end :]
    words = name.split()
    if not words:
        return text
    full, last = r"\s+".join(map(re.escape, words)), re.escape(words[-1])
    called = rf"(?:{full}|(?:mr|mrs|ms|miss|mx|dr)\.?\s+{last})(?![A-Za-z])"
    return re.sub(rf"{_INTRODUCES}\s*{called}", "", text, flags=re.IGNORECASE)


def payment_method(text: str, methods: Sequence[PaymentMethod], original: PaymentMethod | None) -> str | None:
    """The id of the customer's way of paying that ``text`` names; None where it names none, or one that several fit."""
    written = plain(text, 4_000)
    for method in methods:
        if method.id and re.search(rf"(?<!\w){re.escape(method.id)}(?!\w)", written, re.IGNORECASE):
            return method.id
    known = [*methods, *([original] if original and original not in methods else [])]
    if (last := _LAST.search(written)) and (named := [one for one in known if one.last == last[1]]):
        return named[0].id
    for kind, pattern in _KINDS:
        said = [match for match in re.finditer(pattern, written, re.IGNORECASE) if not _DENIED.search(written[: match.start()])]
        if said:
            fitting = [one for one in known if one.kind == kind]
            branded = [one for one in fitting if one.brand and _names_brand(written, one.brand)]
            chosen = branded or fitting
            return chosen[0].id if len(chosen) == 1 else None
    if original and (_ORIGINAL.search(written) or (original.id and original.id.lower() in written.lower())):
        return original.id
    return None


def _names_brand(text: str, brand: str) -> bool:
    written = text.lower().replace(" ", "")
    return any(name in written for name in (brand.lower(), *_BRANDS.get(brand.lower(), ())))


def names_payment(text: str) -> bool:
    """Whether ``text`` names a way of paying."""
    return any(re.search(pattern, text, re.IGNORECASE) for _, pattern in _KINDS) or _ORIGINAL.search(text) is not None


def any_payment(text: str) -> bool:
    """Whether the customer leaves the way of paying to the shop."""
    return _ANY.search(text) is not None


def reason_of(text: str, reasons: Sequence[Reason]) -> str | None:
    """The id of the reason that ``text`` gives, by its own name or by the words of the policy; the latest one wins.

    That something is not wanted counts only where nothing else is said: who ordered by mistake does not want it either.
    """
    written = re.sub("[啦咯喽]", "了", plain(text, 4_000).lower())
    found: list[tuple[bool, int, str]] = []
    for reason in reasons:
        spots = [
            (word not in _SAYS_LITTLE, written.rfind(word.lower())) for word in (reason.id, reason.zh, *reason.words) if word
        ]
        if (best := max((spot for spot in spots if spot[1] >= 0), default=None)) is not None:
            found.append((*best, reason.id))
    return max(found)[-1] if found else None


_TITLE = re.compile(
    r"(?:抬头|开给)(?:是|为|写|用|开)?[\s:：]*(?P<title>[^\s。；;！!\n][^。；;！!\n]{0,118})"
    r"|\b(?:(?:invoice|company|billing) (?:title|name)|title)(?: is| should be|:)\s*(?P<named>[^\s.;!\n][^;!\n]{0,118})"
    r"|\b(?:made out to|in the name of|billed to|issued to)\s+(?P<to>[^\s.;!\n][^;!\n]{0,118})",
    re.IGNORECASE,
)
_TITLE_LABEL = re.compile(
    r"^\W*(?:(?:it'?s |it is |the )?(?:company|invoice|firm)(?: name| title)?(?: is|:)\s*"
    r"|(?:(?:公司|单位|发票)?(?:名称?|抬头|全称)|公司|单位)(?:是|为)?[\s:：]+)",
    re.IGNORECASE,
)
"""What an answer may call the title by before it."""
_NO_TITLE = re.compile(r"[?？]|什么|怎么|谁|哪|吗|[呢么]$|^公司$")
_LONGEST_TITLE = 120
_PART_OF_LINE = re.compile(
    r"\b\d{1,5}[A-Za-z]? +[A-Z]|\b(?:street|road|avenue|lane|drive|flat|apartment|apt|suite|unit|floor|house number"
    r"|post ?code|zip)\b|\d ?[号室楼幢栋弄层]|[路街道区镇村]|门牌|邮编",
    re.IGNORECASE,
)
_BESIDE_LINE = re.compile(r"(?:[\s,]+(?:instead|please|now|thanks|thank you)){1,8}[\s,.!]*$", re.IGNORECASE)


def lacks_number(text: str, answering: bool = False) -> bool:
    """Whether the customer says that they do not have, know or find the number of their order; ``answering``: or "it"."""
    return _NO_NUMBER.search(text[:300]) is not None or (answering and _LACKS_IT.fullmatch(text[:60].strip()) is not None)


def said_zip(text: str, answering: bool = False) -> str | None:
    """A postcode: after its name, or any that stands alone where one was asked for."""
    written = plain(text, 4_000)
    if match := _ZIP_SAID.search(written):
        return match[1]
    if beside := _NAME_BESIDE_ZIP.search(written):
        return None if _as_parts(written) else beside["zip"]
    alone = _ZIP.findall(written)
    return alone[-1] if answering and alone and not _as_parts(written) else None


def said_name(text: str, answering: bool = False) -> str | None:
    """A full name: after "my name is" or 我叫; where one was asked for, any that looks like one."""
    written = plain(text, 4_000)
    match = _NAME_SAID.search(written) or (_NAME_BARE.search(written) if answering else None)
    if match:
        return match["en"] or match["zh"]
    beside = None if _as_parts(written) else _NAME_BESIDE_ZIP.search(written)
    return beside["en"] if beside else None


def invoice_title(text: str, answering: bool = False) -> str | None:
    """To whom an invoice is to be made out: what follows the word for it, or an answer that says more than yes."""
    written = plain(text, 4_000)
    match = _TITLE.search(written)
    said = next(filter(None, match.groups()), "").strip(" .。,，") if match else ""
    if said and not _NO_TITLE.search(said):
        return said
    agrees = is_yes(written, "zh" if has_han(written) else "en") or _NO_TITLE.search(written)
    return _TITLE_LABEL.sub("", written).strip(" .。")[:_LONGEST_TITLE] or None if answering and not agrees else None


def corrects_address(text: str) -> bool:
    """Whether ``text`` names a part of an address: another house number, street or postcode."""
    return _PART_OF_LINE.search(plain(text, 4_000)) is not None


def address_in(text: str, structured: bool, answering: bool = False) -> Mapping[str, str]:
    """The address in ``text``: by fields where the shop keeps them so (only a whole one), else as one line; empty without."""
    written = plain(text, 4_000)
    if structured:
        return _as_object(written) or _as_parts(written)
    for pattern in (_LINE_ZH, _LINE_EN):
        if match := pattern.search(written):
            line = _BESIDE_LINE.sub("", match["line"]).strip(" ,，.")
            if (_PLACE_ZH if has_han(line) else _DIGIT).search(line):
                return {"address": line}
    found = _ADDRESS_ZH.search(written)
    if found and len(found[0]) >= 6:
        return {"address": found[0].strip()}
    if answering and re.search(r"\d", written) and len(written) >= 10:
        return {"address": written.strip(" .")}
    return {}


def gives_address(text: str, kind: OperationKind) -> bool:
    """Whether words are an address, for a wish about one: "改成 Via Roma 10, 00184 Roma" wishes for nothing else."""
    of_address = kind in ("change_address", "change_default_address")
    return of_address and bool(address_in(text, structured=False, answering=True))


def without_address(text: str) -> str:
    """``text`` without a Western address: its streets are called after trees and parks, as goods may be."""
    region = _REGION.search(text)
    street = _street(text, region)
    if not region or not street:
        return text
    country = _COUNTRY.match(text, region.end() + 2)
    return f"{text[: street.start()]} {text[country.end() if country else region.end() :]}"


def _street(text: str, region: re.Match[str] | None) -> re.Match[str] | None:
    """The last street before the region: what stands earlier may be an order's number."""
    return max(_STREET.finditer(text, 0, region.start()), key=re.Match.start, default=None) if region else None


def _as_object(text: str) -> Mapping[str, str]:
    pairs = dict(re.findall(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]", text))
    parts = parts_of(pairs)
    return parts if {"address1", "city", "zip"} <= parts.keys() else {}


def _as_parts(text: str) -> Mapping[str, str]:
    """The fields of a Western address; empty unless street, city and postcode are there."""
    region = _REGION.search(text)
    street = _street(text, region)
    if not region or not street:
        return {}
    between = text[street.end() : region.start()]
    unit = _UNIT.search(between)
    pieces = [piece.strip() for piece in (between[unit.end() :] if unit else between).split(",") if piece.strip(" ,.")]
    first, city = street[0], pieces[-1].removeprefix("in ").strip(" ,.") if pieces else ""
    if not city:
        return {}
    country = _COUNTRY.search(text, region.start())
    found = {
        "address1": first.strip(" ,"),
        "address2": unit[0].strip(" ,") if unit else "",
        "city": city,
        "state": region[1],
        "country": "USA" if country or len(region[2]) >= 5 else "",
        "zip": region[2],
    }
    return {part: found[part] for part in PARTS}
