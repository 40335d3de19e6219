"""Everything kept on a customer can be given out, and erased down to the bytes of the data directory."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import bot
from bot.cli import app
from bot.errors import InputError

NAME, MAIL, PHONE, STREET = "Quillon Abernathy", "quillon@post.example", "+44 7700 900777", "9 Heron Mews"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    place = tmp_path_factory.mktemp("personal")
    files = {
        "catalogue.csv": "sku,title,category,brand,price,currency,size,language\n"
        "T1,Trail tent,Tents,Norrvik,300,CNY,,en\nJ1,Rain jacket,Jackets,Hako,200,CNY,M,en\n",
        "customers.csv": "customer_id,name,email,phone,consent\n"
        f"Q77-44107,{NAME},{MAIL},{PHONE},yes\nZ1,Other,z@post.example,,yes\n",
        "orders.csv": "order_id,customer_id,email,status,placed_at,total,currency,address,items\n"
        f"SD-77,Q77-44107,{MAIL},delivered,2026-03-01,200,CNY,{STREET},"
        f'"[{{""sku"": ""J1"", ""quantity"": 1, ""price"": 180}}]"\n'
        "SD-1,Z1,z@post.example,shipped,2026-03-01,300,CNY,,[]\n",
        "reviews.csv": "id,sku,rating,text,customer_id\nr1,J1,5,Kept me dry,Q77-44107\nr2,T1,4,Good,Z1\n",
        "interactions.csv": "customer_id,sku,event,time\nQ77-44107,T1,view,2026-03-02\nZ1,T1,view,2026-03-02\n",
    }
    for name, text in files.items():
        (place / name).write_text(text)
    with bot.open(place / "data") as shopdesk:
        shopdesk.load([place / name for name in files])
        shopdesk.reply("Hello, do you have a tent?", customer="Q77-44107")
        shopdesk.reply(f"Please write to {MAIL} about a tent")
        shopdesk.reply("Do you have a rain jacket?", customer="Z1")
        desk = shopdesk.promotion.campaigns
        desk.keep("June", desk.planner.draft("sell_stock", "en"), "ann")
        shopdesk.rate(shopdesk.reply("Thanks", customer="Q77-44107").conversation, 1, "up", text="lovely")
    return place / "data"


def run(*arguments, data):
    return CliRunner().invoke(app, [*arguments, "--data", str(data)])


def test_export_gives_all_that_is_kept_and_the_profile_with_its_sources(shop):
    found = json.loads(run("export", "Q77-44107", "--json", data=shop).output)
    assert {"customers", "orders", "reviews", "interactions", "conversations", "campaigns", "profile"} == set(found)
    assert [plan["name"] for plan in found["campaigns"]] == ["June"]
    assert found["orders"][0]["address"] == STREET
    assert len(found["conversations"]) == 3
    assert any(one["feedback"] and one["feedback"][0]["text"] == "lovely" for one in found["conversations"])
    assert not any("token_hash" in one for one in found["conversations"])
    (profile,) = found["profile"]
    traits = {(trait["name"], trait["value"]): trait["sources"] for trait in profile["traits"]}
    assert traits["interest", "Jackets"] == ["orders", "reviews"]
    assert traits["size", "Jackets: M"] == ["orders"]
    assert traits["budget", "180-180 CNY (median 180)"] == ["orders"]
    assert traits["language", "en"] == ["conversations"]
    assert (profile["segment"], profile["consent"]) == ("single", True)


@pytest.mark.parametrize(
    ("language", "orders", "asked", "looked"),
    [("en", "Orders: 1", "customer: ", "looked at"), ("zh", "订单：1", "顾客：", "看过")],
)
def test_an_export_can_be_read_and_sent_on_in_both_languages(shop, language, orders, asked, looked):
    told = run("export", "Q77-44107", "--lang", language, data=shop).output.splitlines()
    assert orders in told and any(line.strip().startswith(asked) for line in told)
    assert any("SD-77" in line for line in told) and any(STREET in line for line in told)
    assert any(looked in line and "T1" in line for line in told)
    assert not [line for line in told if "{" in line or "_" in line], "no row as the program keeps it"


def test_what_is_erased_is_in_no_byte_of_the_data_directory_and_others_stay(shop):
    assert PHONE in run("export", "Q77-44107", data=shop).output
    done = run("erase", "Q77-44107", data=shop)
    assert done.exit_code == 0
    assert "orders: 1 erased" in done.output
    everything = b"".join(path.read_bytes() for path in sorted(shop.rglob("*")) if path.is_file())
    for trace in (NAME, MAIL, PHONE, STREET, "Q77-44107", "SD-77", "Kept me dry", "lovely"):
        assert trace.encode() not in everything, trace
    with bot.open(shop) as shopdesk:
        noted = [(row["user"], row["action"]) for row in shopdesk.admin.users.audited()]
        assert noted[:2] == [("command line", "customer erased"), ("command line", "customer exported")]
        assert set(shopdesk.keeper.export("Z1")) >= {"customers", "orders", "reviews", "interactions", "conversations"}
        for again in (shopdesk.keeper.export, shopdesk.keeper.erase):
            with pytest.raises(InputError, match="Nothing is kept on the customer 'Q77-44107'"):
                again("Q77-44107")


def test_what_is_erased_while_the_database_is_open_elsewhere_is_in_no_byte_either(shop):
    mark = "Zanzibar-4419"
    with bot.open(shop) as shopdesk:
        shopdesk.reply(f"Hello, my note is {mark}", customer="Z1")
        assert mark.encode() in b"".join(path.read_bytes() for path in shop.glob("shopdesk.db*"))
        with shopdesk.conversations._engine.connect():
            shopdesk.keeper.erase("Z1")
        assert mark.encode() not in b"".join(path.read_bytes() for path in shop.rglob("*") if path.is_file())
