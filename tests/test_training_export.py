"""Training data of the shop's own: only what was found good, nobody's personal data, no leak into what is judged by."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import LoadError
from bot.marketing.copy.request import copy_request
from bot.privacy.anonymising import Anonymiser
from bot.training.examples import Example
from bot.training.partition import divide
from bot.types import Evidence
from tests.small_shop import open_shop

RETURNS, WARRANTY = "How long do I have to return something?", "What is the warranty on kettles?"


def rows(folder, name):
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines()]


def exported(shop, folder, share=0.0, language=None):
    told = shop.training.export(folder, share, language)
    return told, rows(folder, "train.jsonl"), rows(folder, "eval.jsonl")


def conversations(found):
    return [row for row in found if row["kind"] == "conversation"]


@pytest.fixture
def shop(api_data, tmp_path):
    with open_shop(shutil.copytree(api_data, tmp_path / "data")) as opened:
        yield opened


def test_only_answers_rated_good_are_kept_as_the_writer_would_be_asked_with_where_they_are_from(shop, tmp_path):
    good, bad = shop.reply(RETURNS), shop.reply(WARRANTY)
    shop.rate(good.conversation, good.turn, "up")
    shop.rate(bad.conversation, bad.turn, "down")
    shop.reply("Do you issue invoices?")
    [row] = conversations(exported(shop, tmp_path / "out")[1])
    system, user, assistant = row["messages"]
    assert system["content"].startswith("You are Dora") and "<evidence number=1>" in system["content"]
    assert user == {"role": "user", "content": RETURNS} and "30 days" in assistant["content"]
    assert (row["source"]["conversation"], row["source"]["turn"]) == (good.conversation, 1)
    [number] = set(re.findall(r"\[(\d+)\]", assistant["content"]))
    shown = system["content"].split(f"<evidence number={number}>")[1].split("</evidence>")[0]
    assert "within 30 days of delivery" in shown


def test_an_answer_whose_source_says_something_else_now_is_left_out_and_told(shop, tmp_path):
    for question in (RETURNS, WARRANTY):
        reply = shop.reply(question)
        shop.rate(reply.conversation, reply.turn, "up")
    (tmp_path / "faq.csv").write_text("question,answer\nHow long is the warranty?,It lasts 36 months.\n", "utf-8")
    (tmp_path / "files").mkdir()
    shop._knowledge.remove([record for record in shop._knowledge.documents() if "returns" in record])
    told, train, _ = exported(shop, tmp_path / "out")
    assert [row["messages"][-2]["content"] for row in conversations(train)] == [WARRANTY]
    assert told["left_out"]["its source is gone"] == 1


def test_what_is_personal_goes_and_the_shops_own_contacts_stay(shop, tmp_path):
    first = shop.reply("My name is Jane Miller, jane@example.com, 138 0013 8000. Do you issue invoices?", customer="C1")
    reply = shop.reply("How long is the warranty? Please tell lin@example.com about SD-1001 too.", first.conversation)
    shop.rate(reply.conversation, reply.turn, "up")
    [row] = conversations(exported(shop, tmp_path / "out")[1])
    assert [line["content"] for line in row["messages"] if line["role"] == "user"] == [
        "My name is [name], [email], [phone]. Do you issue invoices?",
        "How long is the warranty? Please tell [email] about [order] too.",
    ]
    anonymiser = Anonymiser({"王小明": "name", "SD-9": "order"}, "客服热线 400-123-4567，help@shop.example")
    anonymiser.introduced("你好，我叫李雷，")
    hidden = anonymiser.hide("李雷（王小明）的订单SD-9，电话13800138000，写信给 help@shop.example 或 a@b.example，SD-99 不是")
    assert hidden == "[name]（[name]）的订单[order]，电话[phone]，写信给 help@shop.example 或 [email]，SD-99 不是"


def test_questions_and_approved_texts_are_kept_and_drafts_are_not(shop, tmp_path):
    texts = shop.promotion.copywriting.write(copy_request({"kind": "ad", "sku": "KT-1", "variants": 2}))
    shop.promotion.copywriting.decide(texts[0].id, "approved", "mia")
    told, train, _ = exported(shop, tmp_path / "out", language="en")
    assert told["train"] == {"conversation": 0, "faq": 5, "copy": 1}
    [copy] = [row for row in train if row["kind"] == "copy"]
    assert copy["messages"][0]["content"].startswith("Write a ad") and copy["messages"][1]["content"] == texts[0].text
    assert copy["source"] == {"copy": texts[0].id, "sku": "KT-1", "approved_by": "mia", "writer": "builtin"}
    [invoice] = [row for row in train if row["messages"][1]["content"] == "Do you issue invoices?"]
    assert invoice["messages"][-1]["content"].startswith("Yes [") and "24 hours" in invoice["messages"][-1]["content"]


def test_the_part_to_judge_by_shares_no_source_and_no_question_with_the_other_in_any_language(shop, tmp_path):
    told, train, held = exported(shop, tmp_path / "out", share=0.5)
    assert told["eval"]["faq"] == len(held) >= 2 and len(train) >= 2
    answers = [re.sub(r" ?\[\d+\]", "", row["messages"][-1]["content"]) for row in held]
    assert [answer for answer in answers for row in train if answer in row["messages"][0]["content"]] == []
    invoices = [{"invoice" in row["messages"][1]["content"] or "发票" in row["messages"][1]["content"] for row in part}
                for part in (train, held)]  # fmt: skip
    assert [True in part for part in invoices].count(True) == 1
    assert exported(shop, tmp_path / "again", share=0.5)[1:] == (train, held)


def example(question, answer, language="en", shares=()):
    evidence = (Evidence("p1", "qa", "faq", "faq", answer, language),)
    return Example("faq", language, question, question, f"{answer} [1]", frozenset(shares), {}, "answer", evidence)


def test_repeats_go_and_what_has_anything_in_common_stays_together():
    directions = {"a": [1, 0, 0, 0], "a again": [0.99, 0.14, 0, 0], "b": [0, 1, 0, 0], "c": [0, 0, 1, 0], "d": [0, 0, 0, 1]}
    says = {
        "yes": [0.5, 0.5, 0.5, 0.5],
        "perhaps": [0.5, -0.5, 0.5, -0.5],
        "never": [-0.5, -0.5, 0.5, 0.5],
        "at no time": [-0.5, -0.5, 0.4, 0.6],
    }
    examples = [
        example("a", "yes", shares=["one"]),
        example("A", "no"),
        example("a again", "yes"),
        example("b", "perhaps", shares=["one"]),
        example("c", "never"),
        example("d", "at no time"),
    ]
    parts = divide(examples, lambda texts: np.asarray([(directions | says)[text] for text in texts], np.float32), 0.5)
    assert parts.repeats == 2
    assert [[one.question for one in part] for part in (parts.train, parts.held)] == [["c", "d"], ["a", "b"]]


def test_the_command_says_what_it_wrote(api_data, tmp_path):
    data = shutil.copytree(api_data, tmp_path / "data")
    told = CliRunner().invoke(app, ["export-training", str(tmp_path / "out"), "--eval", "0.25", "--data", str(data)])
    train, held = (rows(tmp_path / "out", name) for name in ("train.jsonl", "eval.jsonl"))
    assert told.output.splitlines()[0].split() == ["train.jsonl", "0", "conversation,", str(len(train)), "faq,", "0", "copy"]
    assert len(train) + len(held) == 9 and len(held) in (1, 2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")  # of peft, about transformers
def test_a_model_is_tuned_on_the_data_judged_before_and_after_and_used_by_one_setting(api_data, tmp_path, capsys):
    from benchmarks.training.llm import main
    from bot.generation.chat_model import chat_model
    from bot.generation.model_check import check_model
    from bot.settings import load_settings
    from tests.tiny_model import make_tiny_model

    with open_shop(shutil.copytree(api_data, tmp_path / "data")) as shop:
        exported(shop, tmp_path / "out", share=0.25)
    tests = tmp_path / "tests.yaml"
    tests.write_text(f"- turns:\n  - {{say: '{RETURNS}', action: answer, contains: [30 days]}}\n", "utf-8")
    model, tuned = str(make_tiny_model(tmp_path / "model")), tmp_path / "tuned"
    given = [model, str(tmp_path / "out"), "--out", str(tuned), "--rate", "0.02", "--epochs", "8", "--batch", "2", "--json"]
    assert main([*given, "--longest", "4000", "--shop", str(tmp_path / "data"), "--tests", str(tests)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["eval_loss"]["after"] < figures["eval_loss"]["before"] - 0.1
    assert figures["chats"] == {"train.jsonl": {"used": 8, "too_long": 0}, "eval.jsonl": {"used": 1, "too_long": 0}}
    assert figures["tests"]["before"] == {"tests": 1, "passed": 1, "wordable": 1, "by_model": 0}
    assert figures["tests"]["after"]["passed"] == 1
    assert json.loads((tuned / "training.json").read_text()) == figures
    assert main([*given, "--merge", "--out", str(tmp_path / "whole")]) == 0

    def head(path):
        loaded = chat_model(load_settings(data=tmp_path, llm=f"transformers:{path}"))
        return loaded.model(**loaded.tokenizer(RETURNS, return_tensors="pt")).logits.detach().numpy()

    assert np.allclose(head(tuned), head(tmp_path / "whole"), atol=1e-3)
    assert not np.allclose(head(tuned), head(model), atol=0.1)
    shutil.rmtree(model)
    gone = check_model(load_settings(data=tmp_path, llm=f"transformers:{tuned}"))
    assert gone.problem == "settings" and "is an adapter to" in gone.detail


def test_data_that_is_none_is_refused_in_one_sentence(tmp_path):
    from benchmarks.training.llm_chats import read_chats

    (tmp_path / "train.jsonl").write_text('{"messages": []}\n', "utf-8")
    with pytest.raises(LoadError, match="line 1, is no chat"):
        read_chats(tmp_path / "train.jsonl")
    with pytest.raises(LoadError, match="export-training"):
        read_chats(tmp_path / "eval.jsonl")
