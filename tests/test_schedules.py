"""Web addresses are read again as often as is said of each: set, shown and taken away in the console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.console.addresses_page import AddressesDesk
from bot.console.load_plan import LoadPlan
from bot.console.toolkit import gr
from bot.console.upload_desk import UploadDesk
from bot.errors import InputError
from bot.loading.rereading import Rereader, read_again
from bot.shopdesk import Shopdesk
from bot.store.sources import LoadedSource
from tests.signed_in import by, operator
from tests.small_shop import open_shop
from tests.web_site import Site, page, web_site

MAP = "<urlset><url><loc>/a</loc></url><url><loc>/b</loc></url></urlset>"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with web_site() as opened:
        yield opened


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Shopdesk]:
    site.pages |= {"/map.xml": MAP, "/a": page("Parcels leave every day."), "/b": page("Kettles last two years.")}
    folder = tmp_path_factory.mktemp("schedules") / "data"
    with open_shop(folder, private_addresses=True, page_pause_s=0, encoder="builtin-static") as opened:
        opened.load([site.address + "/map.xml"])
        yield opened


def source_of(shop: Shopdesk, location: str) -> LoadedSource:
    return next(source for source in shop.sources.all() if source.location == location)


def row_of(shop: Shopdesk, location: str, language: str = "en") -> list[Any]:
    rows = AddressesDesk(operator(shop, "knowledge", language)).listed()[0]
    return next(row for row in rows if row[0] == location)


def due(shop: Shopdesk, hours: float = 0) -> list[str]:
    return [source.location for source in Rereader(shop, hours).due()]


def chosen(location: str) -> Any:
    return SimpleNamespace(row_value=[location])


def test_an_address_is_due_as_often_as_is_said_of_it_else_as_the_settings_say(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    assert (due(shop), due(shop, hours=1e-9)) == ([], [address])
    shop.sources.schedule(address, 1e-9)
    assert due(shop) == [address]
    shop.sources.schedule(address, 0)
    assert due(shop, hours=1e-9) == []
    shop.sources.schedule(address, None)
    assert due(shop, hours=1e-9) == [address]


def test_the_console_sets_a_schedule_and_tells_when_the_address_is_read_next(shop: Shopdesk, site: Site) -> None:
    address, desk = site.address + "/map.xml", AddressesDesk(operator(shop, "knowledge"))
    assert row_of(shop, address)[1:3] == [2, "by default (never)"] and row_of(shop, address)[4] == "–"
    desk.schedule(address, "24", by("editor"))
    read = source_of(shop, address).loaded_at
    assert row_of(shop, address)[2:5] == [
        "every day", f"{read:%Y-%m-%d %H:%M}", f"{read + timedelta(days=1):%Y-%m-%d %H:%M}"
    ]  # fmt: skip
    assert row_of(shop, address, "zh")[2] == "每天"
    assert desk.chosen(chosen(address))[2].value == "24"
    desk.schedule(address, "", by("editor"))
    assert source_of(shop, address).reread_hours is None
    with pytest.raises(gr.Error, match="Your role"):
        desk.schedule(address, "1", by("agent"))
    with pytest.raises(gr.Error, match="not there any more"):
        desk.schedule("https://other.example/", "1", by("editor"))


def test_what_changed_last_and_what_could_not_be_read_is_kept_and_shown(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    changed = source_of(shop, address).changed_at
    read_again(shop, source_of(shop, address))
    assert changed is not None and source_of(shop, address).changed_at == changed
    site.pages |= {"/a": page("Parcels leave twice a day."), "/b": 500}
    try:
        read_again(shop, source_of(shop, address))
        again = source_of(shop, address)
        assert again.changed_at is not None and again.changed_at > changed
        assert row_of(shop, address)[6] == f"{site.address}/b: was answered with status 500; try again later"
        shop.load([site.address + "/map.xml", site.address + "/a"])
        assert row_of(shop, address)[6] == f"{site.address}/b: was answered with status 500; try again later"
        assert "500" in row_of(shop, address, "zh")[6] and "again" not in row_of(shop, address, "zh")[6]
    finally:
        site.pages["/b"] = page("Kettles last two years.")
    read_again(shop, source_of(shop, address))
    assert row_of(shop, address)[6] == ""


def test_loading_an_address_again_leaves_its_schedule_as_it_is(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    shop.sources.schedule(address, 6)
    shop.load([address])
    assert source_of(shop, address).reread_hours == 6
    shop.sources.schedule(address, None)


def test_an_address_that_cannot_be_read_at_all_is_not_due_again_at_once(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    shop.sources.schedule(address, 1e-9)
    shop.sources.failed(address, "There is no room on the disk.")
    shop.sources.schedule(address, 1)
    assert due(shop) == [] and row_of(shop, address)[6] == "There is no room on the disk."
    assert datetime.now(UTC) - source_of(shop, address).loaded_at < timedelta(minutes=1)
    shop.sources.schedule(address, None)


def test_how_often_an_address_is_read_is_chosen_where_it_is_entered(shop: Shopdesk, site: Site) -> None:
    site.pages["/c"] = page("Tea stays fresh for a year.")
    address, desk = site.address + "/c", UploadDesk(operator(shop, "knowledge"))
    desk.load(None, "", {}, LoadPlan(), False, by("editor"), address, "168")
    shop.admin.loads.wait(60)
    assert source_of(shop, address).reread_hours == 168


def test_read_now_runs_beside_the_page_and_tells_what_it_did(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    AddressesDesk(operator(shop, "knowledge")).read_now(address, by("editor"))
    shop.admin.loads.wait(60)
    state = shop.admin.loads.state
    assert state is not None and (state.what, state.outcome) == (address, "done") and "documents" in state.tell


def test_an_address_is_removed_with_its_pages_and_one_undo_brings_them_back(shop: Shopdesk, site: Site) -> None:
    address = site.address + "/map.xml"
    AddressesDesk(operator(shop, "knowledge")).remove(address, by("editor"))
    assert address not in {source.location for source in shop.sources.all()}
    assert not [each for each in shop.admin.documents() if each.location in (site.address + "/a", site.address + "/b")]
    assert shop.versions.all()[0].what == f"removed {address}"
    shop.versions.undo()
    assert {site.address + "/a", site.address + "/b"} <= {each.location for each in shop.admin.documents()}
    with pytest.raises(gr.Error, match="not there any more"):
        AddressesDesk(operator(shop, "knowledge")).remove(address, by("editor"))


@pytest.mark.parametrize("hours", [-1, 10_000, float("nan")])
def test_impossible_hours_are_refused(shop: Shopdesk, hours: float, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Hours cannot be"):
        shop.sources.schedule("https://shop.example/", hours)
