"""`shopdesk site`: the sites of a shop from the command line, beside a server that has the data directory open."""

from __future__ import annotations

import json
import re

import pytest

import bot
from bot.cli import main
from bot.errors import InputError


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data directory that another part of the program holds open all along, as ``serve`` does."""
    directory = tmp_path_factory.mktemp("sites") / "data"
    with bot.open(directory):
        yield directory


@pytest.fixture
def site(data, monkeypatch, capsys):
    """Runs ``shopdesk site …``; its exit status, what it printed and what it complained of."""

    def run(*arguments: str):
        monkeypatch.setattr("sys.argv", ["shopdesk", "site", *arguments, "--data", str(data)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code or 0, told.out, told.err

    return run


@pytest.fixture
def made(site):
    code, out, _ = site("add", "https://Shop.example/", "https://*.shop.example", "--name", "Main shop", "--json")
    assert code == 0
    yield json.loads(out)
    site("remove", json.loads(out)["key"])


def test_a_new_site_has_a_key_that_nobody_guesses_and_the_origins_in_one_spelling(made, site):
    assert re.fullmatch("sd_[0-9a-f]{24}", made["key"]) and made["name"] == "Main shop"
    assert made["origins"] == ["https://shop.example", "https://*.shop.example"]
    assert made["settings"] == {"color": "#0f766e", "position": "right", "greeting": None, "greeting_zh": None, "proactive": []}
    assert made in json.loads(site("list", "--json")[1])
    assert made["key"] in site("list")[1] and "https://*.shop.example" in site("list")[1]


def test_adding_says_what_to_put_into_the_pages(site):
    code, out, _ = site("add", "http://localhost:3000")
    key = out.split()[0]
    line = f'<script src="http://127.0.0.1:7860/widget.js" data-site="{key}" async></script>'
    assert (code, out.splitlines()[0], out.splitlines()[-1]) == (0, f"{key}  localhost:3000", line)
    assert site("snippet", key)[1].strip() == line
    assert json.loads(site("snippet", key, "--url", "https://Chat.shop.example/", "--json")[1]) == {
        "key": key,
        "html": line.replace("http://127.0.0.1:7860", "https://chat.shop.example"),
    }
    assert site("remove", key)[1] == f"Removed {key}.\n" and key not in site("list")[1]


def test_what_is_set_stays_until_it_is_set_again(made, site):
    rule = {"after_s": 5, "page": "/p/*", "text": "Need help?", "text_zh": "需要帮忙吗？", "once": False}
    site("set", made["key"], "--color", "#ff8800", "--greeting-zh", "欢迎光临", "--proactive", json.dumps(rule))
    code, out, _ = site("set", made["key"], "--position", "left", "--origin", "https://new.example", "--json")
    changed = json.loads(out)
    assert code == 0 and changed["origins"] == ["https://new.example"] and changed["name"] == "Main shop"
    assert changed["settings"] == {
        "color": "#ff8800", "position": "left", "greeting": None, "greeting_zh": "欢迎光临", "proactive": [rule],
    }  # fmt: skip
    text = site("set", made["key"], "--greeting-zh", "", "--name", "新店")[1]
    assert "新店" in text and "欢迎光临" not in text and "/p/* after 5 s: Need help?" in text
    assert json.loads(site("set", made["key"], "--proactive", "", "--json")[1])["settings"]["proactive"] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "shop.example"), r"'shop.example' is no web origin: .*'https://shop.example'"),
        (("add", "https://*"), "'https://\\*' is no web origin"),
        (("add", "https://*.com"), "allows too much"),
        (("add", "https://shop.example", "--name", " "), "A site's name has 1 to 100 printable characters"),
        (("set", "sd_nothing"), "There is no site 'sd_nothing': 'shopdesk site list'"),
        (("remove", "sd_nothing"), "There is no site 'sd_nothing'"),
        (("snippet", "sd_nothing"), "There is no site 'sd_nothing'"),
        (("set", "KEY", "--color", "red"), "'color' cannot be 'red': string should match"),
        (("set", "KEY", "--origin", "null"), "'null' is no web origin"),
        (("set", "KEY", "--proactive", "{"), "A proactive rule is JSON like"),
        (("set", "KEY", "--proactive", '{"after_s": -1, "text": "x"}'), "'proactive.0.after_s' cannot be -1"),
        (("set", "KEY", "--proactive", '{"txt": "x"}'), "'proactive.0.text'"),
        (("snippet", "KEY", "--url", "chat"), "'chat' is no address of a server"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence_and_changes_nothing(made, site, arguments, sentence):
    before = site("list", "--json")[1]
    code, out, err = site(*(made["key"] if argument == "KEY" else argument for argument in arguments))
    assert (code, out, err.count("\n")) == (1, "", 1) and re.search(sentence, err)
    assert site("list", "--json")[1] == before


def test_without_a_site_the_list_says_how_to_add_one(site):
    assert site("list") == (0, "No site yet: its pages may not embed the widget. shopdesk site add ORIGIN\n", "")


def test_of_two_people_who_change_one_site_the_second_is_told(tmp_path):
    with bot.open(tmp_path / "data") as shopdesk:
        sites, seen = shopdesk.sites, shopdesk.sites.add(["https://shop.example"], "Main shop")
        hers = sites.change(seen.key, name="Hers", seen=seen)
        with pytest.raises(InputError, match="Somebody else changed this site"):
            sites.change(seen.key, name="His", seen=seen)
        assert sites.get(seen.key) == hers
        assert sites.change(seen.key, name="His", seen=hers).name == "His"
