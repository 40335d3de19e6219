"""Loading: what is recorded, embedded and found stays equal, through changes, removals, kills and full disks."""

import signal
import subprocess
import sys
import textwrap
import threading
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.store.database import metadata, open_database
from bot.store.knowledge import SqlLedger
from knowledge_base.encoders import load_encoder
from knowledge_base.errors import EncoderChanged, KnowledgeBaseError, KnowledgeBaseLocked, LedgerError
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.load_options import LoadOptions
from knowledge_base.types import Document, Section
from knowledge_base.vector_store import QUESTION, SPACES

RETURNS = "# Returns\n\nYou can return any unused item within 30 days of delivery."
SHIPPING = "# Shipping\n\nStandard shipping takes three to five working days."
WARRANTY = "# 保修\n\n所有耳机自签收之日起保修两年，凭订单号即可报修。"


BUILTIN = cache(lambda: load_encoder("builtin"))


class CountingEncoder:
    """The shipped encoder, noting what it was asked to encode."""

    def __init__(self, name=None):
        self._encoder = BUILTIN()
        self.name = name or self._encoder.name
        self.dimension = self._encoder.dimension
        self.count_tokens = self._encoder.count_tokens
        self.encoded = []

    def encode(self, texts):
        self.encoded.extend(texts)
        return self._encoder.encode(texts)


@pytest.fixture
def engine(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def encoder():
    return CountingEncoder()


@pytest.fixture
def opened(tmp_path, engine, encoder):
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        yield knowledge


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in [("returns.md", RETURNS), ("shipping.md", SHIPPING), ("保修.md", WARRANTY)]:
        (folder / name).write_text(text, "utf-8")
    return folder


def numbers(report):
    return report.added, report.updated, report.unchanged, report.removed


def sources(knowledge, query):
    return [Path(hit.chunk.source).name for hit in knowledge.search(query)]


def assert_in_step(knowledge):
    """The ledger and the vector store hold the same ids, and no vectors are missing."""
    keys = knowledge._ledger.keys()
    wanted = {key.id for key in keys} | {key.id + QUESTION for key in keys if key.asks}
    assert set().union(*(knowledge._vectors.ids(space) for space in SPACES)) == wanted
    assert knowledge.stats().pending == 0
    assert len(knowledge._indexer.lexical) == knowledge.stats().chunks


def product(number, text="a kettle of steel"):
    return Document(f"catalogue://K-{number}", f"K-{number}", f"Kettle {number}", "en", (Section(text, kind="product"),))


def test_a_folder_is_loaded_and_found_in_both_languages(opened, folder):
    progress = []
    report = opened.load([folder], progress=lambda done, total: progress.append((done, total)))
    assert numbers(report) == (3, 0, 0, 0)
    assert report.chunks == opened.stats().chunks == 3
    assert progress[:3] == [(0.125, 3), (0.25, 3), (0.375, 3)] and progress[-1] == (3, 3) and progress == sorted(progress)
    assert sources(opened, "how long can I return an item?")[0] == "returns.md"
    assert sources(opened, "耳机保修多久")[0] == "保修.md"
    assert_in_step(opened)


def test_loading_the_same_again_changes_nothing_and_embeds_nothing(opened, folder, encoder):
    opened.load([folder])
    state = opened._ledger.state()
    encoder.encoded.clear()
    assert numbers(opened.load([folder])) == (0, 0, 3, 0)
    assert encoder.encoded == []
    assert opened._ledger.state() == state


def test_only_the_changed_passages_of_a_changed_file_are_embedded(opened, folder, encoder):
    table = 'question,answer\nDo you ship abroad?,"Yes, to 40 countries."\nCan I pay later?,"{}"\n'
    (folder / "faq.csv").write_text(table.format("No."), "utf-8")
    opened.load([folder])
    encoder.encoded.clear()
    (folder / "faq.csv").write_text(table.format("Yes, within 14 days."), "utf-8")
    assert numbers(opened.load([folder])) == (0, 1, 3, 0)
    assert not any("40 countries" in text for text in encoder.encoded)
    assert any("within 14 days" in text for text in encoder.encoded)
    assert "No." not in [hit.chunk.text for hit in opened.search("Can I pay later?")]
    assert_in_step(opened)


def test_a_text_that_many_passages_share_is_embedded_once(opened, tmp_path, encoder):
    rows = "".join(f"What does kettle {number} cost?,It costs 30 CNY.\n" for number in range(3)) * 2
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "prices.csv").write_text(f"question,answer\n{rows}", "utf-8")
    opened.load([tmp_path / "a", tmp_path / "b"])
    assert opened.stats().chunks == 6
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 6
    assert_in_step(opened)


