"""Pages of the web: read politely, safely, and again only where they have changed."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import LoadError
from bot.loading.rereading import Rereader
from bot.shopdesk import Shopdesk
from knowledge_base.loading.web.fetch import Fetcher, FetchError, plain_address
from knowledge_base.loading.web.guard import is_public
from knowledge_base.loading.web.listings import read_listing
from knowledge_base.loading.web.manners import PoliteFetcher
from tests.small_shop import open_shop
from tests.web_site import Site, page, web_site

LOOPBACK = (
    "127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "0.0.0.0", "0", "0x7f000001", "0x7f.1", "0x7f.0.0.1",
    "0177.0.0.1", "0177.1", "017700000001", "2130706433", "127.000.000.001", "localhost", "LOCALHOST", "localhost.",
    "127.0.0.1.", "ip6-localhost", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
    "[fe80::1]", "[fc00::1]", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "user@127.0.0.1", "example.com@127.0.0.1",
)  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    with web_site() as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shopdesk]:
    with open_shop(tmp_path / "data", private_addresses=True, page_pause_s=0, encoder="builtin-static") as shopdesk:
        yield shopdesk


def sitemap(site: Site, *paths: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{site.address}{path}</loc></url>" for path in paths) + "</urlset>"


def numbers(summary: object) -> tuple[int, ...]:
    report = summary.reports["documents"]  # type: ignore[attr-defined]
    return report.added, report.updated, report.unchanged, report.removed


def reasons(summary: object) -> list[str]:
    return [item.reason for item in summary.reports["documents"].skipped]  # type: ignore[attr-defined]


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_form_of_a_loopback_address_is_ever_reached(site: Site, host: str) -> None:
    port = site.address.rpartition(":")[2]
    with Fetcher() as fetcher, pytest.raises(FetchError):
        fetcher.get(f"http://{host}:{port}/")
    assert site.asked == []


def test_there_are_38_forms_and_the_canary_answers_where_it_may() -> None:
    assert len(set(LOOPBACK)) == 38
    with web_site(**{"/": "here"}) as site, Fetcher(allow_private=True) as fetcher:
        assert fetcher.get(site.address).body == b"here"


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "::1"]
)
def test_addresses_of_inner_networks_are_not_public(address: str) -> None:
    assert not is_public(address)
    assert is_public("93.184.216.34") and is_public("2606:2800:220:1::1")


def test_a_name_is_resolved_once_and_one_private_address_among_several_refuses_it(site: Site) -> None:
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34", "127.0.0.1"]

    with Fetcher(resolver=resolver) as fetcher, pytest.raises(FetchError, match="private address"):
        fetcher.get("http://rebinding.example:" + site.address.rpartition(":")[2])
    assert asked == ["rebinding.example"] and site.asked == []


def test_the_checked_address_is_the_one_connected_to() -> None:
    with web_site(**{"/": "pinned"}) as site:
        with Fetcher(allow_private=True, resolver=lambda host, port: ["127.0.0.1"]) as fetcher:
            assert fetcher.get(f"http://no-such-name.example:{site.address.rpartition(':')[2]}/").body == b"pinned"


def test_every_hop_of_a_redirect_is_checked(site: Site) -> None:
    inner = []

    def resolver(host: str, port: int) -> list[str]:
        inner.append(host)
        return ["127.0.0.1"] if host == "outside.example" else ["10.0.0.7"]

    site.pages["/"] = (302, {"Location": "http://inside.example/secret"}, "")
    with Fetcher(resolver=resolver) as fetcher:
        fetcher._backend._allow_private = True
        with pytest.raises(FetchError):
            fetcher._backend._resolve = lambda host, port: _after_first(fetcher, host, resolver)
            fetcher.get(f"http://outside.example:{site.address.rpartition(':')[2]}/")
    assert inner == ["outside.example", "inside.example"]


def _after_first(fetcher: Fetcher, host: str, resolver: object) -> list[str]:
    """The first hop may be on this machine, where the test's server is; from then on the guard is up."""
    addresses = resolver(host, 80)  # type: ignore[operator]
    if host == "inside.example":
        fetcher._backend._allow_private = False
    return addresses  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.example/a", "gopher://x.example", "http://", "http://[x", "//x.example"]
)
def test_only_addresses_of_the_web_are_fetched(url: str) -> None:
    with pytest.raises(FetchError):
        plain_address(url)


