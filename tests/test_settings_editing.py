"""Changing settings while serving: in place, in force from the next message on, and without losing anybody's change."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from benchmarks.misbehaving_llm import scripted_server
from bot.console.editing import (
    ChangedMeanwhile,
    change_policy,
    change_settings,
    change_shop,
    policy_text,
    policy_with,
    stamp_of,
)
from bot.errors import SettingsError
from bot.generation.model_check import check_model
from bot.settings import load_settings, load_shop
from tests.small_shop import open_shop


@pytest.fixture(scope="module")
def shopdesk(tmp_path_factory):
    with open_shop(tmp_path_factory.mktemp("editing") / "data", top_k=5) as opened:
        yield opened


def test_a_change_keeps_comments_and_what_it_does_not_name(tmp_path):
    (tmp_path / "shop.toml").write_text('# ours\nname = "Norrvik"  # since 1990\nhours = "9 to 5"\n', "utf-8")
    change_shop(tmp_path, {"name": "Südvik", "hours": None, "tone": "formal"}, stamp_of(tmp_path, "shop.toml"))
    assert (tmp_path / "shop.toml").read_text("utf-8") == '# ours\nname = "Südvik"  # since 1990\ntone = "formal"\n'
    assert load_shop(tmp_path).tone == "formal"


def test_of_two_who_change_the_same_the_second_is_told_and_nothing_is_lost(tmp_path):
    seen_by_both = stamp_of(tmp_path, "shop.toml")
    change_shop(tmp_path, {"name": "First"}, seen_by_both)
    with pytest.raises(ChangedMeanwhile, match="Somebody else changed"):
        change_shop(tmp_path, {"phone": "1"}, seen_by_both)
    assert load_shop(tmp_path).name == "First"


@pytest.mark.parametrize("values", [{"tone": "rude"}, {"nmae": "x"}])
def test_what_cannot_be_used_is_not_written(tmp_path, values):
    with pytest.raises(SettingsError, match=next(iter(values))):
        change_shop(tmp_path, values, "")
    assert not (tmp_path / "shop.toml").exists()


def test_what_the_environment_or_a_keyword_gives_is_not_changed_by_a_file(shopdesk):
    with pytest.raises(SettingsError, match="'top_k' is given by the environment or by the command"):
        change_settings(shopdesk.settings, {"top_k": 9}, stamp_of(shopdesk.settings.data, "shopdesk.toml"))
    assert shopdesk.settings.top_k == 5


def test_a_changed_voice_threshold_and_model_count_from_the_next_message_on_and_broken_files_change_nothing(shopdesk):
    data, begun = shopdesk.settings.data, shopdesk.reply("hello")
    change_shop(data, {"name": "Südvik", "email": "hi@sudvik.example"}, stamp_of(data, "shop.toml"))
    assert "Südvik" in shopdesk.greeting()
    assert "hi@sudvik.example" in shopdesk.reply("How can I reach you?", begun.conversation).text
    change_settings(shopdesk.settings, {"answer_threshold": 0.9}, stamp_of(data, "shopdesk.toml"))
    assert shopdesk.settings.answer_threshold == 0.9
    (data / "shop.toml").write_text("name = = 1")
    assert (shopdesk.shop.name, shopdesk.reply("hello", begun.conversation).turn) == ("Südvik", 3)


def test_a_key_is_kept_for_the_owner_alone_and_shown_nowhere(tmp_path):
    settings = load_settings(data=tmp_path)
    change_settings(settings, {"llm_api_key": SecretStr("sk-secret")}, "")
    assert (tmp_path / "shopdesk.toml").stat().st_mode & 0o077 == 0
    assert load_settings(data=tmp_path).llm_api_key.get_secret_value() == "sk-secret"
    with pytest.raises(SettingsError) as caught:
        change_settings(settings, {"answer_threshold": 7}, stamp_of(tmp_path, "shopdesk.toml"))
    assert "sk-secret" not in str(caught.value)


def test_the_order_policy_is_changed_by_the_cell_and_checked(tmp_path):
    text = policy_with(policy_text(tmp_path), {"return": {"within_days": 14}, "exchange": {"how": "person"}})
    change_policy(tmp_path, text, "")
    assert "within_days = 14" in policy_text(tmp_path)
    assert "# What the assistant may do with orders" in policy_text(tmp_path)
    with pytest.raises(SettingsError, match="perhaps"):
        change_policy(tmp_path, policy_with(text, {"return": {"how": "perhaps"}}), stamp_of(tmp_path, "order_policy.toml"))


@pytest.mark.parametrize(
    ("behaviour", "problem"), [("ok", None), ("500", "failed"), ("429", "busy"), ("hang", "slow"), ("garbage", "failed")]
)
def test_a_model_is_tried_by_a_real_call_with_what_went_wrong(tmp_path, behaviour, problem):
    with scripted_server("Ready.", behaviour) as server:
        settings = load_settings(
            data=tmp_path, llm="openai:tiny", llm_base_url=server.url, llm_api_key="sk-secret", llm_first_token_s=0.5
        )
        check = check_model(settings)
    assert (check.problem, check.text) == (problem, "Ready." if problem is None else "")
    assert (check.first_ms is not None) == (problem is None)
    assert "sk-secret" not in repr(check)


def test_a_model_that_is_not_there_or_misspelt_is_told_so(tmp_path):
    nowhere = load_settings(data=tmp_path, llm="openai:tiny", llm_base_url="http://127.0.0.1:9/v1")
    assert check_model(nowhere).problem == "unreachable"
    assert check_model(load_settings(data=tmp_path, llm="tiny")).problem == "settings"
