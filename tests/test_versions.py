"""The knowledge by version: drafts, replaying, publishing, going back, and nothing half done whatever happens."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import DataDirectoryError, InputError
from bot.loading.rereading import Rereader, Stopped
from bot.marketing.campaigns.experiment import specification
from bot.shopdesk import Shopdesk
from bot.store.entries import KEPT_STEPS
from bot.store.sources import LoadedSource
from bot.versions import Replayed
from knowledge_base.vector_store import QUESTION, SPACES
from tests.small_shop import open_shop

HEADER = "question,answer\n"
OLD = HEADER + "How long can I return an item?,You can return it within 30 days of delivery.\nDo you ship abroad?,No.\n"
NEW = HEADER + "How long can I return an item?,You can return it within 45 days of delivery.\nDo you ship abroad?,Yes.\n"
ASKED = "How long can I return an item?"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "faq.csv").write_text(OLD)
    (folder / "care.md").write_text("# Care\n\nDescale the kettle every month with citric acid.")
    return folder


@pytest.fixture
def shop(tmp_path: Path, files: Path) -> Iterator[Shopdesk]:
    with open_shop(tmp_path / "data", encoder="builtin-static") as shopdesk:
        shopdesk.load([files])
        yield shopdesk


def answer(shop: Shopdesk) -> str:
    return shop.reply(ASKED).text


def numbers(shop: Shopdesk) -> list[int]:
    return [version.number for version in shop.versions.all()]


def assert_in_step(shop: Shopdesk) -> None:
    """Ledger and vector store hold the same ids, and nothing is pending."""
    knowledge = shop._knowledge
    keys = knowledge._ledger.keys()
    wanted = {key.id for key in keys} | {key.id + QUESTION for key in keys if key.asks}
    assert set().union(*(knowledge._vectors.ids(space) for space in SPACES)) == wanted
    assert knowledge.stats().pending == 0


def test_every_change_makes_a_version_and_no_change_makes_none(shop: Shopdesk, files: Path) -> None:
    assert numbers(shop) == [1]
    assert shop.load([files]).version is None and numbers(shop) == [1]
    (files / "faq.csv").write_text(NEW)
    assert shop.load([files]).version == 2
    (files / "care.md").unlink()
    shop.load([files])
    found = shop.versions.all()
    assert [(version.number, version.added, version.removed, version.documents) for version in found] == [
        (3, 0, 1, 1),
        (2, 2, 2, 2),
        (1, 3, 0, 2),
    ]
    assert str(files) in found[0].what


def test_an_earlier_version_comes_back_with_one_call_and_can_be_left_again(shop: Shopdesk, files: Path) -> None:
    (files / "faq.csv").write_text(NEW)
    (files / "care.md").unlink()
    shop.load([files])
    assert "45 days" in answer(shop) and not any("citric" in hit["text"] for hit in shop.search("descale the kettle"))
    back = shop.versions.rollback(1)
    assert back is not None and back.number == 3 and back.what == "rolled back to version 1"
    assert "30 days" in answer(shop) and "citric" in shop.search("descale the kettle")[0]["text"]
    assert_in_step(shop)
    shop.versions.rollback(2)
    assert "45 days" in answer(shop) and numbers(shop) == [4, 3, 2, 1]
    assert_in_step(shop)
    assert shop.versions.rollback(2) is None
    with pytest.raises(DataDirectoryError, match="no version 9: `shopdesk versions` lists"):
        shop.versions.rollback(9)


def test_the_last_change_of_documents_is_taken_back_down_to_none(shop: Shopdesk, files: Path, tmp_path: Path) -> None:
    (files / "faq.csv").write_text(NEW)
    shop.load([files])
    (tmp_path / "goods.csv").write_text("sku,title,price,currency\nK-1,Kettle,99,CNY\n")
    shop.load([tmp_path / "goods.csv"])
    assert "45 days" in answer(shop)
    assert shop.versions.undo() == 1 and "30 days" in answer(shop)
    shop.versions.rollback(0)
    assert [hit["kind"] for hit in shop.search("kettle")] == ["product"]
    assert_in_step(shop)


def test_a_change_and_its_undoing_leave_the_knowledge_as_it_was(shop: Shopdesk, files: Path) -> None:
    before = [(hit["id"], hit["text"]) for hit in shop.search(ASKED, 20)]
    for text in (NEW, OLD):
        (files / "faq.csv").write_text(text)
        shop.load([files])
    assert [(hit["id"], hit["text"]) for hit in shop.search(ASKED, 20)] == before
    assert_in_step(shop)


def test_a_draft_changes_nothing_that_customers_see_until_it_is_published(shop: Shopdesk, files: Path) -> None:
    answer(shop)
    (files / "faq.csv").write_text(NEW)
    summary = shop.load([files], draft=True)
    assert summary.version is None and numbers(shop) == [1]
    assert "30 days" in answer(shop)
    stage = shop.versions.stage()
    assert stage is not None and stage.kind == "draft"
    [replayed] = shop.versions.replay(draft=True)
    assert (replayed.changed, replayed.before.action, replayed.after.action) == (True, "answer", "answer")
    assert "30 days" in replayed.before.text and "45 days" in replayed.after.text
    assert ("removed", "30") in replayed.diff() and ("added", "45") in replayed.diff()
    assert "30 days" in answer(shop)
    published = shop.versions.publish()
    assert published is not None and published.number == 2 and shop.versions.stage() is None
    assert "45 days" in answer(shop)
    assert_in_step(shop)


def test_a_draft_can_be_added_to_and_thrown_away(shop: Shopdesk, files: Path, tmp_path: Path) -> None:
    (files / "faq.csv").write_text(NEW)
    shop.load([files], draft=True)
    (tmp_path / "more.md").write_text("# Gifts\n\nGift cards are valid for two years.")
    shop.load([tmp_path / "more.md"], draft=True)
    with pytest.raises(DataDirectoryError, match=r"There is a draft \(.*more.md\): publish it with `shopdesk publish`"):
        shop.load([files])
    with pytest.raises(DataDirectoryError, match="There is a draft"):
        shop.versions.rollback(1)
    shop.versions.discard()
    assert numbers(shop) == [1] and "30 days" in answer(shop)
    assert not any("Gift cards" in hit["text"] for hit in shop.search("gift cards", 20))
    assert_in_step(shop)
    for call in (shop.versions.publish, shop.versions.discard, lambda: list(shop.versions.replay(draft=True))):
        with pytest.raises(DataDirectoryError, match="There is no draft"):
            call()


def test_a_draft_outlives_the_program(tmp_path: Path, files: Path) -> None:
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        shop.load([files])
        (files / "faq.csv").write_text(NEW)
        shop.load([files], draft=True)
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        assert "30 days" in answer(shop)
        shop.versions.publish()
        assert "45 days" in answer(shop)


def test_products_go_live_beside_a_draft_and_stay_when_documents_go_back(shop: Shopdesk, files: Path, tmp_path: Path) -> None:
    (files / "faq.csv").write_text(NEW)
    shop.load([files], draft=True)
    (tmp_path / "catalogue.csv").write_text("sku,title,price,currency\nA-1,Walnut lamp,10,CNY\n")
    shop.load([tmp_path / "catalogue.csv"], kind="catalogue")
    assert shop.search("walnut lamp")[0]["source"] == "A-1" and "30 days" in answer(shop)
    shop.versions.publish()
    assert "45 days" in answer(shop)
    shop.versions.rollback(1)
    assert "30 days" in answer(shop) and shop.search("walnut lamp")[0]["source"] == "A-1"
    assert_in_step(shop)


def test_the_shops_own_tables_are_no_part_of_a_draft(shop: Shopdesk, files: Path) -> None:
    (files / "catalogue.csv").write_text("sku,title,price,currency\nA-1,Walnut lamp,10,CNY\n")
    (files / "faq.csv").write_text(NEW)
    summary = shop.load([files], draft=True)
    assert "catalogue is no part of a draft: load it without --draft" in summary.text()
    assert not any(hit["kind"] == "product" for hit in shop.search("walnut lamp"))


def test_replaying_without_a_draft_compares_with_the_answers_that_customers_got(shop: Shopdesk, files: Path) -> None:
    answer(shop)
    shop.reply("Do you ship abroad?")
    (files / "faq.csv").write_text(NEW)
    shop.load([files])
    replayed = list(shop.versions.replay(1))
    assert [each.question for each in replayed] == ["Do you ship abroad?"] and replayed[0].changed
    turns = list(shop.versions.replay(10))
    assert len(turns) == 2 and turns[1].before.text != turns[1].after.text
    assert turns[1].to_dict()["diff"] and len(list(shop.versions.replay(10))) == 2


def test_a_draft_that_is_changed_after_it_was_tried_is_read_as_it_is_then(shop: Shopdesk, files: Path, tmp_path: Path) -> None:
    (tmp_path / "more.md").write_text("# Gifts\n\nGift cards are valid for two years.")
    shop.load([tmp_path / "more.md"], draft=True)
    answer(shop)
    list(shop.versions.replay(draft=True))
    (files / "faq.csv").write_text(NEW)
    shop.load([files], draft=True)
    [replayed] = shop.versions.replay(draft=True)
    assert "45 days" in replayed.after.text
    with shop._knowledge.history.reading_draft():
        assert not any("30 days" in hit["text"] for hit in shop.search(ASKED, 20))


def test_questions_that_are_asked_again_count_nobody_in_a_running_experiment(shop: Shopdesk) -> None:
    experiments = shop.promotion.campaigns.experiments
    variants = [{"name": name, "text": f"{name}!", "text_zh": name} for name in ("warm", "brief")]
    experiments.draft(specification({"name": "below", "slot": "chat", "variants": variants, "holdout": 0}))
    experiments.start("below")
    said = answer(shop)
    assert any(f"{name}!" in said for name in ("warm", "brief"))
    before = [arm.units for arm in shop.promotion.campaigns.report("below").arms]
    [replayed] = shop.versions.replay()
    shop.entry_trials.of(None, "Do you engrave?", "Yes.", "en")
    assert not any(f"{name}!" in replayed.after.text for name in ("warm", "brief"))
    assert [arm.units for arm in shop.promotion.campaigns.report("below").arms] == before and sum(before) == 1


def test_an_entry_is_tried_on_past_questions_beside_a_draft_and_leaves_no_trace(shop: Shopdesk, files: Path) -> None:
    engraving = shop.reply("Do you engrave initials?")
    answer(shop), shop.reply("Do you ship abroad?")
    (files / "faq.csv").write_text(NEW)
    shop.load([files], draft=True)
    entries, asked_in = shop.admin.entries, [(engraving.conversation, 1)]

    def tried(words: str) -> dict[str, Replayed]:
        entry = entries.get(kept.id)
        found = shop.entry_trials.of(entry, entry.question, words, "en", asked_in)
        assert found.remembered == len(found.replayed) == 3 == sum(found.counts.values())
        return {each.question: each for each in found.replayed}

    kept = entries.propose("Do you engrave initials?", "Yes, initials for 5 EUR.", "en", "ann", asked_in)
    first = tried(kept.answer)
    assert {question: each.verdict for question, each in first.items()} == {
        "Do you engrave initials?": "better", "Do you ship abroad?": "same", ASKED: "same"
    }  # fmt: skip
    assert "5 EUR" in first["Do you engrave initials?"].after.text and "30 days" in first[ASKED].after.text
    assert numbers(shop) == [1] and shop.reply("Do you engrave initials?").abstained
    assert_in_step(shop)

    live = entries.approve(kept.id, "bea")
    other = tried("Yes, initials for 8 EUR.")["Do you engrave initials?"]
    assert other.verdict == "otherwise" and "5 EUR" in other.before.text and "8 EUR" in other.after.text
    assert "5 EUR" not in other.after.text and "5 EUR" in shop.reply("Do you engrave initials?").text
    lost = shop.entry_trials.of(live, "Which colours has the mug?", "Red and green.", "en", asked_in)
    assert lost.replayed[0].verdict == "worse" and lost.to_dict()["counts"]["worse"] == 1
    with pytest.raises(InputError, match="1 to 4000 characters"):
        tried(" ")


def test_what_was_last_done_to_an_entry_is_undone_step_by_step(shop: Shopdesk) -> None:
    entries = shop.admin.entries
    kept = entries.propose("Do you engrave initials?", "Yes, initials for 5 EUR.", "en", "ann")
    with pytest.raises(InputError, match="nothing to undo"):
        entries.undo(kept.id, kept.changed_at)

    def said() -> str:
        return shop.reply("Do you engrave initials?").text

    live = entries.approve(kept.id, "bea")
    changed = entries.change(kept.id, kept.question, "Yes, initials for 8 EUR.", live.changed_at)
    assert "8 EUR" in said() and changed.undoable
    with pytest.raises(InputError, match="Somebody else changed"):
        entries.undo(kept.id, live.changed_at)
    back = entries.undo(kept.id, changed.changed_at)
    assert "5 EUR" in said() and (back.state, back.approved_by, back.undoable) == ("live", "bea", True)
    gone = entries.withdraw(kept.id, "bea")
    assert "EUR" not in said()
    assert entries.undo(kept.id, gone.changed_at).state == "live" and "5 EUR" in said()
    entries.withdraw(kept.id, "bea")
    again = entries.approve(kept.id, "cleo")
    back = entries.undo(kept.id, again.changed_at)
    assert back.state == "withdrawn" and "EUR" not in said()
    states = []
    while back.undoable:
        back = entries.undo(kept.id, back.changed_at)
        states.append((back.state, back.answer))
    assert states == [("live", kept.answer), ("proposed", kept.answer)]
    back = entries.approve(kept.id, "bea")
    for price in range(KEPT_STEPS + 2):
        back = entries.change(kept.id, kept.question, f"Yes, for {price} EUR.", back.changed_at)
    steps = 0
    while back.undoable:
        back, steps = entries.undo(kept.id, back.changed_at), steps + 1
    assert (steps, back.answer) == (KEPT_STEPS, "Yes, for 1 EUR.")


def test_no_search_sees_half_a_load(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()

    def write(word: str) -> None:
        for number in range(40):
            (folder / f"{number}.md").write_text(f"# Part {number}\n\nThe {word} kettle number {number} boils water.")

    write("old")
    seen: list[set[str]] = []
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        shop.load([folder])
        write("new")
        done = threading.Event()

        def search() -> None:
            while not done.is_set():
                hits = shop.search("kettle boils water", 40)
                seen.append({"old" if " old " in hit["text"] else "new" for hit in hits})
                assert len(hits) == 40

        thread = threading.Thread(target=search)
        thread.start()
        shop.load([folder])
        done.set()
        thread.join()
        assert {frozenset(words) for words in seen} <= {frozenset({"old"}), frozenset({"new"})}
        assert {"old" if " old " in hit["text"] else "new" for hit in shop.search("kettle boils water", 40)} == {"new"}
        assert_in_step(shop)


class Stop(Exception):
    """Raised by a test's progress."""