def test_passages_that_only_moved_are_not_embedded_again(opened, folder, encoder):
    opened.load([folder])
    encoder.encoded.clear()
    (folder / "returns.md").write_text(
        RETURNS.replace("# Returns", "# Returns\n\n## Where\n\nIn any shop.\n\n# Returns"), "utf-8"
    )
    opened.load([folder])
    moved = next(hit.chunk for hit in opened.search("return unused item") if "unused" in hit.chunk.text)
    assert moved.position == 1
    assert [part.text for part in opened.neighbours(moved)] == ["In any shop."]
    assert_in_step(opened)


def test_a_file_gone_from_a_loaded_folder_is_removed(opened, folder):
    opened.load([folder])
    (folder / "shipping.md").unlink()
    assert numbers(opened.load([folder])) == (0, 0, 2, 1)
    assert "shipping.md" not in sources(opened, "standard shipping working days")
    assert_in_step(opened)


def test_loading_one_file_or_another_folder_removes_nothing(opened, folder, tmp_path):
    opened.load([folder])
    (folder / "shipping.md").unlink()
    (tmp_path / "docs2").mkdir()
    assert opened.load([folder / "returns.md", tmp_path / "docs2"]).removed == 0
    assert opened.stats().documents == 3


def test_a_bad_file_is_reported_and_stops_nothing(opened, folder):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 but not really")
    report = opened.load([folder])
    assert numbers(report) == (3, 0, 0, 0)
    assert [Path(skipped.source).name for skipped in report.skipped] == ["broken.pdf"]
    assert report.skipped[0].reason


def test_a_file_that_became_unreadable_keeps_its_old_content(opened, folder):
    opened.load([folder])
    (folder / "returns.md").write_bytes(b"")
    report = opened.load([folder])
    assert numbers(report) == (0, 0, 2, 0)
    assert len(report.skipped) == 1
    assert sources(opened, "how long can I return an item?")[0] == "returns.md"


def test_skipped_rows_are_reported_again_while_the_file_is_unchanged(opened, folder):
    (folder / "faq.csv").write_text("question,answer\nDo you ship abroad?,Yes.\nCan I pay later?,\n", "utf-8")
    first = opened.load([folder])
    assert [skipped.row for skipped in first.skipped] == [3]
    assert opened.load([folder]).skipped == first.skipped


def test_a_language_given_later_is_taken_over(opened, folder):
    opened.load([folder / "returns.md"])
    assert opened.load([folder / "returns.md"], LoadOptions("zh")).updated == 1
    assert opened.search("return unused item")[0].chunk.language == "zh"


def test_documents_made_elsewhere_are_synchronised_within_their_prefix(opened, folder):
    opened.load([folder])
    assert numbers(opened.sync([product(1), product(2)], within="catalogue://")) == (2, 0, 0, 0)
    assert numbers(opened.sync([product(1), product(3), product(3)], within="catalogue://")) == (1, 0, 1, 1)
    assert [hit.chunk.source for hit in opened.search("kettle", kinds={"product"})] == ["K-1", "K-3"]
    assert numbers(opened.sync([product(4)])) == (1, 0, 0, 0)
    assert opened.stats().documents == 6
    assert_in_step(opened)


def test_removed_documents_are_found_no_more(opened, folder):
    opened.load([folder])
    assert opened.remove([str(folder / "returns.md"), "never there"]) == 1
    assert "returns.md" not in sources(opened, "return an item within 30 days")
    assert_in_step(opened)


def test_everything_is_there_after_closing_and_opening(tmp_path, engine, encoder, folder):
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        knowledge.load([folder])
        before = knowledge.search("耳机保修多久")
    encoder.encoded.clear()
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        assert encoder.encoded == []
        assert knowledge.search("耳机保修多久") == before


def test_lost_vectors_and_a_lost_lexical_index_are_made_again_on_opening(tmp_path, engine, encoder, folder):
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        knowledge.load([folder])
        knowledge._vectors.clear()
    (tmp_path / "data" / "lexical" / "current").unlink()
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        assert_in_step(knowledge)
        assert sources(knowledge, "how long can I return an item?")[0] == "returns.md"


def test_a_second_opener_is_told_which_directory_is_in_use(opened, tmp_path, engine):
    with pytest.raises(KnowledgeBaseLocked, match=str(tmp_path / "data")):
        KnowledgeBase(tmp_path / "data", SqlLedger(engine), CountingEncoder())
    opened.close()
    KnowledgeBase(tmp_path / "data", SqlLedger(engine), CountingEncoder()).close()


def test_a_directory_that_cannot_be_written_is_named(tmp_path, engine):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KnowledgeBaseError, match="file/data"):
        KnowledgeBase(tmp_path / "file" / "data", SqlLedger(engine), CountingEncoder())


