"""The console's page on which files are loaded: what its buttons do, by whom, and by two people at once."""

from __future__ import annotations

import html
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.console.documents_page import DocumentsDesk
from bot.console.knowledge_page import KnowledgeDesk
from bot.console.load_plan import LoadPlan
from bot.console.operator import Operator, texts_of
from bot.console.toolkit import gr
from bot.console.upload_desk import UploadDesk
from bot.shopdesk import Shopdesk
from bot.store.users import User
from tests.small_shop import open_shop
from tests.web_site import page, web_site

LIDS = "question,answer\nDo you mend lids?,We mend lids for 7 CNY.\n"
ODD = "Anliegen,Auskunft,Preis\nlids,We mend lids.,7 CNY\npots,We mend pots.,8 CNY\n"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shopdesk]:
    with open_shop(tmp_path / "data", encoder="builtin-static") as shopdesk:
        yield shopdesk


def by(name: str, role: Any = "editor") -> Any:
    return SimpleNamespace(state=SimpleNamespace(user=User(name, role, datetime.now(UTC))))


def desk_of(shop: Shopdesk, language: Any = "en") -> UploadDesk:
    return UploadDesk(Operator(shop, language, texts_of(language, "knowledge")))


def sent(folder: Path, text: str, name: str = "faq.csv") -> list[str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / name).write_text(text, "utf-8")
    return [str(folder / name)]


def able(page: KnowledgeDesk) -> list[bool]:
    """Whether a draft can be tried, published and discarded, and the last change undone."""
    return [button.interactive for button in page.offered()]


def answers(shop: Shopdesk) -> list[str]:
    return [hit["text"] for hit in shop.search("Do you mend lids?") if "mend" in hit["text"]]


def test_what_one_publishes_is_not_overwritten_by_another_who_previewed_before(shop, tmp_path):
    ada, bo = desk_of(shop), desk_of(shop, "zh")
    hers, his = sent(tmp_path / "a", LIDS), sent(tmp_path / "b", LIDS.replace("7", "9"))
    her_plan, _ = ada.preview(hers, "", {}, by("ada"))
    his_plan, _ = bo.preview(his, "", {}, by("bo"))
    ada.load(hers, "", {}, her_plan, False, by("ada"))
    shop.admin.loads.wait(30)
    with pytest.raises(gr.Error, match="有人改动过"):
        bo.load(his, "", {}, his_plan, False, by("bo"))
    assert answers(shop) == ["We mend lids for 7 CNY."] and "7 CNY" in (shop.settings.data / "uploads" / "faq.csv").read_text()

    his_plan, _ = bo.preview(his, "", {}, by("bo"))
    assert his_plan.counts == {"changed": 1}
    bo.load(his, "", {}, his_plan, False, by("bo"))
    shop.admin.loads.wait(30)
    assert answers(shop) == ["We mend lids for 9 CNY."] and "载入" in bo.progress()
    assert [entry["user"] for entry in shop.admin.users.audited() if entry["action"] == "files loaded"] == ["bo", "ada"]


def test_columns_of_unknown_names_are_asked_about_and_read_as_told(shop, tmp_path):
    desk, odd = desk_of(shop), sent(tmp_path / "a", ODD, "odd.csv")
    assert desk.columns_of(odd) == {"Anliegen": "lids", "Auskunft": "We mend lids.", "Preis": "7 CNY"}
    assert desk.unclear(odd) and not desk.unclear(sent(tmp_path / "b", LIDS))
    assert desk.columns_of([*odd, *odd]) == {} and desk.columns_of(None) == {}
    plan, _ = desk.preview(odd, "documents", {"question": "Anliegen", "answer": "Auskunft"}, by("ada"))
    [[number, mark, _, row, said, _, becomes], _], place = desk.rows(plan, "", 0)
    assert (number, mark, row, said, becomes) == (1, "new", 2, "lids — We mend lids.", "load") and place == "1 to 2 of 2"
    plan.decide(1, "skip")
    desk.load(odd, "documents", {"question": "Anliegen", "answer": "Auskunft"}, plan, False, by("ada"))
    shop.admin.loads.wait(30)
    assert [hit["title"] for hit in shop.search("lids or pots")] == ["lids"]


