"""What past questions were and are answered, side by side, as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from bot.console.operator import Texts, texts_of
from bot.types import LanguageCode
from bot.versions import Answer, Replayed, Verdict

VERDICTS: Sequence[Verdict] = ("better", "worse", "otherwise", "same")
_TAGS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


def differences(replayed: Sequence[Replayed], language: LanguageCode, past: int = 0) -> str:
    """How many are answered now, otherwise and as before, or no longer; then each whose answer is another one.

    ``past``: of how many past questions these are the nearest ones; else they are the last ones.
    """
    texts, counts = texts_of(language, "differences"), Counter(each.verdict for each in replayed)
    if not replayed:
        return f"<p>{escape(texts['nothing_asked'])}</p>"
    shown = (verdict for verdict in VERDICTS if counts[verdict] or verdict != "worse")
    told = texts["comma"].join(texts["pair"].format(name=texts[verdict], value=counts[verdict]) for verdict in shown)
    changed = "".join(_difference(each, texts) for each in replayed if each.changed)
    head = texts["nearest" if past > len(replayed) else "last"].format(all=len(replayed), past=past, counts=told)
    return f"<p>{escape(head)}</p>{changed}"


def _difference(each: Replayed, texts: Texts) -> str:
    verdict = f'<span class="verdict {each.verdict}">{escape(texts[each.verdict])}</span>'
    sides = _side(each, each.before, "removed", texts), _side(each, each.after, "added", texts)
    return (
        f'<div class="difference"><strong>{escape(each.question)}</strong> {verdict}'
        f'<div class="sides">{"".join(sides)}</div></div>'
    )


def _side(each: Replayed, answer: Answer, kind: str, texts: Texts) -> str:
    words = "".join(_TAGS[mark].format(escape(part)) for mark, part in each.diff() if mark in ("same", kind))
    cited = ""
    if each.before.sources != each.after.sources:
        cited = f"<p><span>{escape(texts['cited'])}</span> {escape(texts['comma'].join(answer.sources) or '–')}</p>"
    head = texts["before"] if kind == "removed" else texts["after"]
    return f"<div><h5>{escape(head)}</h5><p>{words}</p>{cited}</div>"
