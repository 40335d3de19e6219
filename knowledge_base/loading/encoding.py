"""Text from bytes: tells UTF-8, UTF-16, GB18030, Big5 and Windows-1252 apart without being told.

Chinese bytes are often valid in more than one encoding, so every candidate's result is read and the one that looks most
like writing wins: frequent characters count for it, rare and unassigned ones against it.
"""

from __future__ import annotations

import codecs
from collections import Counter

_SAMPLE = 20_000  # bytes that are judged; the decision rarely changes after the first hundred
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CANDIDATES = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")

# Characters that make up about two thirds of everyday and shop writing, in both scripts.
_FREQUENT = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此"
    "已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信"
    "表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报"
    "才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强"
    "即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔"
    "货款费退换单购买价格店铺客服订付快递配送尺码包邮优惠券折积会员发票质保修售赔偿仓库存颜色商品详页支持请您吗呢吧们谢"
    "的國說時們來個為會過對學發後種經麼動還進無現從當體長實點業開問與將關兩間產應頭樣東員聲題義條幾認變總電數報結務"
    "場書計區隊辦資統決別處給達記難設權邊類該觀術領傳確識導爭運據張規萬讓帶師親覺許離車門號單費貨換購買價錢訂遞優惠"
    "券發票質維賣賠償倉庫顏詳頁請嗎謝寄件歐約灣選擇內網環質於並屬專級線軍歷義聯舉語則臺營組織氣類連樂滿戰勝飛機師製廠"
)
_PUNCTUATION = frozenset("，。：？！、；（）“”‘’「」『』《》【】…—～·％￥　")
_WESTERN = frozenset("“”‘’–—…•€£©®™°§«»¿¡´·¢¥½²³ºª")


def decode(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the name of its encoding. Never fails: what cannot be read becomes U+FFFD.

    A byte-order mark decides; then valid UTF-8; then the likeliest of GB18030, Big5, UTF-16 and Windows-1252. Newlines
    come out as line feeds and the mark is removed.
    """
    name = encoding_of(data)
    text = data.decode(name, "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n"), name.removesuffix("-sig")


def encoding_of(data: bytes) -> str:
    """The Python name of the encoding that ``data`` most likely has."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    sample = data[:_SAMPLE]
    if 0 not in sample and _mostly_utf8(sample):
        return "utf-8"
    wide = _wide_latin(sample)
    if wide:
        return wide
    scored = [(_score(sample, name, final=len(sample) == len(data)), name) for name in _CANDIDATES]
    best, name = max(scored, key=lambda pair: pair[0])
    return name if best > -2 else "utf-8"


def _mostly_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "replace")
        right = sum(1 for character in text if character > "\x7f" and character != "\ufffd")
        return right > 20 * text.count("\ufffd")
    return True


def _wide_latin(sample: bytes) -> str | None:
    """UTF-16 without a mark shows itself by NUL bytes beside ASCII letters, all on one side."""
    pairs = len(sample) // 2
    if not pairs:
        return None
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if low > 0.3 * pairs and high < 0.02 * pairs:
        return "utf-16-le"
    return "utf-16-be" if high > 0.3 * pairs and low < 0.02 * pairs else None


def _score(sample: bytes, name: str, final: bool) -> float:
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample, final)
    except UnicodeDecodeError:
        if name != "cp1252":
            return -9.0
        text = sample.decode("latin-1")
    if name == "cp1252":
        return _western_score(text)
    counts = Counter(text)
    foreign = sum(count for character, count in counts.items() if character > "\x7f")
    if not foreign or any(character < "\x09" for character in counts):
        return -9.0
    level = "big5" if name == "big5hkscs" else "gb2312"
    return sum(_weight(character, level) * count for character, count in counts.items() if character > "\x7f") / foreign


def _weight(character: str, level: str) -> float:
    if character in _FREQUENT:
        return 1.0
    if character in _PUNCTUATION:
        return 0.8
    if "\ue000" <= character <= "\uf8ff" or character == "\ufffd":
        return -3.0
    if not "\u3400" <= character <= "\u9fff":
        return 0.0 if "\uff00" <= character <= "\uff5e" else -1.0
    try:
        lead = character.encode(level)[0]
    except UnicodeEncodeError:
        return -1.0
    return 0.3 if lead < (0xC9 if level == "big5" else 0xD8) else -0.3


def _western_score(text: str) -> float:
    """High where accented letters stand singly between plain ones, as in French or German."""
    total = score = 0.0
    for position, character in enumerate(text):
        if character <= "\x7f":
            continue
        total += 1
        before, after = text[position - 1 : position], text[position + 1 : position + 2]
        if character in _WESTERN:
            score += 0.4 if before <= "\x7f" or after <= "\x7f" else -1
        elif character.isalpha() and (_plain(before) or _plain(after)):
            score += 0.6 if before <= "\x7f" and after <= "\x7f" else 0.2
        else:
            score -= 1
    return score / total if total else 0.0


def _plain(character: str) -> bool:
    return character.isascii() and character.isalpha()