def test_a_redirect_to_another_scheme_and_one_without_end_are_refused(site: Site) -> None:
    site.pages["/file"] = (302, {"Location": "file:///etc/passwd"}, "")
    site.pages["/loop"] = (302, {"Location": "/loop"}, "")
    with Fetcher(allow_private=True) as fetcher:
        with pytest.raises(FetchError, match="not at an address of the web"):
            fetcher.get(site.address + "/file")
        with pytest.raises(FetchError, match="redirects more than 5 times"):
            fetcher.get(site.address + "/loop")


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_over_5_mb_is_given_up_also_when_it_is_packed(site: Site, packed: bool) -> None:
    data = b"x" * (6 << 20)
    site.pages["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(data)) if packed else (200, {}, data)
    with Fetcher(allow_private=True) as fetcher, pytest.raises(FetchError, match="more than 5 MB"):
        fetcher.get(site.address)


def test_a_server_that_drips_is_given_up_after_the_whole_time() -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                while not stop.wait(0.02):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with (
            Fetcher(allow_private=True, max_seconds=0.15) as fetcher,
            pytest.raises(FetchError, match=r"more than 0\.15 seconds"),
        ):
            fetcher.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        stop.set()
        thread.join()


def test_robots_txt_is_kept_to(site: Site) -> None:
    site.pages |= {
        "/robots.txt": "User-agent: *\nDisallow: /private/\nCrawl-delay: 0",
        "/a": page("a"),
        "/private/b": page("b"),
    }
    with Fetcher(allow_private=True) as fetcher:
        polite = PoliteFetcher(fetcher, pause=0)
        assert polite.get(site.address + "/a").status == 200
        with pytest.raises(FetchError, match="closed to robots"):
            polite.get(site.address + "/private/b")
    assert site.asked == ["/robots.txt", "/a"]


def test_nothing_is_read_while_robots_txt_cannot_be(site: Site) -> None:
    site.pages |= {"/robots.txt": 503, "/a": page("a")}
    with Fetcher(allow_private=True) as fetcher, pytest.raises(FetchError, match=r"robots\.txt cannot be read"):
        PoliteFetcher(fetcher, pause=0).get(site.address + "/a")
    assert site.asked == ["/robots.txt"]


def test_two_pages_of_a_site_are_asked_for_with_a_pause(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("knowledge_base.loading.web.manners.time.sleep", pauses.append)
    site.pages |= {"/robots.txt": "User-agent: *\nCrawl-delay: 3", "/a": "a", "/b": "b"}
    with Fetcher(allow_private=True) as fetcher:
        polite = PoliteFetcher(fetcher, pause=1)
        polite.get(site.address + "/a")
        polite.get(site.address + "/b")
    assert len(pauses) == 1 and 2 < pauses[0] <= 3


@pytest.mark.parametrize(
    ("data", "pages", "sitemaps", "whole"),
    [
        (
            b"<rss><channel><link>http://s/</link><item><link>http://s/1</link></item></channel></rss>",
            ("http://s/1",),
            (),
            False,
        ),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/2"/></entry></feed>', ("/2",), (), False),
        (gzip.compress(b"<urlset><url><loc> http://s/3 </loc></url></urlset>", mtime=0), ("http://s/3",), (), True),
        (b"<sitemapindex><sitemap><loc>http://s/m</loc></sitemap></sitemapindex>", (), ("http://s/m",), True),
    ],
)
def test_sitemaps_and_feeds_are_read(data: bytes, pages: tuple[str, ...], sitemaps: tuple[str, ...], whole: bool) -> None:
    listing = read_listing(data)
    assert listing is not None and (listing.pages, listing.sitemaps, listing.whole) == (pages, sitemaps, whole)


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>x</body></html>", b"<urlset", b'<!DOCTYPE a [<!ENTITY b "c">]><urlset>&b;</urlset>']
)
def test_what_is_no_list_is_none(data: bytes) -> None:
    assert read_listing(data) is None


def test_a_page_is_loaded_found_and_cited_by_its_address(site: Site, shop: Shopdesk) -> None:
    site.pages["/returns"] = page("You can return any unused item within 30 days of delivery.", "Returns")
    assert numbers(shop.load([site.address + "/returns#top"])) == (1, 0, 0, 0)
    reply = shop.reply("How long do I have to return something?")
    assert "30 days" in reply.text and reply.citations[0].source == site.address + "/returns"


def test_a_sitemap_is_read_again_only_where_pages_have_changed(site: Site, shop: Shopdesk) -> None:
    site.pages |= {
        "/a": page("Parcels leave every day."),
        "/b": page("Kettles last two years."),
        "/c": page("We answer daily."),
    }
    site.pages["/index.xml"] = f"<sitemapindex><sitemap><loc>{site.address}/map.xml</loc></sitemap></sitemapindex>"
    site.pages["/map.xml"] = sitemap(site, "/a", "/b", "/c")
    assert numbers(shop.load([site.address + "/index.xml"])) == (3, 0, 0, 0)
    assert numbers(shop.load([site.address + "/index.xml"])) == (0, 0, 3, 0)
    assert site.unchanged == ["/a", "/b", "/c"]
    site.pages["/b"] = page("Kettles last three years.")
    assert numbers(shop.load([site.address + "/index.xml"])) == (0, 1, 2, 0)
    assert any("three years" in hit["text"] for hit in shop.search("how long do kettles last?"))


def test_a_page_whose_bytes_change_but_not_what_it_says_is_unchanged(site: Site, shop: Shopdesk) -> None:
    site.pages["/a"] = page("Parcels leave every day.") + "<!-- token 1 -->"
    shop.load([site.address + "/a"])
    site.pages["/a"] = page("Parcels leave every day.") + "<!-- token 2 -->"
    assert numbers(shop.load([site.address + "/a"])) == (0, 0, 1, 0)


@pytest.mark.parametrize("gone", ["answered with 404", "no longer listed"])
def test_a_page_that_is_gone_is_removed_only_when_it_is_gone_twice(site: Site, shop: Shopdesk, gone: str) -> None:
    site.pages |= {"/a": page("Parcels leave every day."), "/b": page("Kettles last two years.")}
    site.pages["/map.xml"] = sitemap(site, "/a", "/b")
    shop.load([site.address + "/map.xml"])
    if gone == "no longer listed":
        site.pages["/map.xml"] = sitemap(site, "/a")
    else:
        del site.pages["/b"]
    first = shop.load([site.address + "/map.xml"])
    assert numbers(first) == (0, 0, 1, 0) and "removed if it is still gone" in reasons(first)[0]
    assert numbers(shop.load([site.address + "/map.xml"])) == (0, 0, 1, 1)
    assert numbers(shop.load([site.address + "/map.xml"]))[3] == 0


def test_a_page_that_comes_back_counts_anew(site: Site, shop: Shopdesk) -> None:
    site.pages["/a"] = page("Parcels leave every day.")
    shop.load([site.address + "/a"])
    for _ in range(2):
        site.pages["/a"] = 404
        assert shop.load([site.address + "/a"]).reports["documents"].removed == 0
        site.pages["/a"] = page("Parcels leave every day.")
        assert numbers(shop.load([site.address + "/a"])) == (0, 0, 1, 0)


def test_a_site_that_is_down_keeps_its_pages_and_is_reported(site: Site, shop: Shopdesk) -> None:
    site.pages |= {"/a": page("Parcels leave every day."), "/map.xml": sitemap(site, "/a")}
    shop.load([site.address + "/map.xml"])
    site.pages |= {"/a": 500, "/map.xml": 500}
    for _ in range(3):
        summary = shop.load([site.address + "/map.xml"])
        assert reasons(summary) == ["was answered with status 500; try again later"]
    assert shop.search("parcels")


def test_pages_of_another_site_are_not_followed(site: Site, shop: Shopdesk) -> None:
    site.pages |= {
        "/a": page("Parcels leave every day."),
        "/map.xml": sitemap(site, "/a").replace("</urlset>", "<url><loc>http://other.example/x</loc></url></urlset>"),
    }
    summary = shop.load([site.address + "/map.xml"])
    assert numbers(summary) == (1, 0, 0, 0) and "is on another site" in reasons(summary)[0]


def test_a_private_address_is_refused_by_default_and_the_remedy_is_named(tmp_path: Path, site: Site) -> None:
    with open_shop(tmp_path / "data") as shop:
        summary = shop.load([site.address + "/"])
    assert summary.nothing and "set 'private_addresses'" in reasons(summary)[0]
    assert site.asked == []


def test_the_shops_own_tables_are_not_loaded_from_addresses(site: Site, shop: Shopdesk) -> None:
    with pytest.raises(LoadError, match="save the file"):
        shop.load([site.address], kind="orders")


def test_what_was_loaded_is_read_again_when_it_is_due(site: Site, shop: Shopdesk, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# Delivery\n\nParcels leave every day.")
    site.pages["/a"] = page("Kettles last two years.")
    shop.load([tmp_path / "docs"])
    shop.load([site.address + "/a"], language="en")
    rereader = Rereader(shop, hours=1e-9, watch=True)
    assert [summary.changed for summary in rereader.once()] == [False, False]
    assert Rereader(shop, hours=1, watch=False).due() == []
    (tmp_path / "docs" / "b.md").write_text("# Returns\n\nWithin 30 days.")
    site.pages["/a"] = page("Kettles last three years.")
    assert sorted(numbers(summary) for summary in rereader.once()) == [(0, 1, 0, 0), (1, 0, 1, 0)]
    assert [source.location for source in rereader.due()] == [site.address + "/a"]
    (tmp_path / "docs" / "b.md").unlink()
    assert (0, 0, 1, 1) in [numbers(summary) for summary in rereader.once()]


def test_one_source_that_fails_does_not_keep_the_others_from_being_read(site: Site, shop: Shopdesk) -> None:
    site.pages |= {"/a": page("Parcels leave every day."), "/b": page("Kettles last two years.")}
    shop.load([site.address + "/a"])
    shop.load([site.address + "/b"])
    site.pages |= {"/a": 500, "/b": page("Kettles last three years.")}
    assert [summary.changed for summary in Rereader(shop, hours=1e-9).once()] == [False, True]