def test_an_agent_may_neither_preview_nor_load_nor_cancel(shop, tmp_path):
    desk, files = desk_of(shop), sent(tmp_path / "a", LIDS)
    for refused in (
        lambda: desk.preview(files, "", {}, by("guy", "agent")),
        lambda: desk.load(files, "", {}, LoadPlan(), False, by("guy", "agent")),
        lambda: desk.cancel(by("guy", "agent")),
        lambda: desk.go_on(by("guy", "agent")),
    ):
        with pytest.raises(gr.Error, match="may not"):
            refused()
    assert not answers(shop)


def test_a_load_that_was_interrupted_is_gone_on_with_by_a_click(shop, tmp_path):
    def stop(done: float, total: int | None) -> None:
        raise ZeroDivisionError

    desk, [path] = desk_of(shop), sent(tmp_path / "a", LIDS)
    with pytest.raises(ZeroDivisionError):
        shop.load([path], progress=stop)
    assert desk.interrupted and not answers(shop)
    desk.go_on(by("ada"))
    shop.admin.loads.wait(30)
    assert not desk.interrupted and answers(shop) == ["We mend lids for 7 CNY."]


def test_no_click_without_a_version_takes_the_documents_away(shop, tmp_path):
    shop.load(sent(tmp_path / "a", LIDS))
    desk = KnowledgeDesk(Operator(shop, "en", texts_of("en", "knowledge")))
    for empty in ("", "0", "one"):
        with pytest.raises(gr.Error, match="Enter the version"):
            desk.roll_back(empty, by("ada"))
    assert answers(shop) and [version.number for version in shop.versions.all()] == [1]


BAD = {
    "goods.csv": ("sku,title,price\nK1,Kettle,dear\nK2,Pot,9\n", "未载入 goods.csv 第 2 行：price 'dear' 不是数字"),
    "faq.csv": ("question,answer\nDo you mend lids?,\n", "缺少答案：请补上或删除这一行"),
    "photo.pdf": ("GIF89a", "是 GIF 图片"),
    "broken.json": ("{", "不是有效的 JSON：第 1 行第 2 列 这里应有双引号括起的名称"),
    "empty.md": (" ", "是空的"),
    "tune.mp3": ("la", "不支持 '.mp3' 文件"),
}


def test_what_is_wrong_with_files_and_rows_is_told_before_loading_in_the_language_of_the_page(shop, tmp_path):
    desk, files = desk_of(shop, "zh"), [path for name in BAD for path in sent(tmp_path / name, BAD[name][0], name)]
    plan, told = desk.preview(files, "", {}, by("ada"))
    rows, _ = desk.rows(plan, "", 0)
    said = html.unescape(told) + "".join(row[5] for row in rows)
    assert [name for name, (_, wanted) in BAD.items() if wanted not in said] == []


def test_pages_of_the_web_are_previewed_and_loaded_by_their_addresses_beside_files(tmp_path):
    with (
        web_site() as site,
        open_shop(tmp_path / "data", encoder="builtin-static", private_addresses=True, page_pause_s=0) as shop,
    ):
        site.pages |= {"/lids.html": page("We mend lids for 7 CNY.", "Lids"), "/pots.html": page("Pots are mended on Mondays.")}
        sitemap = "".join(f"<url><loc>{site.address}{path}</loc></url>" for path in site.pages)
        site.pages["/sitemap.xml"] = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{sitemap}</urlset>'
        desk, files = desk_of(shop), sent(tmp_path / "a", LIDS)
        addresses = f"{site.address}/sitemap.xml\n"
        plan, _ = desk.preview(files, "", {}, by("ada"), addresses)
        assert {row["source"].rpartition("/")[2] for row in plan.rows} == {"faq.csv", "lids.html", "pots.html"}
        desk.load(None, "", {}, LoadPlan(), False, by("ada"), addresses)
        shop.admin.loads.wait(30)
        assert "We mend lids for 7 CNY." in answers(shop)
        assert [source.location for source in shop.sources.all()] == [f"{site.address}/sitemap.xml"]


