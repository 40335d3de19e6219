import pytest

from bot.generation.citations import QUOTE_LENGTH, cite, resolve
from tests.briefs import DELIVERY, RETURNS, RETURNS_ZH, evidence


@pytest.mark.parametrize(
    ("text", "language", "cited"),
    [
        ("Returns are free.", "en", "Returns are free [2]."),
        ("Returns are free", "en", "Returns are free [2]."),
        ("Is it free?", "en", "Is it free [2]?"),
        ("We open at 9 a.m.", "en", "We open at 9 a.m. [2]"),
        ("7天内可退。", "zh", "7天内可退[2]。"),
        ("步骤：", "zh", "步骤[2]："),
    ],
)
def test_a_citation_stands_before_the_closing_mark(text, language, cited):
    assert cite(text, [2], language) == cited


@pytest.mark.parametrize("marks", ["[2][1]", "[2, 1]", "[2，1]", "【2】【1】", "［2］［1］", "[2] [1]"])
def test_every_way_of_writing_citations_is_understood_and_renumbered_by_first_use(marks):
    text, citations = resolve(f"Refunds take 5 business days {marks}.", [DELIVERY, RETURNS])
    assert text.replace(" [2]", "[2]") == "Refunds take 5 business days [1][2]."
    assert [(citation.n, citation.title) for citation in citations] == [(1, RETURNS.title), (2, DELIVERY.title)]


def test_numbers_without_evidence_are_dropped_with_the_space_before_them():
    assert resolve("It is free [3]. Really [0] so [1].", [DELIVERY])[0] == "It is free. Really so [1]."


def test_links_are_no_citations():
    assert resolve("See [1](https://x.example).", [DELIVERY]) == ("See [1](https://x.example).", ())


@pytest.mark.parametrize(
    ("text", "item", "quote"),
    [
        ("The refund arrives within 5 business days [1].", RETURNS, "Once we receive your parcel, the refund is issued"),
        ("Express costs €9.90 [1].", DELIVERY, "Express delivery arrives the next business day"),
        ("退款1-3个工作日到账[1]。", RETURNS_ZH, "我们收到退货后，会在1-3个工作日内将款项原路退回。"),
        ("退款 1–3 个工作日内退回。[1]", RETURNS_ZH, "我们收到退货后"),
        ("You get it back within 5 business days. [1] Shipping is free.", RETURNS, "Once we receive your parcel"),
    ],
)
def test_the_quote_is_the_sentence_that_supports_the_claim(text, item, quote):
    (citation,) = resolve(text, [item])[1]
    assert quote in citation.quote
    assert citation.quote in item.text


def test_a_quote_is_verbatim_and_never_longer_than_allowed():
    item = evidence("word " * 200 + "the filter must be replaced every 6 months, " + "other " * 200)
    (citation,) = resolve("Replace the filter every 6 months [1].", [item])[1]
    assert len(citation.quote) <= QUOTE_LENGTH
    assert "replaced every 6 months" in citation.quote
    assert citation.quote in item.text


def test_text_without_citations_stays_as_it_is():
    assert resolve("您好！", [DELIVERY]) == ("您好！", ())
