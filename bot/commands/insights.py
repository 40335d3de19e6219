"""``shopdesk insights``: what customers say in reviews, chats and feedback."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, opened, print_json, say, shown_progress

insights = typer.Typer()
_SHOWN = 10
Language = Annotated[
    Literal["zh", "en"] | None, typer.Option("--lang", help="Language of the report; that of the shop's documents by default.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write a short report into this directory, as HTML and PDF.")]


Period = Annotated[
    str,
    typer.Option(
        "--period",
        help="Only these days, beside those before: week (the last whole one), month, a number of days, "
        "or 2026-11-23..2026-11-29.",
    ),
]


@insights.command(name="insights")
def show(
    lang: Language = None,
    period: Period = "",
    out: Out = None,
    supplier: Annotated[
        str | None, typer.Option(help="Print a note for the supplier of this product, by its SKU, instead.")
    ] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Read reviews, chats and feedback: opinions by aspect, topics, pain points, wishes, and what changes over time."""
    from bot.marketing.insight.report import report
    from bot.marketing.insight.supplier import supplier_note
    from bot.marketing.insight.telling import texts_of

    with opened(data) as shopdesk:
        language = lang or shopdesk.language
        with shown_progress() as progress:
            teller = shopdesk.insight.insights(language, progress, period)
        shop = shopdesk.shop.named(language)
    if supplier is not None:
        note = supplier_note(teller.group("product", supplier), language, teller.when())
        print_json({"sku": supplier, "note": note}) if as_json else say(note, end="")
        return
    told = teller.to_dict()
    if as_json:
        print_json(told)
    else:
        say("\n".join(told["notes"]))
        for each in told["aspects"]:
            say(f"  {each['name']:<14} -{each['negative']}  ={each['neutral']}  +{each['positive']}")
        if told["compared"]:
            _tell_compared(told["compared"]["aspects"], texts_of(language))
        for kind in ("pain_points", "wishes", "changes", "topics"):
            say(texts_of(language)[kind] if told[kind] else "", end="\n" * bool(told[kind]))
            for item in told[kind][:_SHOWN]:
                say(f"  • {item.get('text') or item['name']}  [{', '.join(item['ids'][:3])}]")
                say("".join(f"      → {offer['command']}\n" for offer in item["offers"] if offer["command"]), end="")
    if out is not None:
        paths = report(teller, language, shop).write(out, "insights")
        say("".join(f"{path}\n" for path in paths if not as_json), end="")


def _tell_compared(aspects: list[dict[str, Any]], texts: Mapping[str, str]) -> None:
    say(texts["compared"])
    for each in aspects[: 2 * _SHOWN]:
        say(f"  {each['what']:<24} {texts['now']} {each['now']}  {texts['before']} {each['before']}")
    clear = [each for each in aspects if each["clear"]]
    for each in clear[:_SHOWN]:
        say(f"  • {each['text']}  [{', '.join(each['ids'][:3])}]")
    if not clear:
        say(texts["compared_nothing"])
    say()
