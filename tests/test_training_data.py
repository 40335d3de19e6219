"""The bilingual questions and answers of shops that the encoder is trained on."""

import json
import re
from collections import Counter
from pathlib import Path

import benchmarks.training
from benchmarks.training.service_matters import examples, names
from benchmarks.training.service_matters import facts as facts_of_matters

FACTS = Path(benchmarks.training.__file__).parent / "shop_answers.jsonl"
HAN = re.compile(r"[\u4e00-\u9fff]")


def facts():
    return [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]


def figures(answer):
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?<=\d),(?=\d{3})", "", answer)))


def test_there_are_at_least_five_hundred_facts():
    assert len(facts()) >= 500


def test_every_fact_has_three_questions_and_an_answer_in_both_languages():
    for fact in facts():
        assert fact.keys() == {"zh", "en"}, fact
        for language, said in fact.items():
            assert said.keys() == {"questions", "answer"}, fact
            assert len(said["questions"]) == 3, fact
            for text in [*said["questions"], said["answer"]]:
                assert text and text == text.strip(), fact
                assert bool(HAN.search(text)) == (language == "zh"), text


def test_both_answers_of_a_fact_state_the_same_figures():
    assert [fact for fact in facts() if figures(fact["zh"]["answer"]) != figures(fact["en"]["answer"])] == []


def test_no_question_and_no_answer_is_written_twice():
    texts = Counter(
        text.casefold() for fact in facts() for said in fact.values() for text in [*said["questions"], said["answer"]]
    )
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_example_of_a_service_matter_is_written_once_and_names_a_matter_of_the_list():
    own = list(examples())
    assert {one.matter for one in own} <= set(names())
    texts = Counter((one.matter, one.text.casefold()) for one in own)
    assert [text for text, count in texts.items() if count > 1] == []
    assert {one.language for one in own if HAN.search(one.text)} == {"zh"}
    assert any(one.statement for one in own) and not any(one.text.startswith("=") for one in own)


def test_each_matter_with_examples_has_questions_and_statements():
    kinds = {(one.matter, one.language, one.statement) for one in examples()}
    assert [kind for kind in kinds if (kind[0], kind[1], not kind[2]) not in kinds] == []


def test_shop_facts_are_about_matters_of_the_list_too():
    told = list(facts_of_matters())
    assert {one.matter for one in told} <= set(names())
    assert len({one.text for one in told}) == len(told) > 1000
