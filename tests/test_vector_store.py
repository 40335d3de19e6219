"""The Chroma room: what is stored is found again, by id and by nearness."""

import numpy as np
import pytest

from knowledge_base.errors import VectorStoreError
from knowledge_base.vector_store import VectorStore

AXES = np.eye(4, dtype=np.float32)


@pytest.fixture
def store(tmp_path):
    store = VectorStore(tmp_path)
    yield store
    store.close()


def test_the_nearest_vectors_come_first_with_their_cosine(store):
    store.upsert("passages", ["a", "b", "c"], np.stack([AXES[0], AXES[1], (AXES[0] + AXES[1]) / np.sqrt(2)]))
    found = store.nearest("passages", AXES[0], 2)
    assert list(found) == ["a", "c"]
    assert found["a"] == pytest.approx(1.0, abs=1e-5)
    assert found["c"] == pytest.approx(np.sqrt(0.5), abs=1e-5)


def test_passages_and_products_are_kept_apart(store):
    store.upsert("passages", ["a"], AXES[:1])
    store.upsert("products", ["p"], AXES[:1])
    assert list(store.nearest("products", AXES[0], 5)) == ["p"]
    assert store.ids("passages") == {"a"}


def test_upserting_an_id_again_replaces_its_vector(store):
    store.upsert("passages", ["a"], AXES[:1])
    assert store.cosines("passages", AXES[1], ["a"]) == {"a": pytest.approx(0.0)}
    store.upsert("passages", ["a"], AXES[1:2])
    assert store.count("passages") == 1
    assert store.cosines("passages", AXES[1], ["a"]) == {"a": pytest.approx(1.0)}


def test_deleted_ids_are_gone_and_unknown_ones_do_not_matter(store):
    store.upsert("passages", ["a", "b"], AXES[:2])
    assert set(store.cosines("passages", AXES[1], ["a", "b", "c"])) == {"a", "b"}
    store.delete("passages", ["a", "never stored"])
    assert store.ids("passages") == {"b"}
    assert store.cosines("passages", AXES[1], ["a", "b"]) == {"b": pytest.approx(1.0)}


def test_a_small_collection_finds_what_a_search_of_a_large_one_finds_whatever_is_written_between(store, monkeypatch):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"p{place}" for place in range(60)]
    store.upsert("passages", ids[:40], rows[:40])
    assert len(store.nearest("passages", rows[50], 60)) == 40
    store.upsert("passages", ids[30:], rows[30:])
    store.delete("passages", ids[:5])
    few = store.nearest("passages", rows[50], 20)
    monkeypatch.setattr("knowledge_base.vector_store.SMALL", 0)
    store.upsert("passages", ["p59"], rows[59:])
    many = list(store.nearest("passages", rows[50], 20))  # approximate: its graph is built by several threads
    assert len(set(few) & set(many)) >= 18
    assert next(iter(few)) == many[0] == "p50"


def test_the_zero_vector_is_near_nothing(store):
    store.upsert("passages", ["a"], AXES[:1])
    assert store.nearest("passages", np.zeros(4, dtype=np.float32), 3) == {}


def test_a_stored_zero_vector_does_not_disturb_the_others(store):
    store.upsert("passages", ["nothing", "a"], np.stack([np.zeros(4, dtype=np.float32), AXES[0]]))
    found = store.nearest("passages", AXES[0], 5)
    assert next(iter(found)) == "a"
    assert store.ids("passages") == {"nothing", "a"}


def test_batches_larger_than_chroma_takes_are_split(store):
    count = store._batch + 7
    store.upsert("passages", [str(number) for number in range(count)], np.tile(AXES[0], (count, 1)))
    assert store.count("passages") == count


def test_vectors_survive_closing_and_opening(tmp_path):
    store = VectorStore(tmp_path)
    store.upsert("passages", ["a"], AXES[:1])
    store.close()
    again = VectorStore(tmp_path)
    assert again.ids("passages") == {"a"}
    again.close()


def test_after_clearing_vectors_may_have_another_length(store):
    store.upsert("passages", ["a"], AXES[:1])
    store.clear()
    store.upsert("passages", ["b"], np.ones((1, 7), dtype=np.float32))
    assert store.ids("passages") == {"b"}


def test_a_server_that_does_not_answer_is_named_in_the_error(tmp_path):
    with pytest.raises(VectorStoreError, match=r"http://127\.0\.0\.1:1"):
        VectorStore(tmp_path, "http://127.0.0.1:1")
