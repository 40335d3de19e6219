"""The owner's tags for customers who have none: a softmax regression on what customers say, buy and look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.marketing.customers.histories import CustomerHistory
from bot.marketing.insight.phrases import words_of

LEAST_TAGGED, FOLDS, SURE = 6, 3, 0.6


@dataclass(frozen=True, slots=True)
class TagModel:
    """``suggested`` gives a customer's id a tag and its probability, only where sure.

    ``accuracy`` was cross-validated; ``usual`` is the share of the most frequent tag.
    """

    tags: tuple[str, ...]
    accuracy: float
    usual: float
    suggested: dict[str, tuple[str, float]]


def document_of(one: CustomerHistory) -> str:
    """What is known of a customer as words."""
    said = [word for text in one.words for word in words_of(text)]
    bought = [f"bought:{name.replace(' ', '_')}" for purchase in one.purchases for name in purchase.categories]
    return " ".join([*said, *bought, *(f"saw:{name.replace(' ', '_')}" for name in one.looked_at)])


def classifier() -> Any:
    """The softmax regression over weighed words (tf-idf), not yet fitted; a pipeline of scikit-learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]

    vectors = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
    return make_pipeline(vectors, LogisticRegression(C=10, max_iter=1000, class_weight="balanced"))


def tag_model(histories: Sequence[CustomerHistory]) -> TagModel | None:
    """Learned from the tagged customers; None where too few are tagged, or it tells no more than the most frequent tag."""
    counted = Counter(tag for one in histories for tag in one.tags if document_of(one))
    tags = sorted(tag for tag, count in counted.items() if count >= LEAST_TAGGED)
    rows = [(document_of(one), tag) for one in histories for tag in one.tags if tag in tags and document_of(one)]
    if len(tags) < 2:
        return None
    from sklearn.model_selection import cross_val_score  # type: ignore[import-untyped]

    texts, labels = [text for text, _ in rows], [tag for _, tag in rows]
    model = classifier()
    accuracy = float(cross_val_score(model, texts, labels, cv=FOLDS).mean())
    usual = max(Counter(labels).values()) / len(labels)
    if accuracy <= usual + 0.05:
        return None
    model.fit(texts, labels)
    untagged = [one for one in histories if not one.tags and document_of(one)]
    suggested = {}
    if untagged:
        for one, row in zip(untagged, model.predict_proba([document_of(one) for one in untagged]), strict=True):
            if row.max() >= SURE:
                suggested[one.id] = (str(model.classes_[row.argmax()]), round(float(row.max()), 3))
    return TagModel(tuple(tags), round(accuracy, 3), round(usual, 3), suggested)