def test_a_load_that_is_cancelled_leaves_what_is_live_and_can_be_gone_on_with_or_discarded(shop: Shopdesk, files: Path) -> None:
    (files / "faq.csv").write_text(NEW)

    def cancel(done: float, total: int | None) -> None:
        if done > 1.5:
            raise Stop

    for finish in (shop.versions.discard, shop.resume):
        with pytest.raises(Stop):
            shop.load([files], progress=cancel)
        stage = shop.versions.stage()
        assert stage is not None and stage.kind == "load" and "30 days" in answer(shop)
        finish()
        assert_in_step(shop)
    assert "45 days" in answer(shop) and numbers(shop) == [2, 1] and shop.resume() is None


class UntilItLooks(Rereader):
    """Ends when it first looks for what is due."""

    def due(self) -> list[LoadedSource]:
        self.stop()
        return []


def test_a_program_that_ends_leaves_a_load_to_the_next_start(
    shop: Shopdesk, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "faq.csv").write_text(NEW)
    ending = Rereader(shop, watch=True)
    ending.stop()
    with pytest.raises(Stopped):
        ending.once()
    assert shop.versions.stage() is not None and "30 days" in answer(shop)
    monkeypatch.setattr("bot.loading.rereading.POLL_S", 0)
    UntilItLooks(shop).run()
    assert shop.versions.stage() is None and "45 days" in answer(shop)


