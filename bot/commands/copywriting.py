"""``shopdesk copy …``: marketing texts from the catalogue. It works beside a running ``serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.commands.terminal import DEFAULT, Data, Json, named, print_json, say, tell

if TYPE_CHECKING:
    from bot.marketing.copy.desk import CopyText
    from bot.marketing.promotion import Promotion

copywriting = typer.Typer(name="copy", help="Marketing texts whose facts are those of the catalogue.", no_args_is_help=True)
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
Kind = Literal["introduction", "listing", "ad", "weibo", "xiaohongshu", "moments", "instagram", "email", "slogan"]
Language = Annotated[Literal["zh", "en"], typer.Option(help="Its language.")]


@copywriting.command()
def write(
    kind: Annotated[Kind, typer.Argument(help="What is written.")],
    sku: Annotated[str, typer.Argument(help="The product.")],
    language: Language = "en",
    audience: Annotated[str, typer.Option(help="For whom.")] = "",
    tone: Annotated[Literal["friendly", "formal"], typer.Option(help="How it speaks.")] = "friendly",
    length: Annotated[Literal["short", "long"], typer.Option(help="How long it may be.")] = "long",
    discount: Annotated[int | None, typer.Option(help="Per cent off, of your offer.")] = None,
    until: Annotated[str | None, typer.Option(help="The offer's last day, as 2026-06-18.")] = None,
    variants: Annotated[int, typer.Option(help="How many.")] = 3,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Write a text in several variants, checked against the catalogue; they are kept as drafts."""
    from bot.marketing.copy.request import copy_request

    given = {
        "kind": kind, "sku": sku, "language": language, "audience": audience, "tone": tone, "length": length,
        "discount": discount, "until": until, "variants": variants,
    }  # fmt: skip
    with _opened(data, writing=True) as promotion:
        _tell(promotion.copywriting.write(copy_request(given)), as_json)


@copywriting.command(name="list")
def show_all(
    state: Annotated[Literal["draft", "approved", "rejected"] | None, typer.Option(help="Only those.")] = None,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """List the texts, newest first."""
    with _opened(data) as promotion:
        _tell(promotion.copywriting.all(state), as_json)


@copywriting.command()
def approve(
    text: Annotated[int, typer.Argument(help="The text's number.")],
    by: Annotated[str, typer.Option(help="Who approves.")] = "owner",
    reject: Annotated[bool, typer.Option("--reject", help="Reject it instead.")] = False,
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Approve a draft, or reject it."""
    with _opened(data) as promotion:
        _tell([promotion.copywriting.decide(text, "rejected" if reject else "approved", by)], as_json)


@copywriting.command()
def edit(
    text: Annotated[int, typer.Argument(help="The draft's number.")],
    written: Annotated[str, typer.Argument(help="What stands in its place.")],
    by: Annotated[str, typer.Option(help="Who wrote it.")] = "owner",
    data: Data = DEFAULT,
    as_json: Json = False,
) -> None:
    """Put words of your own in place of a draft; they are checked as it was."""
    with _opened(data) as promotion:
        _tell([promotion.copywriting.edit(text, written, by)], as_json)


@copywriting.command()
def page(
    what: Annotated[
        Literal["faq", "guide", "product"],
        typer.Argument(help="faq: all questions; guide: a category's products; product: one of them."),
    ],
    category: Annotated[str, typer.Option(help="The category, of a guide.")] = "",
    sku: Annotated[str, typer.Option(help="The product, of its page.")] = "",
    language: Language = "en",
    out: Annotated[Path | None, typer.Option(help="The file; printed when not given.")] = None,
    data: Data = DEFAULT,
) -> None:
    """Make an HTML page to publish, with schema.org markup."""
    with _opened(data) as promotion:
        pages = promotion.pages
        if what == "faq":
            made = pages.faq(language)
        else:
            made = pages.guide(category, language) if what == "guide" else pages.product(sku, language)
    if out is None:
        say(made)
    else:
        out.write_text(made, "utf-8")
        tell(f"Written to {out}.")


def _tell(texts: list[CopyText], as_json: bool) -> None:
    if as_json:
        print_json([text.to_dict() for text in texts])
        return
    from bot.marketing.copy.desk import difference

    for text in texts:
        say(f"--- {text.id}  {text.kind} of {text.sku} ({text.language}, {text.state}, {text.writer})")
        say("".join(_MARKS[kind].format(words) for kind, words in difference(text.written, text.text)))
        for finding in text.findings:
            say(f"  ! {finding.text} → {finding.replacement or '–'}: {finding.reason}")
    if not texts:
        tell("No text yet: shopdesk copy write KIND SKU")


@contextmanager
def _opened(data: Path, writing: bool = False) -> Iterator[Promotion]:
    from bot.commands.beside import open_promotion
    from bot.settings import load_settings

    with open_promotion(load_settings(**named(data)), writing) as promotion:
        yield promotion
