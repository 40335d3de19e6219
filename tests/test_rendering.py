from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.console import rendering
from bot.console.rendering import reply_html, text_html
from bot.understanding.confirmation import is_no, is_yes
from tests.served_shop import HOSTILE

REPLY: dict[str, Any] = {
    "turn": 3,
    "text": "Yes [1].",
    "citations": [],
    "products": [],
    "follow_ups": [],
    "asks": [],
    "language": "en",
    "writer": "builtin",
    "handover": None,
}
PRODUCT = {"sku": "A", "title": "Kettle", "price": 12.5, "currency": "EUR", "stock": 5, "url": None, "why": "", "image": None,
           "price_text": "€12.50"}  # fmt: skip


def cell(html: str) -> str:
    return re.sub(r"\s+", " ", html).strip()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb", "<p>a<br> b</p>"),
        ("- **a**\n- b", "<ul> <li><strong>a</strong></li> <li>b</li> </ul>"),
        ("[safe](https://a.example/x)", '<a href="https://a.example/x" target="_blank" rel="noopener noreferrer">safe</a>'),
        ("<https://a.example>", '<a href="https://a.example"'),
        ("| a |\n| - |\n| b |", '<div class="table"><table>'),
        ("x < y & z", "<p>x &lt; y &amp; z</p>"),
    ],
)
def test_text_is_markdown(text: str, html: str) -> None:
    assert html in cell(text_html(text))


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "[a](/admin)",
        "<a href='javascript:alert(1)'>a</a>",
        "![a](https://a.example/pixel.png)",
        "<javascript:alert(1)>",
        "[a](<https://x.example/\" onclick=\"alert(1)>)",
        "| <svg onload=alert(1)> |\n| - |\n| b |",
    ],
)  # fmt: skip
def test_text_carries_no_script_no_picture_and_no_link_but_to_the_web(text: str) -> None:
    tags = re.findall(r"<[^>]*>", text_html(text))
    assert not [tag for tag in tags if re.search(r"<(script|img|svg)|\son\w+=|javascript:|data:text|/admin", tag)]


def test_a_citation_is_a_mark_that_never_begins_a_line() -> None:
    html = text_html("30 days [1][12]. `[3]`")
    assert re.findall(r'data-cite="(\d+)"', html) == ["1", "12"]
    assert html.startswith("<p>30 days\u2060<sup>") and "<code>[3]</code>" in html


@pytest.mark.parametrize(
    ("stock", "shown"), [(None, None), (0, "out_of_stock"), (3, "low_stock"), (4, "in_stock")]
)  # fmt: skip
def test_a_card_says_what_is_known_of_the_stock(stock: int | None, shown: str | None) -> None:
    html = reply_html({**REPLY, "products": [{**PRODUCT, "stock": stock}]})
    found = re.search(r'class="stock (\w+)"', html)
    assert (found and found[1]) == shown


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("https://cdn.example/k.jpg", True),
        ("https://cdn.example.evil/k.jpg", False),
        ("https://elsewhere.example/k.jpg", False),
        (None, False),
    ],
)
def test_a_picture_comes_only_from_where_the_owner_allows(image: str | None, shown: bool) -> None:
    html = reply_html({**REPLY, "products": [{**PRODUCT, "image": image}]}, image_hosts=("https://cdn.example",))
    assert ("<img" in html) is shown
    assert (">K</span>" in html) is not shown


def test_nothing_that_a_source_or_a_product_says_becomes_markup() -> None:
    citation = {
        "n": 1,
        "id": "x",
        "source": HOSTILE,
        "title": HOSTILE,
        "quote": HOSTILE,
        "url": f'https://a.example/"{HOSTILE}',
    }
    product = {key: HOSTILE if isinstance(value, str) else value for key, value in PRODUCT.items()}
    reply = {**REPLY, "citations": [citation], "products": [{**product, "why": HOSTILE}], "follow_ups": [HOSTILE]}
    html = reply_html({**reply, "writer": HOSTILE}, image_hosts=("https://cdn.example",))
    assert "<img" not in html and "<script" not in html and 'href="https://a.example/&quot;' in html


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ({"writer": "openai:qwen3:8b"}, 'data-text="by_model" data-name="qwen3:8b"'),
        ({"writer": "transformers:/models/tiny"}, 'data-text="by_model" data-name="tiny"'),
        ({"handover": {"reason": "requested"}}, 'data-text="to_person"'),
    ],
)
def test_says_when_a_model_wrote_it_or_a_person_takes_over(reply: dict[str, Any], words: str) -> None:
    assert words in reply_html({**REPLY, **reply})
    assert words not in reply_html(REPLY)


@pytest.mark.parametrize(("language", "price", "words"), [("en", 12.5, "€12.50"), ("zh", 1299, "€1299"), ("en", None, "")])
def test_a_card_that_was_kept_before_cards_said_their_price_shows_it(language: Any, price: float | None, words: str) -> None:
    kept = {key: value for key, value in PRODUCT.items() if key != "price_text"} | {"price": price}
    html = reply_html(REPLY | {"language": language, "products": [kept]})
    assert (f'<span class="price">{words}</span>' in html) == bool(words) and ('class="price"' in html) == bool(words)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_proposal_has_buttons_that_say_a_plain_yes_and_a_plain_no(language: Any) -> None:
    html = reply_html(REPLY | {"asks": ["confirmation"], "language": language})
    yes, no = re.findall(r'<button type="button" class="ask (?:yes|no)">([^<]+)</button>', html)
    assert is_yes(yes, language) and is_no(no, language)
    assert 'class="confirm"' not in reply_html(REPLY | {"asks": ["email"], "language": language})


def test_every_word_of_the_page_is_in_both_languages_and_in_use() -> None:
    console = Path(rendering.__file__).parent
    english, chinese = tomllib.loads((console / "texts.toml").read_text("utf-8")).values()
    assert english.keys() == chinese.keys()
    sources = "".join(path.read_text("utf-8") for path in console.rglob("*.*") if path.suffix in (".py", ".js", ".html"))
    for key, text in english.items():
        assert re.findall(r"{\w+}", str(text)) == re.findall(r"{\w+}", str(chinese[key])), key
        assert re.search(rf"\b{key}\b", sources), key


def test_a_text_too_long_for_markup_is_shown_as_it_is_written():
    assert "<strong>" in text_html("**bold**")
    long = text_html("**bold** <img src=x onerror=alert(1)>" + "[x](" * 25_000)
    assert "<strong>" not in long and "<img" not in long and "**bold**" in long
