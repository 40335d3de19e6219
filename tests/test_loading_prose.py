from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from knowledge_base.types import Document, Section, Skipped
from tests.one_loader import read


def load(path: Path, content: str | None = None) -> Document:
    if content is not None:
        path.write_text(content)
    [document] = read(path)
    assert isinstance(document, Document), document
    return document


def shapes(document: Document) -> list[tuple[tuple[str, ...], str | None, str]]:
    return [(section.path, section.question, section.text) for section in document.sections]


MARKDOWN = """---
title: Returns & refunds
---
# Returns

You can return *most* items within 30
days. See [our page](https://shop.example/r) or [write](mailto:a@shop.example) or [here](local.html).

## Exceptions

The following stay with you:

- Opened **earphones**
- Gift cards
  1. digital
  2. printed

| Size | Chest |
|------|-------|
| M    | 90 cm |
| L    | 96 cm |
"""


def test_markdown_becomes_readable_text_under_its_headings(tmp_path: Path) -> None:
    document = load(tmp_path / "a.md", MARKDOWN)
    assert document.title == "Returns & refunds"
    assert shapes(document) == [
        (
            ("Returns",),
            None,
            "You can return most items within 30 days. "
            "See our page (https://shop.example/r) or write (a@shop.example) or here.",
        ),
        (
            ("Returns", "Exceptions"),
            None,
            "The following stay with you:\n\n- Opened earphones\n- Gift cards\n  1. digital\n  2. printed\n\n"
            "Size: M; Chest: 90 cm\nSize: L; Chest: 96 cm",
        ),
    ]


def test_a_heading_closes_those_below_its_level(tmp_path: Path) -> None:
    document = load(tmp_path / "a.md", "# A\n\n## B\n\nb\n\n### C\n\nc\n\n## D\n\nd\n")
    assert [section.path for section in document.sections] == [("A", "B"), ("A", "B", "C"), ("A", "D")]


def test_wrapped_chinese_lines_join_without_a_space(tmp_path: Path) -> None:
    assert load(tmp_path / "a.md", "# 退货\n\n签收后七天内\n可以退货。\n").sections[0].text == "签收后七天内可以退货。"


@pytest.mark.parametrize(
    ("content", "labelled"),
    [
        ("# Care\n\n**Silk.** Dry clean.\n\n**Wool**: Wash cold.\n", [("Silk", "Dry clean."), ("Wool", "Wash cold.")]),
        (
            "# 售后\n\n**退货：** 七天内可以。\n\n**换货**：免费，限一次。\n",
            [("退货", "七天内可以。"), ("换货", "免费，限一次。")],
        ),
    ],
)
def test_bold_words_that_paragraphs_open_with_are_their_headings(tmp_path: Path, content: str, labelled: object) -> None:
    document = load(tmp_path / "a.md", content + "\nThat is all.\n")
    assert [(section.path[-1], section.text) for section in document.sections[:2]] == labelled
    assert (document.sections[2].path, document.sections[2].text) == (document.sections[0].path[:1], "That is all.")


def test_a_single_bold_word_at_the_start_of_a_paragraph_is_no_heading(tmp_path: Path) -> None:
    [section] = load(tmp_path / "a.md", "# Care\n\n**Note:** wash **cold**.\n\n**28 days** from now.\n").sections
    assert section.text == "Note: wash cold.\n\n28 days from now."


def test_lines_that_open_with_a_bracketed_word_stay_lines_of_their_own(tmp_path: Path) -> None:
    [section] = load(tmp_path / "a.md", "# 配送\n\n【运费】满99元包邮\n【时效】48小时内发货\n").sections
    assert section.text == "【运费】满99元包邮\n【时效】48小时内发货"


