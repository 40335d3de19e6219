from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from knowledge_base.answer_reader import EXCERPT, LIMIT, WEIGHTS, AnswerReader, Passage
from knowledge_base.encoder import EncoderError

ENGLISH = (
    Passage("Can I return sale items?", "Sale items can be returned within 15 days if the tags are still on."),
    Passage("", "Standard delivery arrives within 3-5 business days after dispatch."),
    Passage("Warranty", "Lamps carry a warranty of two years. Bulbs are not covered."),
    Passage("", "Silk shirts are washed by hand in cold water and dried in the shade."),
)
CHINESE = (
    Passage("特价商品能退吗？", "特价商品吊牌完好可在 15 天内退货。"),
    Passage("", "标准配送在发货后 3-5 个工作日送达。"),
    Passage("保修", "台灯保修两年，灯泡不在保修范围内。"),
    Passage("", "真丝衬衫用冷水手洗，阴凉处晾干。"),
)
QUESTIONS = (
    ("how many days does normal shipping take", "普通快递要几天", 1),
    ("how long is the guarantee on the desk lamp", "台灯保修多久", 2),
    ("can i put the silk shirt in the washing machine", "真丝衬衫可以机洗吗", 3),
)


@pytest.fixture(scope="module")
def reader() -> AnswerReader:
    return AnswerReader.load()


@pytest.mark.parametrize(("english", "chinese", "answer"), QUESTIONS)
def test_the_passage_that_answers_has_the_best_score_in_either_language_and_across(
    reader: AnswerReader, english: str, chinese: str, answer: int
) -> None:
    for question in (english, chinese):
        for passages in (ENGLISH, CHINESE):
            assert int(reader.scores(question, passages).argmax()) == answer


@pytest.mark.parametrize(
    "question", ["who won the world cup in 1998", "明天上海会下雨吗", "do you sell bicycles", "你们招聘会计吗"]
)
def test_passages_about_something_else_are_improbable_answers(reader: AnswerReader, question: str) -> None:
    assert reader.scores(question, [*ENGLISH, *CHINESE]).max() < 0.5


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("快递费多少钱", "标准配送每单收费 8 元。", "标准配送在 3-5 天内送达。"),
        ("退款多久到账", "退款在 5 个工作日内到账。", "退款原路退回付款账户。"),
        ("which cards do you accept", "We accept Visa and Mastercard.", "Gift cards cannot be exchanged for cash."),
        ("is the blue tent waterproof", "The blue tent is waterproof to 3000 mm.", "The blue tent weighs 2.4 kg."),
    ],
)
def test_a_near_miss_is_less_probable_than_the_answer(reader: AnswerReader, question: str, right: str, wrong: str) -> None:
    answered, missed = reader.scores(question, [right, wrong])
    assert answered > missed + 0.2


def test_scores_are_probabilities_and_the_same_every_time(reader: AnswerReader) -> None:
    first = reader.scores("台灯保修多久", CHINESE)
    assert first.dtype == np.float32
    assert ((first > 0) & (first < 1)).all()
    assert (first == reader.scores("台灯保修多久", CHINESE)).all()
    assert (first == AnswerReader.load().scores("台灯保修多久", CHINESE)).all()


def test_a_score_does_not_depend_on_the_other_passages(reader: AnswerReader) -> None:
    passages = [*ENGLISH, *CHINESE]
    together = reader.scores("return a sale item", passages)
    alone = [float(reader.scores("return a sale item", [passage])[0]) for passage in passages]
    assert together.tolist() == alone
    assert together[::-1].tolist() == reader.scores("return a sale item", passages[::-1]).tolist()


def test_a_string_is_a_passage_without_heading(reader: AnswerReader) -> None:
    text = ENGLISH[1].text
    assert reader.scores("delivery time", [text])[0] == reader.scores("delivery time", [Passage("", text)])[0]


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("", Passage("", "")),
        ("", ENGLISH[0]),
        ("returns?", Passage("", "")),
        ("🙂", Passage("🙂", "🙂")),
        ("？", Passage(" ", "\n")),
    ],
)
def test_empty_texts_have_a_score_too(reader: AnswerReader, question: str, passage: Passage) -> None:
    assert 0 < reader.scores(question, [passage])[0] < 1


def test_no_passages_give_no_scores(reader: AnswerReader) -> None:
    assert reader.scores("returns?", []).shape == (0,)


def test_of_a_long_passage_the_sentences_nearest_to_the_question_are_read(reader: AnswerReader) -> None:
    filling = "Our founder grew up by the sea and paints boats every summer. " * 20
    answer = "The warranty on every desk lamp is two years. "
    question = "how long is the warranty on a desk lamp"
    inside, without = reader.scores(question, [filling + answer + filling, filling])
    assert inside > 0.5 > without


def test_texts_beyond_every_limit_are_cut(reader: AnswerReader) -> None:
    long = "guarantee " * (LIMIT + EXCERPT)
    assert 0 < reader.scores(long, [Passage(long, long)])[0] < 1


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    folder = copytree(WEIGHTS, tmp_path / "reader")
    (folder / "layers.onnx").write_bytes(b"no graph")
    with pytest.raises(EncoderError, match=r"reader.* cannot be read"):
        AnswerReader.load(folder)


def test_another_encoder_than_the_one_trained_with_is_refused(tmp_path: Path) -> None:
    folder = copytree(WEIGHTS, tmp_path / "reader")
    config = (folder / "config.json").read_text("utf-8")
    (folder / "config.json").write_text(config.replace('"tokens": "', '"tokens": "0'), "utf-8")
    with pytest.raises(EncoderError, match="trained on other token vectors"):
        AnswerReader.load(folder)
