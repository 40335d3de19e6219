import numpy as np
import pytest

from benchmarks.classification import Prediction, figures, first_examples, owner_contender, without_out_of_scope
from bot.errors import SettingsError
from bot.understanding.examples import shipped_examples
from bot.understanding.kernel_ridge import FREQUENCIES, FeatureMap, fit_ridge
from bot.understanding.owner_intents import OwnerIntents, Quick, sure_from
from bot.understanding.owner_reading import BATCH, Assessment, LeftOut, Reading
from knowledge_base.encoders import Encoder, load_encoder

EXAMPLES = {
    "fitting": ["book a bike fitting", "I want a fitting", "a fitting on Monday?", "预约量车", "我要约量车", "量车多少钱"],
    "trade_in": ["sell my old bike", "do you buy used bikes", "trade in a bike", "二手车回收吗", "我想卖旧车", "旧车能抵多少"],
    "workshop": ["my brakes squeak", "repair a puncture", "can you fix my gears", "刹车响怎么修", "补胎", "变速器坏了能修吗"],
}  # fmt: skip
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
LABELS = [label for label, texts in EXAMPLES.items() for _ in texts]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("builtin")


@pytest.fixture(scope="module")
def bikes(encoder: Encoder) -> OwnerIntents:
    return OwnerIntents.train(TEXTS, LABELS, encoder)


@pytest.mark.parametrize(
    ("text", "intent"),
    [("a fitting please", "fitting"), ("想预约一次量车", "fitting"), ("do you buy my used bike", "trade_in"),
     ("你们回收二手车吗", "trade_in"), ("repair my squeaky brakes", "workshop"), ("刹车坏了", "workshop")],
)  # fmt: skip
def test_a_few_examples_in_both_languages_teach_an_intent(bikes: OwnerIntents, text: str, intent: str) -> None:
    assert bikes.classify(text).name == intent
    assert bikes.classify(text).confidence > 1 / len(EXAMPLES)


def test_a_message_of_no_intent_is_stranger_than_one_like_the_examples_though_none_was_out_of_scope(
    bikes: OwnerIntents,
) -> None:
    strange = bikes.out_of_scope(["who won the world cup in 1998", "写一首关于月亮的诗", "zxqv 77"])
    familiar = bikes.out_of_scope(["I want to book a fitting", "我想卖掉旧车", "can you repair a puncture"])
    assert familiar.max() < 0.5 < strange.min()


def test_an_owners_out_of_scope_examples_are_a_label_but_never_make_a_message_familiar(encoder: Encoder) -> None:
    outside = ["who won the world cup", "what is the capital of France", "tell me the weather", "写一首诗", "今天股市怎么样"]
    trained = OwnerIntents.train(TEXTS + outside, LABELS + ["oos"] * len(outside), encoder)
    assert trained.predict(["the capital of France?"]) == ["oos"]
    assert trained.out_of_scope([outside[0]])[0] > 0.5
    assert len(trained.full.examples) == len(TEXTS)


def test_probabilities_sum_to_one_and_top_is_ordered(bikes: OwnerIntents) -> None:
    found = bikes.assess(["fix my gears", "", "旧车"])
    assert np.allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    best = bikes.top("fix my gears", 2)
    assert best[0].name == "workshop"
    assert best[0].confidence >= best[1].confidence


