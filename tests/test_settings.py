"""Settings: which source wins, and one clear sentence for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

import bot
from bot.errors import SettingsError
from bot.settings import Settings, load_settings, load_shop


@pytest.fixture
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shopdesk-data").mkdir()
    return tmp_path / "shopdesk-data"


def test_a_keyword_is_stronger_than_the_environment_and_that_than_the_file_and_that_than_the_default(data, monkeypatch):
    assert load_settings().port == 7860
    (data / "shopdesk.toml").write_text("port = 1001\ntop_k = 9\n")
    assert (load_settings().port, load_settings().top_k) == (1001, 9)
    monkeypatch.setenv("SHOPDESK_PORT", "1002")
    assert (load_settings().port, load_settings().top_k) == (1002, 9)
    assert (load_settings(port=1003).port, load_settings(port=1003).top_k) == (1003, 9)


def test_the_environment_names_the_data_directory_whose_file_counts(data, monkeypatch, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (data / "shopdesk.toml").write_text("port = 1001\n")
    (other / "shopdesk.toml").write_text("port = 1002\n")
    monkeypatch.setenv("SHOPDESK_DATA", str(other))
    assert load_settings().port == 1002
    assert load_settings(data=data).port == 1001


def test_an_empty_variable_and_an_empty_text_count_as_not_given(data, monkeypatch):
    monkeypatch.setenv("SHOPDESK_PORT", "")
    (data / "shopdesk.toml").write_text('llm = ""\nchroma_url = ""\n')
    settings = load_settings()
    assert (settings.port, settings.llm, settings.chroma_url) == (7860, None, None)


def test_a_list_may_be_written_as_one_text(data, monkeypatch):
    monkeypatch.setenv("SHOPDESK_IMAGE_HOSTS", "https://a.example, https://b.example")
    assert load_settings().image_hosts == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("given", "variables", "file", "sentence"),
    [
        ({"prot": 1}, {}, "", "Unknown setting 'prot' in the settings"),
        ({}, {"SHOPDESK_PROT": "1"}, "", "environment variable 'SHOPDESK_PROT'"),
        ({}, {"shopdesk_prot": "1"}, "", "environment variable 'shopdesk_prot'"),
        ({}, {}, "prot = 1", "Unknown setting 'prot' in '{data}/shopdesk.toml'"),
        ({"port": 0}, {}, "", "Setting 'port' in the settings cannot be 0"),
        ({}, {"SHOPDESK_PORT": "many"}, "", "the environment variable SHOPDESK_PORT cannot be 'many'"),
        ({}, {}, "port = 99999", "'{data}/shopdesk.toml' cannot be 99999"),
        ({}, {}, "port = = 1", "'{data}/shopdesk.toml' is not valid TOML"),
        ({}, {}, 'data = "/elsewhere"', "remove 'data' from it"),
        ({}, {"SHOPDESK_PUBLIC_URL": "shop"}, "", "SHOPDESK_PUBLIC_URL cannot be 'shop': write scheme, host"),
        ({}, {"SHOPDESK_LLM_TOTAL_S": "-3"}, "", "SHOPDESK_LLM_TOTAL_S cannot be '-3'"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place_in_one_sentence(data, monkeypatch, given, variables, file, sentence):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (data / "shopdesk.toml").write_text(file)
    with pytest.raises(SettingsError) as caught:
        load_settings(data=data, **given)
    assert sentence.replace("{data}", str(data)) in str(caught.value)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_a_key_shows_neither_in_the_settings_nor_in_the_sentence_about_it(data):
    assert "sk-secret" not in repr(load_settings(llm_api_key="sk-secret"))
    (data / "shopdesk.toml").write_text('llm_api_key = ["sk-secret"]\n')
    with pytest.raises(SettingsError, match="llm_api_key") as caught:
        load_settings()
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'nmae = "x"', "Unknown setting 'nmae' in '{data}/shop.toml'"),
        (b'tone = "rude"', "Setting 'tone' in '{data}/shop.toml' cannot be 'rude'"),
        (b"name = [", "'{data}/shop.toml' is not valid TOML"),
        ('name = "北境"'.encode("gbk"), "'{data}/shop.toml' is not UTF-8 text"),
    ],
)
def test_a_profile_that_cannot_be_used_is_told_in_one_sentence(data, content, sentence):
    (data / "shop.toml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load_shop(data)
    assert sentence.replace("{data}", str(data)) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_profile_saved_by_a_windows_editor_is_read(data):
    (data / "shop.toml").write_bytes(b"\xef\xbb\xbf" + 'name_zh = "北境户外"\r\n'.encode())
    assert load_shop(data).name_zh == "北境户外"


def test_opening_a_shop_with_a_misspelt_setting_makes_nothing(tmp_path):
    with pytest.raises(SettingsError, match="'lmm'"):
        bot.open(tmp_path / "new", lmm="openai:x")
    assert not (tmp_path / "new").exists()


def test_every_setting_says_what_it_is():
    assert all(field.description for field in Settings.model_fields.values())
