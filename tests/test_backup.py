"""A shop's data in one archive, taken while customers speak, and put back whole or not at all."""

from __future__ import annotations

import json
import shutil
import zipfile
from threading import Event, Thread

import pytest

import bot
from bot.errors import InputError
from bot.running.backup import backup, restore
from bot.settings import load_settings
from tests.small_shop import open_shop


@pytest.fixture(scope="module")
def archive(api_data, tmp_path_factory):
    """A backup taken while a customer spoke, with the turns that were stored before it began and after it ended."""
    data = shutil.copytree(api_data, tmp_path_factory.mktemp("saved") / "data")
    file, stop = data.parent / "shop.zip", Event()
    with open_shop(data) as shop:
        talk = shop.reply("How long do I have to return an item?").conversation

        def speak() -> None:
            while not stop.is_set():
                shop.reply("可以开发票吗？", talk)

        customer = Thread(target=speak)
        customer.start()
        try:
            before = len(shop.conversations.replies(talk))
            backup(load_settings(data=data), file)
            after = len(shop.conversations.replies(talk))
        finally:
            stop.set()
            customer.join()
    return file, talk, before, after


def test_what_was_said_during_a_backup_is_in_it_up_to_one_moment_and_the_restored_shop_answers(archive, tmp_path):
    file, talk, before, after = archive
    restore(file, tmp_path / "again")
    with bot.open(tmp_path / "again") as shop:
        kept = shop.conversations.replies(talk)
        assert before <= len(kept) <= after and [turn["reply"]["turn"] for turn in kept] == list(range(1, len(kept) + 1))
        assert shop.shop.name == "Norrvik Outdoor"
        answer = shop.reply("How long do I have to return an item?", talk)
        assert "30 days" in answer.text and answer.citations and answer.turn == len(kept) + 1
        assert shop.search("电热水壶 保修", 3)[0]["score"] > 0.35


def test_an_archive_is_for_its_owner_alone_and_holds_no_index(archive):
    with zipfile.ZipFile(archive[0]) as packed:
        names = packed.namelist()
    assert {"shopdesk.db", "shop.toml", "manifest.json"} <= set(names)
    assert not [name for name in names if name.startswith(("chroma", "lexical", "lock", ".backup"))]
    assert archive[0].stat().st_mode & 0o077 == 0


def test_nothing_is_overwritten(archive, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty: restore into a new one"):
        restore(archive[0], tmp_path / "data")
    with pytest.raises(InputError, match="already: choose another name"):
        backup(load_settings(data=archive[0].parent / "data"), archive[0])
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mine.txt"]


def changed(source, target, **files):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, files.get(name.replace(".", "_"), old.read(name)))
    return target


def test_a_damaged_archive_is_refused_in_one_sentence_and_leaves_nothing(archive, tmp_path):
    whole = archive[0].read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    outside = json.dumps({"format": "shopdesk-backup-1", "sha256": {"../x": "0"}})
    broken = [
        tmp_path / "cut.zip",
        tmp_path / "none.zip",
        changed(archive[0], tmp_path / "other.zip", shop_toml="name = 'Other'"),
        changed(archive[0], tmp_path / "outside.zip", manifest_json=outside),
    ]
    for file in broken:
        with pytest.raises(InputError) as caught:
            restore(file, tmp_path / "data")
        assert "\n" not in str(caught.value) and not (tmp_path / "data").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.zip", "other.zip", "outside.zip"]


def test_the_commands_save_and_restore(archive, tmp_path, run):
    done = run("restore", str(archive[0]), "--data", str(tmp_path / "data"), cwd=tmp_path)
    assert done.returncode == 0 and "indexes are made again" in done.stdout
    done = run("backup", "copy.zip", "--data", str(tmp_path / "data"), cwd=tmp_path)
    assert done.returncode == 0 and "copy.zip: the database and" in done.stdout
    done = run("backup", "none.zip", "--data", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1) and "is no shop's data directory" in done.stderr
    done = run("backup", "pg.zip", cwd=tmp_path, SHOPDESK_DATABASE_URL="postgresql+psycopg://u@h/d")
    assert done.returncode == 1 and "pg_dump" in done.stderr
