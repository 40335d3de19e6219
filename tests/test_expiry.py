"""What has been kept long enough goes, with its bytes; what is younger, and what is kept for good, stays."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

import bot
from bot.store.expiry import Expiry, Periods
from bot.takeover.attendant import Attendant
from bot.takeover.delivery import Delivery

SECRET = "quillon-abernathy-ring-7731"


@pytest.fixture
def data(api_data, tmp_path):
    return shutil.copytree(api_data, tmp_path / "data")


def bytes_of(directory):
    return b"".join(path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file())


def in_days(days):
    return datetime.now(UTC) + timedelta(days=days)


def test_an_old_conversation_goes_to_the_last_byte_while_the_program_runs_and_a_young_one_stays(data):
    with bot.open(data) as shopdesk:
        old = shopdesk.reply(f"How long is the warranty? My note: {SECRET}").conversation
        shopdesk.rate(old, 1, "down", text=f"bad {SECRET}")
        shopdesk.reply("I want to talk to a person", old)
        young = shopdesk.reply("How long is the warranty?").conversation
        assert SECRET.encode() in bytes_of(data)
        with shopdesk.conversations._engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE conversations SET updated_at = '2026-01-01' WHERE id = '{old}'")
        gone = Expiry(shopdesk.conversations._engine).expire(Periods(conversations=30))
        assert (gone["conversations"], gone["turns"], gone["feedback"], gone["handovers"]) == (1, 2, 1, 1)
        assert SECRET.encode() not in bytes_of(data)
        assert len(shopdesk.conversations.replies(young)) == 1


def test_records_go_after_their_time_and_with_no_period_all_is_kept(data):
    with bot.open(data) as shopdesk:
        users, expiry = shopdesk.admin.users, Expiry(shopdesk.conversations._engine)
        users.record("owner", "tried something")
        assert expiry.expire(Periods(), in_days(10_000)) == {}
        assert expiry.expire(Periods(records=30), in_days(29)) == {} and len(users.audited()) == 1
        assert expiry.expire(Periods(records=30), in_days(31))["audit"] == 1 and users.audited() == []


def test_the_server_deletes_what_the_settings_say_and_notes_it(data):
    with bot.open(data, keep_conversations_days=1e-9) as shopdesk:
        shopdesk.reply("How long is the warranty?")
        Attendant(shopdesk, shopdesk.outbox, Delivery.open(shopdesk.settings)).look()
        [noted] = shopdesk.admin.users.audited()
        assert (noted["user"], noted["action"]) == ("shopdesk", "old data deleted") and noted["details"]["turns"] == 1


def test_the_command_tells_what_went(data, tmp_path, run):
    with bot.open(data) as shopdesk:
        shopdesk.reply("How long is the warranty?")
    told = run("expire", "--data", str(data), cwd=tmp_path)
    assert told.returncode == 0 and "0 keeps all" in told.stdout
    told = run("expire", "--data", str(data), cwd=tmp_path, SHOPDESK_KEEP_CONVERSATIONS_DAYS="1e-9")
    assert told.returncode == 0 and "conversations: 1 deleted" in told.stdout
