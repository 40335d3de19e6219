"""Replies as HTML that is safe whatever a model, a document, a catalogue or a customer wrote.

Fixed words are left to the page: an element with ``data-text`` (or ``data-label``) names the text that stands there in the
customer's chosen language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import nh3

from bot.shop.wording import with_prices_told
from bot.types import PERSON

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

REASONS = ("wrong", "incomplete", "off_topic", "impolite", "other")
LOW_STOCK = 3
OWN_PICTURES = ("/page/", "/demo-store/pictures/")
_CITATION = re.compile(r"\s*\[(\d{1,3})\]")
_STAY = "\u2060"  # word joiner: a citation mark never begins a line
_TAGS = set("a p br strong em s code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr table thead tbody tr th td div sup".split())
_ANSWERS = {"en": ("Yes, go ahead", "No, leave it"), "zh": ("确认办理", "算了")}
_ICONS = {
    "up": "M7 10v11M2 12v7a2 2 0 0 0 2 2h13.3a2 2 0 0 0 2-1.7l1.4-8A2 2 0 0 0 18.7 9H14V4.5A2.5 2.5 0 0 0 11.5 2L7 10.5",
    "down": "M17 14V3M22 12V5a2 2 0 0 0-2-2H6.7a2 2 0 0 0-2 1.7l-1.4 8A2 2 0 0 0 5.3 15H10v4.5a2.5 2.5 0 0 0 2.5 2.5L17 13.5",
}


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    parser.disable(["image", "reference"])
    parser.core.ruler.push("citations", _cite)
    parser.add_render_rule("table_open", lambda *_: '<div class="table"><table>')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    parser.add_render_rule("citation", lambda _self, tokens, index, *_: _mark(tokens[index].content))
    return parser


def _cite(state: StateCore) -> None:
    from markdown_it.token import Token

    for block in state.tokens:
        children = []
        for child in block.children or ():
            if child.type != "text":
                children.append(child)
                continue
            for index, part in enumerate(_CITATION.split(child.content)):
                children.append(Token("citation" if index % 2 else "text", "", 0, content=part))
        if block.children is not None:
            block.children = children


def _mark(number: str) -> str:
    attributes = f'href="#source-{number}" data-cite="{number}" data-label="source_label" data-n="{number}"'
    return f'{_STAY}<sup><a class="cite" {attributes}>{number}</a></sup>'


LONGEST_MARKED_UP = 8_000


def text_html(text: str) -> str:
    """Markdown as HTML of a few harmless tags; links lead to http(s) addresses only, ``[1]`` becomes a citation mark.

    A text of more than 8,000 characters is shown as it is written: the time that reading markup takes grows with the square of
    what a hostile text repeats.
    """
    if len(text) > LONGEST_MARKED_UP:
        return f"<p>{nh3.clean_text(text)}</p>"
    return nh3.clean(
        _markdown().render(text),
        tags=_TAGS,
        attributes={"a": {"href", "title", "data-cite", "data-label", "data-n"}, "ol": {"start"}},
        allowed_classes={"div": {"table"}, "a": {"cite"}},
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https"},
        url_relative=lambda url: url if url.startswith("#source-") else None,
        link_rel="noopener noreferrer",
    )


def reply_html(reply: Mapping[str, Any], rating: str | None = None, image_hosts: Sequence[str] = ()) -> str:
    """A whole reply: its text, sources, product cards, next questions and the rating buttons.

    Args:
        reply: the reply object as plain JSON types.
        rating: ``up`` or ``down`` when the customer has rated it.
        image_hosts: addresses besides this server that pictures may come from.
    """
    if reply["writer"] == PERSON:
        return f'<p class="person-note" {_text("with_person")}></p>'
    return "".join(
        (
            f'<div class="text">{text_html(reply["text"])}</div>',
            evidence_html(reply["citations"], with_prices_told(reply)["products"], image_hosts),
            _confirmation(reply),
            _foot(reply, rating),
            _follow_ups(reply["follow_ups"]),
        )
    )


def evidence_html(
    citations: Sequence[Mapping[str, Any]], products: Sequence[Mapping[str, Any]], image_hosts: Sequence[str] = ()
) -> str:
    """What a reply rests on: the product cards and the sources, each of which opens to its quoted passage."""
    return _products(products, image_hosts) + _sources(citations)


def _text(key: str, **given: object) -> str:
    values = "".join(f' data-{name}="{escape(str(value))}"' for name, value in given.items())
    return f'data-text="{key}"{values}'


def _web(url: str | None) -> str | None:
    """The address when it is one that a customer may be sent to."""
    return escape(url) if url and re.match(r"https?://", url, re.I) else None


def _link(url: str | None, inner: str, attributes: str = "") -> str:
    address = _web(url)
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer" {attributes}>{inner}</a>' if address else ""


def _sources(citations: Sequence[Mapping[str, Any]]) -> str:
    if not citations:
        return ""
    return f'<section class="sources"><h3 {_text("sources")}></h3>{"".join(map(_source, citations))}</section>'


def _source(citation: Mapping[str, Any]) -> str:
    number, title = citation["n"], escape(citation["title"] or citation["source"])
    return (
        f'<details class="source" data-source="{number}">'
        f'<summary><span class="number">{number}</span><span class="title">{title}</span></summary>'
        f'<div class="passage"><blockquote>{escape(citation["quote"])}</blockquote>'
        f'<span class="document">{escape(citation["source"])}</span>'
        f"{_link(citation.get('url'), '', _text('open_link'))}</div></details>"
    )


def _products(products: Sequence[Mapping[str, Any]], image_hosts: Sequence[str]) -> str:
    if not products:
        return ""
    return '<ul class="products">' + "".join(_card(product, image_hosts) for product in products) + "</ul>"


def _card(product: Mapping[str, Any], image_hosts: Sequence[str]) -> str:
    title = escape(product["title"])
    why = f'<p class="why">{escape(product["why"])}</p>' if product["why"] else ""
    return (
        f'<li class="card" data-sku="{escape(product["sku"])}">{_picture(product, image_hosts)}<div class="facts">'
        f'<p class="title">{_link(product["url"], title) or title}</p>'
        f'<p class="terms">{_price(product)}{_stock(product["stock"])}</p>{why}'
        "</div></li>"
    )


def _picture(product: Mapping[str, Any], image_hosts: Sequence[str]) -> str:
    image, title = product.get("image") or "", product["title"]
    if image.startswith((*OWN_PICTURES, *(host.rstrip("/") + "/" for host in image_hosts))):
        return f'<img class="tile" src="{escape(image)}" alt="" loading="lazy">'
    hue = sum(map(ord, product["sku"])) * 47 % 360
    return f'<span class="tile" style="--hue:{hue}" aria-hidden="true">{escape(title.strip()[:1].upper())}</span>'


def _price(product: Mapping[str, Any]) -> str:
    said = product.get("price_text")
    return f'<span class="price">{escape(said)}</span>' if said else ""


def _stock(stock: int | None) -> str:
    if stock is None:
        return ""
    key = "out_of_stock" if stock <= 0 else "low_stock" if stock <= LOW_STOCK else "in_stock"
    return f'<span class="stock {key}" {_text(key, n=stock)}></span>'


def _follow_ups(questions: Sequence[str]) -> str:
    if not questions:
        return ""
    buttons = "".join(f'<button type="button" class="ask">{escape(question)}</button>' for question in questions)
    return f'<section class="follow-ups"><h3 {_text("follow_ups")}></h3>{buttons}</section>'


def _confirmation(reply: Mapping[str, Any]) -> str:
    """Buttons that say yes or no for the customer, in the reply's language, where a proposal waits for it."""
    if "confirmation" not in reply["asks"]:
        return ""
    yes, no = _ANSWERS["zh" if reply["language"] == "zh" else "en"]
    return (
        f'<div class="confirm" role="group"><button type="button" class="ask yes">{yes}</button>'
        f'<button type="button" class="ask no">{no}</button></div>'
    )


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _foot(reply: Mapping[str, Any], rating: str | None) -> str:
    model = reply["writer"].partition(":")[2] or reply["writer"]
    notes = [] if model == "builtin" else [f"<span {_text('by_model', name=model.rstrip('/').rpartition('/')[2])}></span>"]
    if reply["handover"]:
        notes.append(f'<span class="person" {_text("to_person")}></span>')
    thumbs = "".join(
        f'<button type="button" class="thumb" data-rating="{way}" data-label="{label}" aria-pressed="{_flag(rating == way)}">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONS[way]}"/></svg></button>'
        for way, label in (("up", "helpful"), ("down", "unhelpful"))
    )
    reasons = "".join(f'<button type="button" class="reason" data-reason="{key}" {_text(key)}></button>' for key in REASONS)
    return (
        f'<footer class="foot" data-turn="{reply["turn"]}"><span class="thumbs">{thumbs}</span>'
        f'<span class="notes">{"".join(notes)}</span>'
        f'<div class="reasons" role="group" data-label="why" hidden><span {_text("why")}></span>{reasons}</div>'
        f'<span class="thanks" role="status" {_text("thanks")} hidden></span></footer>'
    )
