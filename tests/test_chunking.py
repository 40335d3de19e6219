from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.chunking import chunk
from knowledge_base.types import Document, Section


def count(text: str) -> int:
    return len(re.findall(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]", text))


def document(*sections: Section, title: str = "Returns", location: str = "/docs/returns.md") -> Document:
    return Document(location, "docs/returns.md", title, "en", sections)


SENTENCE = "You may return an item within thirty days of delivery. "
LONG = " ".join(f"Rule {number} says that an item can go back within 30.5 days, e.g. by post." for number in range(80))
LONG_ZH = "".join(f"第{number}条规定自收到商品之日起三十天内可以退货。" for number in range(80))


def test_a_question_with_its_answer_is_one_chunk_even_when_over_the_size() -> None:
    answer = (SENTENCE * 30).strip()
    [only] = chunk(document(Section(answer, kind="qa", question="Can I return?")), count, max_tokens=160)
    assert (only.text, only.question, only.kind) == (answer, "Can I return?", "qa")
    assert only.tokens == count(answer) > 160


def test_an_answer_far_over_the_size_is_split_and_each_part_keeps_the_question() -> None:
    parts = chunk(document(Section(LONG, kind="qa", question="Can I return?")), count)
    assert len(parts) > 3
    assert {part.question for part in parts} == {"Can I return?"}


def test_short_paragraphs_of_a_section_share_a_chunk() -> None:
    [only] = chunk(document(Section("First.\n\nSecond.", ("Returns", "Costs"))), count)
    assert only.text == "First.\n\nSecond."
    assert only.heading == "Returns › Costs"


def test_chunks_never_cross_headings() -> None:
    chunks = chunk(document(Section("One.", ("A",)), Section("Two.", ("B",))), count)
    assert [(part.text, part.heading, part.position) for part in chunks] == [
        ("One.", "Returns › A", 0),
        ("Two.", "Returns › B", 1),
    ]


@pytest.mark.parametrize("text", [LONG, LONG_ZH])
def test_a_long_paragraph_is_cut_between_sentences_within_the_size(text: str) -> None:
    chunks = chunk(document(Section(text)), count, max_tokens=100)
    assert len(chunks) > 5
    assert all(part.text[-1] in ".。" for part in chunks)
    assert "".join(part.text for part in chunks).replace(" ", "") == text.replace(" ", "")
    assert max(part.tokens for part in chunks) <= 110


def test_a_sentence_without_end_is_cut_at_clauses() -> None:
    text = "，".join(f"款式{number}号" for number in range(200))
    chunks = chunk(document(Section(text)), count, max_tokens=80)
    assert "".join(part.text for part in chunks) == text
    assert all(part.text.endswith("，") for part in chunks[:-1])


def test_the_line_that_introduces_a_list_stays_with_its_items() -> None:
    items = "\n".join(f"- item number {number} of this list" for number in range(20))
    text = f"{(SENTENCE * 13).strip()}\n\nThese cannot be returned:\n\n{items}"
    chunks = chunk(document(Section(text)), count, max_tokens=160)
    assert not any(part.text.endswith(":") for part in chunks)
    assert any(part.text.startswith("These cannot be returned:\n\n- item number 0") for part in chunks)


def test_a_list_is_cut_between_items() -> None:
    items = "\n".join(f"- item number {number}, which may be returned" for number in range(60))
    assert all(part.text.startswith("- item") for part in chunk(document(Section(items)), count, max_tokens=60))


def test_the_title_is_not_repeated_in_the_heading() -> None:
    assert chunk(document(Section("Text.", ("Returns", "Returns", "Costs"))), count)[0].heading == "Returns › Costs"


def test_ids_outlive_changes_elsewhere_in_the_file() -> None:
    before = chunk(document(Section("One.", ("A",)), Section("Two.", ("B",))), count)
    after = chunk(document(Section("New.", ("0",)), Section("Two.", ("B",)), Section("One, changed.", ("A",))), count)
    assert before[1].id == after[1].id
    assert before[0].id != after[2].id
    assert re.fullmatch("[0-9a-f]{32}", before[0].id)


def test_an_id_depends_on_location_heading_question_and_kind() -> None:
    variants = [
        chunk(document(Section("Text.")), count),
        chunk(document(Section("Text."), location="/other.md"), count),
        chunk(document(Section("Text.", ("A",))), count),
        chunk(document(Section("Text.", kind="row")), count),
        chunk(document(Section("Text.", kind="qa", question="Q?")), count),
    ]
    assert len({chunks[0].id for chunks in variants}) == len(variants)


def test_repeats_inside_a_document_are_dropped() -> None:
    chunks = chunk(document(Section("Same.", ("A",)), Section("Same.", ("A",)), Section("Other.", ("A",))), count)
    assert [part.text for part in chunks] == ["Same.", "Other."]
    assert [part.position for part in chunks] == [0, 1]


def test_a_section_language_and_metadata_reach_its_chunk() -> None:
    [only] = chunk(
        document(Section("可以。", kind="qa", question="能退吗？", language="zh", metadata={"category": "售后"})), count
    )
    assert (only.language, only.metadata) == ("zh", {"category": "售后"})


def test_the_tokenizer_is_asked_once_for_a_row() -> None:
    calls: list[str] = []

    def counting(text: str) -> int:
        calls.append(text)
        return count(text)

    chunk(document(*(Section(f"row {number}", kind="row") for number in range(50))), counting)
    assert len(calls) == 50


@pytest.mark.parametrize("size", [0, 15, 481])
def test_an_unusable_size_is_refused_with_its_value(size: int) -> None:
    with pytest.raises(ValueError, match=f"max_tokens is {size}"):
        chunk(document(Section("Text.")), count, max_tokens=size)


@given(st.lists(st.sampled_from([" ", ". ", "。", "\n", "\n\n", "\n- ", "，", "：\n\n", "x" * 40]), max_size=120))
def test_chunks_are_verbatim_in_order_and_lose_nothing_but_white_space(gaps: list[str]) -> None:
    text = "".join(f"w{number}{gap}" for number, gap in enumerate(gaps))
    chunks = chunk(document(Section(text)), count, max_tokens=16)
    assert all(part.text in text for part in chunks)
    assert "".join("".join(part.text for part in chunks).split()) == "".join(text.split())
