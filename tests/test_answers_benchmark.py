"""Judging replies to a shop's questions: action, content, source, abstaining, and conversations."""

import json

import pytest

import bot
from benchmarks.answers import figures, main, read_questions

FAQ = """question,answer
How long do I have to return something?,You have 15 days from delivery.
Do you wrap gifts?,Yes for 12 CNY.
"""
RETURN = {"id": "r", "text": "How long do I have to return something?", "language": "en"}
QUESTIONS: list[dict[str, object]] = [
    {**RETURN, "expect": {"action": "answer", "must_contain": ["15 days"], "source": "faq.csv", "abstain": False}},
    {
        "id": "w",
        "text": "Do you wrap gifts?",
        "language": "en",
        "after": "r",
        "expect": {"must_contain": [["12 CNY", "12 元"]]},
    },
    {"id": "m", "text": "What's the weather on Mars?", "language": "en", "expect": {"abstain": True, "action": "decline"}},
    {"id": "x", "text": "Do you wrap gifts?", "language": "en", "expect": {"must_contain": ["99 CNY"], "abstain": False}},
]  # fmt: skip


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), "utf-8")
    return path


def test_right_and_wrong_replies_are_told_apart_the_wrong_ones_listed_and_all_written(tmp_path, questions, capsys):
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    with bot.open(tmp_path / "data") as shopdesk:
        shopdesk.load([tmp_path / "faq.csv"])
    written = tmp_path / "replies.jsonl"
    assert main([str(questions), "--data", str(tmp_path / "data"), "--json", "--write", str(written)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["all"]["questions"] == 4
    assert told["all"]["right"] == 0.75
    assert told["all"]["abstained_rightly"] == 1.0
    assert told["all"]["refused_wrongly"] == 0.0
    assert told["all"]["source"] == 1.0
    assert [row["id"] for row in told["failing"]] == ["x"]
    replies = [json.loads(line) for line in written.read_text("utf-8").splitlines()]
    assert [(row["id"], row["after"], row["text"]) for row in replies][1] == ("w", [RETURN["text"]], "Do you wrap gifts?")
    assert "15 days" in replies[0]["reply"]
    assert replies[0]["sources"][0].endswith("faq.csv")


def test_a_question_may_follow_one_named_by_its_id(questions):
    assert read_questions(questions)[1].after == (RETURN["text"],)


def test_what_is_not_expected_is_not_judged():
    assert set(figures([]).values()) == {0, None}


def test_a_line_that_is_no_question_is_named(tmp_path, capsys):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "a", "expect": {}}\n{"id": 1}\n', "utf-8")
    assert main([str(path), "--demo"]) == 2
    assert "Line 2" in capsys.readouterr().err


def test_a_shop_is_opened_from_a_directory_of_its_files_and_goes_away_again(tmp_path, questions, capsys):
    content = tmp_path / "shop"
    (content / "documents").mkdir(parents=True)
    (content / "documents" / "faq.csv").write_text(FAQ, "utf-8")
    (content / "shop.toml").write_text('name = "Paper & Bow"\n', "utf-8")
    assert main([str(questions), "--shop", str(content), "--json", "--replies"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [row["right"] for row in told["replies"]] == [True, True, True, False]
    assert "Paper & Bow" in told["replies"][2]["reply"]
    assert sorted(path.name for path in content.iterdir()) == ["documents", "shop.toml"]