def test_a_path_of_the_server_is_no_address(shop, tmp_path):
    with pytest.raises(gr.Error, match="is no web address"):
        desk_of(shop).preview(None, "", {}, by("ada"), "/etc/passwd")


def test_a_document_is_found_by_its_name_and_removed_until_that_is_undone(shop, tmp_path):
    loader, page = desk_of(shop), KnowledgeDesk(Operator(shop, "en", texts_of("en", "knowledge")))
    for name, text in (("faq.csv", LIDS), ("care.md", "# Care\n\nWash pots by hand.")):
        loader.load(sent(tmp_path / "a", text, name), "", {}, LoadPlan(), False, by("ada"))
        shop.admin.loads.wait(30)
    desk, zh = DocumentsDesk(loader._operator), DocumentsDesk(Operator(shop, "zh", texts_of("zh", "knowledge")))
    rows, places, told, *_ = zh.listed("FAQ")
    assert [row[0] for row in rows] == ["faq.csv"] and "1 个文档" in told and len(desk.listed()[0]) == 2
    with pytest.raises(gr.Error, match="may not"):
        desk.remove(places[0], "", by("cy", "agent"))
    _, left, *_ = desk.remove(places[0], "", by("ada"))
    assert [row[0] for row in left] == ["care.md"] and not Path(places[0]).exists()
    assert answers(shop) == [] and [source.location for source in shop.sources.all()] == [
        str(tmp_path / "data/uploads/care.md")
    ]
    with pytest.raises(gr.Error, match="已经不在"):
        zh.remove(places[0], "", by("ada"))
    page.undo(by("ada"))
    assert answers(shop) == ["We mend lids for 7 CNY."]


def test_a_file_that_was_loaded_from_elsewhere_is_told_not_to_be_replaced_and_a_draft_that_it_is_none_for_customers_yet(
    shop, tmp_path
):
    shop.load([Path(sent(tmp_path / "shelf", LIDS)[0]).parent])
    shop.reply("Do you mend lids?")
    desk, page = desk_of(shop, "zh"), KnowledgeDesk(Operator(shop, "zh", texts_of("zh", "knowledge")))
    files = sent(tmp_path / "a", LIDS)
    plan, told = desk.preview(files, "", {}, by("ada"))
    assert "faq.csv 已作为 shelf/faq.csv 载入过" in told and "faq.csv：与 shelf/faq.csv 内容大致相同" in html.unescape(told)
    desk.load(files, "", {}, plan, True, by("ada"))
    shop.admin.loads.wait(30)
    assert "顾客还看不到" in desk.progress() and able(page) == [True] * 4
    shown = page.replay(by("ada"))
    assert ("有变化：1" in shown) == ("shelf/faq.csv" in shown) and "最近 1 个不同的问题" in shown
    page.publish_draft(by("ada"))
    assert able(page) == [False, False, False, True]
    rows, told = page.lint(by("ada"))
    assert [set(row[2].split("\n")) for row in rows if row[0] == "重复"] == [
        {"faq.csv：Do you mend lids?", "shelf/faq.csv：Do you mend lids?"}
    ]


def test_an_address_of_which_nothing_could_be_loaded_is_not_told_to_be_loaded(shop):
    desk = desk_of(shop, "zh")
    desk.load(None, "", {}, LoadPlan(), False, by("ada"), "http://127.0.0.1:9/faq.html")
    shop.admin.loads.wait(30)
    assert "http://127.0.0.1:9/faq.html 载入失败" in desk.progress() and "内网地址" in desk.progress()