def test_another_encoder_is_refused_in_a_search_and_taken_over_by_the_next_load(tmp_path, engine, encoder, folder):
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), encoder) as knowledge:
        knowledge.load([folder])
    other = CountingEncoder(name="another-model")
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), other) as knowledge:
        with pytest.raises(EncoderChanged, match="another-model"):
            knowledge.search("returns")
        assert knowledge.load([folder]).unchanged == 3
        assert len(other.encoded) == 3
        assert sources(knowledge, "耳机保修多久")[0] == "保修.md"
        assert_in_step(knowledge)


def test_a_full_disk_is_one_clear_error_and_loading_again_goes_on(opened, engine, folder):
    opened.load([folder])
    for number in range(12):
        (folder / f"long{number}.md").write_text(f"# Part {number}\n\n" + f"Sentence {number} about kettles. " * 400, "utf-8")
    full = []

    @event.listens_for(engine, "checkout")
    def limit(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count={1 if not full else 1000000}")

    with pytest.raises(LedgerError, match="full"):
        opened.load([folder])
    full.append(False)
    assert opened.stats().documents == 3
    assert numbers(opened.load([folder])) == (12, 0, 3, 0)
    assert_in_step(opened)


def test_a_load_that_failed_in_this_process_is_finished_by_the_next(opened, folder, encoder):
    working, encoder.encode = encoder.encode, None
    with pytest.raises(TypeError):
        opened.load([folder])
    encoder.encode = working
    assert opened.stats().pending == 3
    assert numbers(opened.load([folder])) == (0, 0, 3, 0)
    assert_in_step(opened)
    assert sources(opened, "how long can I return an item?")[0] == "returns.md"


@pytest.mark.slow
def test_searches_go_on_while_a_load_runs(opened, folder):
    opened.load([folder])
    failures, counts, done = [], [], threading.Event()

    def search():
        while not done.is_set():
            try:
                counts.append(len(opened.search("how long can I return an item?")))
            except Exception as error:  # any error at all is the failure looked for
                failures.append(error)
                return

    thread = threading.Thread(target=search)
    thread.start()
    opened.sync([product(number, f"a kettle of steel, model {number}") for number in range(600)])
    done.set()
    thread.join()
    assert failures == []
    assert counts and min(counts) >= 1
    assert_in_step(opened)


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from bot.store.database import metadata, open_database
    from bot.store.knowledge import SqlLedger
    from knowledge_base.encoders import load_encoder
    from knowledge_base.knowledge import KnowledgeBase
    from knowledge_base.indexing import Indexer
    from knowledge_base.lexical import LexicalIndex
    from knowledge_base.vector_store import VectorStore
    import knowledge_base.indexing, knowledge_base.updating

    folder, data, docs, owner, name, times = sys.argv[1:]
    knowledge_base.indexing.BATCH = knowledge_base.updating.BATCH = 5
    engine = open_database(f"sqlite:///{folder}/shop.db")
    metadata.create_all(engine)
    with KnowledgeBase(Path(data), SqlLedger(engine), load_encoder("builtin")) as knowledge:
        kind = {"ledger": SqlLedger, "vectors": VectorStore, "lexical": LexicalIndex}[owner]
        method, calls = getattr(kind, name), []

        def kill(*arguments, **keywords):
            calls.append(1)
            if len(calls) == int(times):
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments, **keywords)

        setattr(kind, name, kill)
        knowledge.load([docs])
"""


@pytest.mark.parametrize(
    "moment",
    [
        ("vectors", "upsert", 2),
        *(
            pytest.param(moment, marks=pytest.mark.slow)
            for moment in [("ledger", "store", 2), ("ledger", "confirm", 3), ("vectors", "delete", 1), ("lexical", "build", 1)]
        ),
    ],
    ids=lambda moment: f"before {moment[1]} {moment[2]}",
)
def test_a_load_killed_at_any_moment_is_finished_by_the_next(tmp_path, engine, folder, moment):
    for number in range(12):
        (folder / f"note{number}.md").write_text(f"# Note {number}\n\nKettle {number} boils in {number} minutes.", "utf-8")
    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), CountingEncoder()) as knowledge:
        knowledge.load([folder / "note0.md", folder / "note1.md", folder / "returns.md"])
    for number in range(2):
        (folder / f"note{number}.md").write_text(f"# Note {number}\n\nThe other kettle, number {number}, is red.", "utf-8")
    arguments = [str(tmp_path), str(tmp_path / "data"), str(folder), *map(str, moment)]
    child = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), *arguments], check=False)
    assert child.returncode == -signal.SIGKILL

    with KnowledgeBase(tmp_path / "data", SqlLedger(engine), CountingEncoder()) as knowledge:
        assert_in_step(knowledge)
        report = knowledge.load([folder])
        assert report.added + report.updated + report.unchanged == 15
        assert_in_step(knowledge)
        assert knowledge.stats().documents == 15
        assert "note1.md" in sources(knowledge, "red kettle")
        assert not any("boils in 1 minutes" in hit.chunk.text for hit in knowledge.search("Kettle 1 boils in 1 minutes"))