QA = ("Shipping", "Do you ship abroad?", "Yes, to 12 countries.")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("heading.md", "# Shipping\n\n## Do you ship abroad?\n\nYes, to 12 countries.\n"),
        ("bold.md", "# Shipping\n\n**Do you ship abroad?**\n\nYes, to 12 countries.\n"),
        ("marks.md", "# Shipping\n\nQ: Do you ship abroad?\nA: Yes, to 12 countries.\n"),
        ("bold_marks.md", "# Shipping\n\n**Q: Do you ship abroad?**\n\nA: Yes, to 12 countries.\n"),
        (
            "details.md",
            "# Shipping\n\n<details>\n<summary>Do you ship abroad?</summary>\n\nYes, to *12* countries.\n\n</details>\n",
        ),
        ("table.md", "# Shipping\n\n| Question | Answer |\n|-|-|\n| Do you ship abroad? | Yes, to 12 countries. |\n"),
        ("marks.txt", "Shipping\n\nQ: Do you ship abroad?\nA: Yes, to 12 countries.\n"),
        ("lines.txt", "Shipping\n\nDo you ship abroad?\nYes, to 12 countries.\n"),
        ("dl.html", "<h1>Shipping</h1><dl><dt>Do you ship abroad?</dt><dd>Yes, to 12 countries.</dd></dl>"),
        ("headings.html", "<h1>Shipping</h1><h3>Do you ship abroad?</h3><p>Yes, to <b>12</b> countries.</p>"),
        (
            "details.html",
            "<h1>Shipping</h1><details><summary>Do you ship abroad?</summary>Yes, to 12 countries.</details>",
        ),
    ],
)
def test_a_question_with_its_answer_is_found_however_it_is_written(tmp_path: Path, name: str, content: str) -> None:
    [section] = load(tmp_path / name, content).sections
    assert (section.kind, section.path, section.question, section.text) == ("qa", QA[:1], *QA[1:])


@pytest.mark.parametrize(
    "content",
    [
        "# 售后\n\n## 能退货吗\n\n七天内可以。\n",
        "# 售后\n\n## 1. 能退货吗\n\n七天内可以。\n",
        "# 售后\n\n问：能退货吗\n答：七天内可以。\n",
        "# 售后\n\n**问题1：能退货吗**\n\n答案：七天内可以。\n",
        "# 售后\n\n| 问题 | 答案 |\n|-|-|\n| 能退货吗 | 七天内可以。 |\n",
    ],
)
def test_chinese_questions_are_found_too(tmp_path: Path, content: str) -> None:
    [section] = load(tmp_path / "a.md", content).sections
    assert (section.kind, section.path, section.question, section.text) == ("qa", ("售后",), "能退货吗", "七天内可以。")


def test_what_follows_an_unfolded_answer_is_no_part_of_it(tmp_path: Path) -> None:
    document = load(
        tmp_path / "a.html",
        "<h1>Help</h1><details><summary>Is it free?</summary><p>Yes.</p></details><p>Call us any time.</p>",
    )
    assert shapes(document) == [(("Help",), "Is it free?", "Yes."), (("Help",), None, "Call us any time.")]


def test_several_questions_in_one_paragraph_are_told_apart(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "Write to us.\n\nQ: Is it free?\nA: Yes.\nReally.\nQ: Is it fast?\nA: No.\n")
    assert [(section.question, section.text) for section in document.sections] == [
        (None, "Write to us."),
        ("Is it free?", "Yes.\nReally."),
        ("Is it fast?", "No."),
    ]


def test_hard_wraps_and_hyphens_of_plain_text_are_repaired(tmp_path: Path) -> None:
    text = (
        "SHIPPING\n\nWe ship every day from Monday to Friday, and all orders placed before\n"
        "two o'clock leave on the same day, wherever they go in the coun-\ntry and beyond it.\n\n"
        "Weight: 3 kg\nColor: red\n"
    )
    assert [section.text for section in load(tmp_path / "a.txt", text).sections] == [
        "We ship every day from Monday to Friday, and all orders placed before two o'clock leave on the same day, "
        "wherever they go in the country and beyond it.\n\nWeight: 3 kg\nColor: red"
    ]


def test_headings_of_plain_text_are_known_by_their_looks(tmp_path: Path) -> None:
    document = load(tmp_path / "a.txt", "退货政策\n\n一、期限\n\n七天内。\n\n二、运费\n\n买家承担。\n\n其他\n====\n\n没有。\n")
    assert document.title == "退货政策"
    assert [section.path for section in document.sections] == [("退货政策", "一、期限"), ("退货政策", "二、运费"), ("其他",)]


