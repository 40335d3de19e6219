"""The widget shows a customer who is logged in what the shop knows of them, and lets them correct and delete it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.access.identity import SigningKey, new_secret, signed
from tests.browser import axe_findings
from tests.widget_visit import Mall

pytestmark = pytest.mark.browser


def test_a_customer_who_is_logged_in_sees_corrects_agrees_to_and_deletes_their_profile(mall: Mall) -> None:
    key, profiles = SigningKey("profile", "HS256", new_secret()), mall.api.shopdesk.profiles
    mall.api.shopdesk.sites.signing_keys.add(mall.site.key, key)
    with mall.visit() as shopper:
        shopper.open()
        menu = shopper.chat.locator(".menu > button")
        menu.click()
        expect(shopper.chat.get_by_role("menuitem", name="What the shop knows about me")).to_have_count(0)
        menu.press("Escape")
        shopper.command("identify", {"token": signed(key, mall.site.key, "C1", 600)})
        shopper.choose("What the shop knows about me")
        dialog = shopper.chat.get_by_role("dialog", name="What the shop knows about me")
        traits = dialog.locator(".traits li")
        expect(traits.filter(has_text="Backpacks")).to_contain_text("orders · last on 2026-05-0")
        agreed = dialog.get_by_role("checkbox")
        expect(agreed).not_to_be_checked()
        agreed.check()
        dialog.get_by_label("What to correct").select_option("size")
        box = dialog.get_by_label("What is right")
        box.fill("M")
        box.press("Enter")
        expect(dialog.get_by_role("alert")).to_have_text("That could not be kept: write it as in the example.")
        box.fill("Tents: M")
        box.press("Enter")
        expect(traits.filter(has_text="Tents: M")).to_contain_text("you said so")
        dialog.get_by_role("button", name="Take out Backpacks").click()
        expect(traits.filter(has_text="Backpacks")).to_have_count(0)
        assert axe_findings(shopper.page.frames[-1]) == []
        kept = profiles.of("C1")
        assert kept.consent and kept.sizes() == {"Tents": "M"} and kept.denied == (("interest", "Backpacks"),)
        dialog.get_by_role("button", name="Delete my profile").click()
        expect(dialog.locator(".confirm")).to_contain_text("Your orders stay.")
        dialog.get_by_role("button", name="Delete my profile").click()
        expect(dialog).to_contain_text("Nothing yet.")
        assert profiles.of("C1").traits == () and not profiles.of("C1").consent
        shopper.command("reset")
        expect(dialog).to_have_count(0)
