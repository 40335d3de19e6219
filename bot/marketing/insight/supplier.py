"""A note for whoever supplies a product: what customers say of it, in figures and in their own words, without who they are."""

from __future__ import annotations

from bot.marketing.insight.telling import Json, texts_of
from bot.types import LanguageCode

ASPECTS, QUOTES = 5, 3


def supplier_note(group: Json, language: LanguageCode, when: str = "") -> str:
    """The note as Markdown, what is blamed most first; ``group`` is a product or category as :class:`Teller` tells it.

    ``when`` are the days that it is about, where they are not all.
    """
    texts = texts_of(language)
    lines = [f"# {texts['note'].format(of=group['name'])}", "", " ".join(filter(None, (texts["note_intro"], when)))]
    blamed = sorted((each for each in group["aspects"] if each["negative"]), key=lambda each: -each["negative"])
    for aspect in blamed[:ASPECTS]:
        counts = {name: aspect[name] for name in ("negative", "neutral", "positive")}
        lines += ["", f"## {aspect['name']}", "", texts["note_counts"].format(**counts), ""]
        lines += [f"> {' '.join(quote['text'].split())}\n" for quote in aspect["blame"]["quotes"][:QUOTES]]
    praised = [each["name"] for each in group["aspects"] if each["positive"] > each["negative"]]
    if praised:
        lines += ["", texts["note_praised"].format(aspects=("、" if language == "zh" else ", ").join(praised))]
    return "\n".join(lines if blamed or praised else [*lines, "", texts["note_nothing"]]) + "\n"