def test_a_few_words_above_whole_sentences_are_their_heading(tmp_path: Path) -> None:
    days = "七日换粮法\n第1、2天：新粮25%。\n第7天起：全部新粮。"
    text = f"喂养手册\n\n{days}\n\n饮水\n每公斤体重需要约50毫升水。\n\n山里人茶铺\n文三路398号\n"
    assert [(section.path, section.text) for section in load(tmp_path / "a.txt", text).sections] == [
        (("喂养手册", "七日换粮法"), "第1、2天：新粮25%。\n第7天起：全部新粮。"),
        (("喂养手册", "饮水"), "每公斤体重需要约50毫升水。\n\n山里人茶铺\n文三路398号"),
    ]
    wrapped = "Please note that\nparcels may be late before Christmas.\n"
    assert [section.path for section in load(tmp_path / "b.txt", wrapped).sections] == [()]


def test_one_long_line_alone_is_text(tmp_path: Path) -> None:
    line = "X" + "x" * 90
    assert shapes(load(tmp_path / "long.txt", line)) == [((), None, line)]


def test_a_wrapped_line_with_a_time_of_day_or_a_figure_is_no_item(tmp_path: Path) -> None:
    first, second = "杭州主城区和上海内环内的订单可选同城急送，门店发货，满199", "元免配送费；服务时间10:00到20:00。"
    assert load(tmp_path / "a.txt", f"{first}\n{second}\n").sections[0].text == first + second


PAGE = """<!doctype html><html lang="en"><head><title>帮助中心 | 小朵商城</title><style>p {}</style>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [
 {"@type": "Question", "name": "多久发货？", "acceptedAnswer": {"@type": "Answer", "text": "<p>48 小时内发货。</p>"}}]}</script>
</head><body><header><a>Logo</a></header><nav><ul><li>首页<nav>更多</nav></li></ul></nav>
<div class="cookie-banner"><p>We use cookies</p></div>
<main><h2>配送</h2><p>全国包邮，偏远地区除外。</p>
<details><summary>多久发货？</summary><p>48 小时内发货。</p></details>
<table><tr><th>尺码</th><th>胸围</th></tr><tr><td>M</td><td>90</td></tr></table></main>
<footer>© 2026</footer><script>alert(1)</script></body></html>"""


def test_a_page_loses_its_boilerplate_and_keeps_its_marked_up_questions(tmp_path: Path) -> None:
    document = load(tmp_path / "a.html", PAGE)
    assert (document.title, document.language) == ("配送", "zh")
    assert shapes(document) == [
        ((), "多久发货？", "48 小时内发货。"),
        (("配送",), None, "全国包邮，偏远地区除外。"),
        (("配送",), None, "尺码：M；胸围：90"),
    ]


def test_a_page_in_a_declared_encoding_is_read_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes('<meta charset="gb2312"><h1>运费</h1><p>镕字</p>'.encode("gb18030"))
    assert load(tmp_path / "a.html").sections[0].text == "镕字"


def test_a_page_without_headings_takes_its_title_without_the_shop(tmp_path: Path) -> None:
    assert load(tmp_path / "a.html", "<title>Returns | My Shop</title><p>Thirty days.</p>").title == "Returns"