KILLED = """
    import sys, bot
    with bot.open(sys.argv[1], encoder="builtin-static") as shop:
        print("open", flush=True)
        shop.load([sys.argv[2]])
        print("loaded", flush=True)
"""


@pytest.mark.slow
def test_a_load_killed_at_random_moments_loses_nothing_shows_nothing_half_and_is_gone_on_with(
    tmp_path: Path, kills: int = 3
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    chance = random.Random(7)

    def write(word: str) -> None:
        for number in range(60):
            (folder / f"{number}.md").write_text(f"# Part {number}\n\nThe {word} kettle number {number} boils water.")

    write("round0")
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        shop.load([folder])
    live = "round0"
    for turn in range(1, kills + 1):
        write(f"round{turn}")
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path / "data"), str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )
        assert child.stdout is not None and child.stdout.readline() == b"open\n"
        timer = threading.Timer(chance.uniform(0, 0.6), child.send_signal, (signal.SIGKILL,))
        timer.start()
        acknowledged = b"loaded" in child.stdout.read()
        child.wait()
        timer.cancel()
        child.stdout.close()
        with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
            words = {hit["text"].split()[1] for hit in shop.search("kettle boils water", 60)}
            assert len(words) == 1 and words <= {live, f"round{turn}"}
            assert not acknowledged or words == {f"round{turn}"}
            assert_in_step(shop)
            shop.resume()
            assert_in_step(shop)
            live = {hit["text"].split()[1] for hit in shop.search("kettle boils water", 60)}.pop()
    with open_shop(tmp_path / "data", encoder="builtin-static") as shop:
        shop.load([folder])
        assert {hit["text"].split()[1] for hit in shop.search("kettle boils water", 60)} == {f"round{kills}"}
        assert shop._knowledge.stats().documents == 60
