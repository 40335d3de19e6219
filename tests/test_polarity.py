from pathlib import Path

import numpy as np
import pytest

from benchmarks.training.polarity import fit_polarity
from bot.understanding.polarity import Polarity, counted, is_chinese, negated, ngrams

GOOD = ["great lamp, works well", "not bad at all", "I like it", "a solid lamp, great price", "works great"]
BAD = ["broken lamp", "does not work well", "I do not like it", "bad price, bad lamp", "it broke"]


def fitted(kept: int = 1000) -> Polarity:
    texts = (GOOD + BAD) * 2
    positive = np.array(([True] * len(GOOD) + [False] * len(BAD)) * 2)
    return fit_polarity([counted(text) for text in texts], positive, np.ones(len(texts), np.float32), kept)


@pytest.mark.parametrize(
    ("tokens", "marked"),
    [
        ("it does not work well", ["not:work", "not:well"]),
        ("i don't like it", ["not:like", "not:it"]),
        ("never dull , always fun", ["not:dull"]),
        ("not cheap but good", ["not:cheap"]),
        ("no a b c d e", ["not:a", "not:b", "not:c", "not:d"]),
        ("notable work", []),
    ],
)
def test_words_behind_a_negation_are_marked_until_the_clause_ends(tokens: str, marked: list[str]) -> None:
    assert list(negated(tokens.split())) == marked


def test_a_negation_that_a_tokenizer_split_is_read_as_one_word() -> None:
    assert list(ngrams("it does n't work")) == list(ngrams("it doesn't work"))


def test_chinese_adds_characters_and_their_neighbours() -> None:
    assert {"#太", "#太差", "#太差了"} <= set(ngrams("太差了"))
    assert not any(ngram.startswith("#") for ngram in ngrams("too bad"))
    assert is_chinese("ok 好") and not is_chinese("ok!")


def test_features_are_scaled_to_length_one_and_a_text_without_any_has_none() -> None:
    hashes, values = counted("good good lamp")
    assert len(set(hashes)) == len(hashes)
    assert float((values**2).sum()) == pytest.approx(1)
    assert fitted().score("") == pytest.approx(fitted().bias, abs=1)


def test_the_model_tells_good_from_bad_and_hears_the_negation() -> None:
    model = fitted()
    assert all(model.score(text) > 0 for text in GOOD)
    assert all(model.score(text) < 0 for text in BAD)
    assert model.score("I like the price") > model.score("I do not like the price")


def test_words_never_seen_weigh_nothing() -> None:
    assert fitted().of_features(np.array([7], np.uint32), np.ones(1, np.float32)) == fitted().bias


def test_the_same_texts_give_the_same_model_and_only_the_strongest_features_are_kept() -> None:
    first, second, small = fitted(), fitted(), fitted(kept=12)
    assert np.array_equal(first.weights, second.weights) and first.bias == second.bias
    assert len(small.hashes) == 12 and set(small.hashes) <= set(first.hashes)
    assert np.abs(small.weights).min() >= np.sort(np.abs(first.weights))[-12]


def test_a_saved_model_scores_as_before(tmp_path: Path) -> None:
    model = fitted()
    model.save(tmp_path / "polarity.npz")
    loaded = Polarity.load(tmp_path / "polarity.npz")
    assert np.array_equal(loaded.hashes, model.hashes)
    for text in GOOD + BAD:
        assert loaded.score(text) == pytest.approx(model.score(text), abs=0.05)