def test_a_word_document_keeps_headings_lists_tables_and_questions(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Care guide", 0)
    document.add_heading("Washing", 1)
    document.add_paragraph("Wash these at 30 °C:")
    for item in ("wool", "silk"):
        document.add_paragraph(item, style="List Bullet")
    table = document.add_table(2, 3)
    for row, cells in enumerate((("Size", "Chest", "Waist"), ("M", "90 cm", "80 cm"))):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    document.add_heading("Can I iron it?", 2)
    document.add_paragraph("No.")
    document.save(tmp_path / "care.docx")
    loaded = load(tmp_path / "care.docx")
    assert loaded.title == "Care guide"
    assert shapes(loaded) == [
        (("Washing",), None, "Wash these at 30 °C:\n\n- wool\n- silk\n\nSize: M; Chest: 90 cm; Waist: 80 cm"),
        (("Washing",), "Can I iron it?", "No."),
    ]


def test_a_question_table_in_word_gives_questions(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for row, cells in enumerate((("问题", "答案"), ("能退吗？", "能。"))):
        for column, cell in enumerate(cells):
            table.cell(row, column).text = cell
    document.save(tmp_path / "faq.docx")
    [section] = load(tmp_path / "faq.docx").sections
    assert (section.kind, section.question, section.text) == ("qa", "能退吗？", "能。")


def write_manual(path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    styles = getSampleStyleSheet()
    chinese = ParagraphStyle("zh", parent=styles["Normal"], fontName="STSong-Light", wordWrap="CJK")
    heading = ParagraphStyle("zh1", parent=chinese, fontSize=18, leading=24)

    def running(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(60, 805, "ACME shop manual")
        canvas.drawString(280, 30, f"Page {document.page}")

    parts = [
        Paragraph("Delivery manual", styles["Title"]),
        Paragraph("Costs", styles["Heading1"]),
        Paragraph("Delivery is free for every order that you place with us, and takes about 3.5 days. " * 4, styles["Normal"]),
        PageBreak(),
        Paragraph("退货政策", heading),
        Paragraph("自收到商品之日起七天内可以申请退货，请保持吊牌完整并联系客服。" * 5, chinese),
        PageBreak(),
        Paragraph("Times", styles["Heading1"]),
        Paragraph("How long does it take?", styles["Normal"]),
        Paragraph("Two days.", styles["Normal"]),
    ]
    SimpleDocTemplate(str(path)).build(parts, onFirstPage=running, onLaterPages=running)


def test_a_pdf_has_headings_by_size_and_no_running_headers(tmp_path: Path) -> None:
    write_manual(tmp_path / "manual.pdf")
    document = load(tmp_path / "manual.pdf")
    assert document.title == "Delivery manual"
    assert shapes(document) == [
        (("Costs",), None, ("Delivery is free for every order that you place with us, and takes about 3.5 days. " * 4).strip()),
        (("退货政策",), None, "自收到商品之日起七天内可以申请退货，请保持吊牌完整并联系客服。" * 5),
        (("Times",), "How long does it take?", "Two days."),
    ]
    assert [section.metadata["page"] for section in document.sections] == ["1", "2", "3"]


def drawn(path: Path, lines: list[list[str]], encrypt: str | None = None) -> None:
    canvas = Canvas(str(path), encrypt=encrypt)
    for page in lines:
        for number, line in enumerate(page):
            canvas.drawString(80, 700 - 14 * number, line)
        canvas.showPage()
    canvas.save()


def test_a_pdf_without_headings_has_a_section_per_page(tmp_path: Path) -> None:
    drawn(tmp_path / "a.pdf", [["The first page has a hyphen-", "ated word."], ["The second page."]])
    sections = load(tmp_path / "a.pdf").sections
    assert [(section.text, section.metadata["page"]) for section in sections] == [
        ("The first page has a hyphenated word.", "1"),
        ("The second page.", "2"),
    ]


def no_text(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.rect(10, 10, 100, 100)
    canvas.showPage()
    canvas.save()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (no_text, "has no text (a scan?); run text recognition (OCR) on it first"),
        (lambda path: drawn(path, [["Secret."]], encrypt="key"), "is protected by a password; save it without one"),
        (lambda path: path.write_bytes(b"%PDF-1.7\ntruncated"), "is a damaged PDF; open it and save it again"),
    ],
)
def test_a_pdf_that_gives_nothing_says_why(tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    make(tmp_path / "a.pdf")
    assert read(tmp_path / "a.pdf") == [Skipped("a.pdf", reason)]


def test_every_section_says_what_it_is(tmp_path: Path) -> None:
    document = load(tmp_path / "a.md", "# A\n\ntext\n\n## B?\n\nanswer\n")
    assert [(type(section), section.kind) for section in document.sections] == [(Section, "text"), (Section, "qa")]


@pytest.mark.parametrize(
    ("heading", "asks"),
    [
        ("How long do I have", True),
        ("How to return an item", True),
        ("Which tent should I buy", True),
        ("Can I cancel", True),
        ("如何退货", True),
        ("How long you have", False),
        ("Why choose us", False),
        ("What you need", False),
        ("Delivery", False),
    ],
)
def test_a_heading_is_a_question_when_it_asks_and_a_topic_when_it_only_begins_like_one(
    tmp_path: Path, heading: str, asks: bool
) -> None:
    [section] = load(tmp_path / "a.md", f"# Shop\n\n## {heading}\n\nThirty days.\n").sections
    assert (section.question is not None) is asks