def test_a_message_gets_the_same_answer_alone_and_among_many(bikes: OwnerIntents) -> None:
    many = bikes.assess((TEXTS * (BATCH // len(TEXTS) + 2))[: BATCH + 7])
    alone = bikes.assess([TEXTS[(BATCH + 6) % len(TEXTS)]])
    assert np.allclose(many.probabilities[-1], alone.probabilities[0], atol=1e-4)
    assert np.allclose(many.out_of_scope[-1], alone.out_of_scope[0], atol=1e-3)


def test_the_same_examples_give_the_same_classifier(bikes: OwnerIntents, encoder: Encoder) -> None:
    again = OwnerIntents.train(TEXTS, LABELS, encoder)
    assert np.array_equal(bikes.assess(TEXTS).probabilities, again.assess(TEXTS).probabilities)


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [(["a", "b"], ["x"], "2 texts come with 1 labels"), (["a", "b"], ["x", "oos"], "two intents at least")],
)
def test_unusable_examples_are_refused_with_the_reason(
    texts: list[str], labels: list[str], said: str, encoder: Encoder
) -> None:
    with pytest.raises(SettingsError, match=said):
        OwnerIntents.train(texts, labels, encoder)


@pytest.mark.parametrize("count", [40, 400])
def test_scores_of_left_out_examples_are_those_of_a_fit_without_them(count: int) -> None:
    rng = np.random.default_rng(1)
    targets = np.arange(count) % 3
    rows = (np.eye(3, 80)[targets] + 0.1 * rng.standard_normal((count, 80))).astype(np.float32)
    rows -= rows.mean(axis=0)
    shares = np.full(3, 1 / 3, np.float32)
    fit = fit_ridge(rows, targets, shares)
    truth = np.eye(3)[targets] - shares
    kept = np.arange(count) != 5
    gram = rows[kept].T.astype(np.float64) @ rows[kept] + fit.strength * np.eye(80)
    weights = np.linalg.solve(gram, rows[kept].T @ truth[kept])
    assert np.allclose(fit.scores[5], rows[5] @ weights + shares, atol=1e-4)


def test_noisy_labels_are_fitted_more_gently_than_clean_ones() -> None:
    rng = np.random.default_rng(0)
    targets = np.arange(600) % 3
    rows = (0.6 * np.eye(3, 300)[targets] + 0.05 * rng.standard_normal((600, 300))).astype(np.float32)
    rows -= rows.mean(axis=0)
    shares = np.full(3, 1 / 3, np.float32)
    noisy = np.where(rng.random(600) < 0.4, rng.integers(0, 3, 600), targets)
    assert fit_ridge(rows, noisy, shares).strength > fit_ridge(rows, targets, shares).strength


def test_examples_with_a_wrong_label_teach_nothing_where_many_are_wrong() -> None:
    rng = np.random.default_rng(0)
    targets = np.arange(900) % 10
    rows = (0.6 * np.eye(10, 300)[targets] + 0.05 * rng.standard_normal((900, 300))).astype(np.float32)
    rows -= rows.mean(axis=0)
    shares = np.full(10, 0.1, np.float32)
    noisy = np.where(rng.random(900) < 0.4, rng.integers(0, 10, 900), targets)
    fit = fit_ridge(rows, noisy, shares)
    scores = rows @ fit.weights + shares
    assert (scores.argmax(axis=1) == targets).all()
    assert scores[np.arange(900), targets].mean() > 0.75
    assert np.mean(noisy == targets) < 0.65


def test_rows_approximate_the_kernel_of_vectors_and_ngrams(encoder: Encoder) -> None:
    texts = shipped_examples()[0][:60]
    vectors = encoder.encode(texts)
    rows = FeatureMap.fit(texts, encoder)(texts, vectors)
    squares = ((vectors[:, None] - vectors) ** 2).sum(axis=2)
    gaussian = np.exp(-1.5 / 2 * squares)
    assert np.abs(rows[:, : 2 * FREQUENCIES] @ rows[:, : 2 * FREQUENCIES].T - gaussian).max() < 0.15
    assert (np.einsum("ij,ij->i", rows, rows) <= 1.2 + 0.15).all()


@pytest.mark.parametrize(("sure", "read"), [(0.0, ["zxqv 77"]), (1.1, ["I want to book a fitting", "zxqv 77"])])
def test_only_messages_that_the_quick_reading_is_not_sure_of_or_finds_strange_are_read_in_full(
    encoder: Encoder, bikes: OwnerIntents, sure: float, read: list[str]
) -> None:
    seen: list[str] = []

    class Watched:
        name, dimension = encoder.name, encoder.dimension
        count_tokens = staticmethod(encoder.count_tokens)

        def encode(self, texts):
            seen.extend(texts)
            return encoder.encode(texts)

    targets, inside = np.unique(LABELS, return_inverse=True)[1], np.ones(3, dtype=bool)
    full, _ = Reading.train(TEXTS, targets, inside, Watched())
    quick, _ = Reading.train(TEXTS, targets, inside, load_encoder("builtin-static"))
    seen.clear()
    found = OwnerIntents(bikes.intents, full, Quick(quick, sure)).assess(["I want to book a fitting", "zxqv 77"])
    assert seen == read
    assert bikes.intents[found.probabilities[0].argmax()] == "fitting"
    assert found.out_of_scope[0] < 0.5 < found.out_of_scope[1]


def test_the_quick_reading_decides_from_the_probability_on_at_which_it_errs_no_more_often_than_the_full_one() -> None:
    truth = np.zeros(1000, dtype=np.int64)
    sure = np.linspace(0.99, 0.51, 1000, dtype=np.float32)

    def left_out(wrong_from: int) -> LeftOut:
        likely = np.where(np.arange(1000) < wrong_from, sure, 1 - sure)
        return LeftOut(np.arange(1000), Assessment(np.stack([likely, 1 - likely], axis=1), np.zeros(1000, np.float32)))

    threshold = sure_from(left_out(600), left_out(1000), truth)
    assert sure[600] < threshold <= sure[599]
    assert sure_from(left_out(600), left_out(600), truth) < sure[998]


def test_the_benchmark_measures_the_classifier_that_an_owner_gets() -> None:
    found = owner_contender(TEXTS, LABELS, TEXTS[:4])
    assert list(found.labels) == LABELS[:4]
    assert figures(LABELS[:4], found)["messages_per_processor_s"] > 0


def test_accuracy_in_scope_is_told_apart_from_that_of_all_messages() -> None:
    found = figures(["x", "y", "oos", "oos"], Prediction(["x", "y", "x", "oos"], np.array([0, 0.1, 0.2, 0.9]), 1.0, 1.0, 1.0))
    assert (found["accuracy"], found["in_scope_accuracy"], found["oos_auroc"]) == (0.75, 1.0, 1.0)
    assert without_out_of_scope(["a", "b"], ["oos", "x"]) == (["b"], ["x"])


def test_the_first_examples_of_each_label_are_taken_in_order() -> None:
    assert first_examples(["a", "b", "c", "d"], ["x", "y", "x", "x"], 2) == (["a", "b", "c"], ["x", "y", "x"])
