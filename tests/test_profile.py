"""A customer's profile: drawn from what they did and said, corrected and deleted by them, used only where they agreed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from bot.access.identity import SigningKey, new_secret, signed
from bot.errors import InputError
from bot.shop.catalogue import Catalogue
from bot.shop.finder import ProductFinder
from bot.shop.loading import load_table
from bot.shop.profile.profiles import MOST_CORRECTIONS, Profiles
from bot.shop.recommender import Recommender
from bot.shop.reviews import OpinionReader
from bot.shop.tastes import Tastes
from bot.skills.recommend import RecommendSkill
from bot.store.conversation_tables import conversations, feedback, turns
from tests.shop_data import CONTEXT, START, empty_shop, message, numbered

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GOODS = [
    {"sku": f"{kind}-{size}", "title": f"{brand} {kind} {size}", "category": kind, "brand": brand, "price": price, "stock": 9,
     "currency": "CNY", "size": size}
    for kind, brand, price in (("Jackets", "Hako", 200), ("Tents", "Norrvik", 300))
    for size in ("S", "M", "L")
]  # fmt: skip


@pytest.fixture
def engine(tmp_path):
    engine = empty_shop(tmp_path / "shop.db")
    wide = {"sku": "Jackets-S", "price": 180, "options": {"size": "60 x 40 cm"}}
    items = json.dumps([{"sku": "Jackets-M", "quantity": 1, "price": 180}, wide])
    bought = [{"order_id": "1", "customer_id": "C1", "status": "delivered", "placed_at": "2026-03-03", "items": items}]
    people = [{"customer_id": "C1", "consent": "yes"}, {"customer_id": "C2", "consent": "no"}]
    stars = [{"id": "r1", "sku": "Jackets-M", "rating": 5, "text": "warm", "date": "2026-03-05", "customer_id": "C1"}]
    load_table(engine, "catalogue", numbered(GOODS), "goods.csv")
    load_table(engine, "orders", numbered(bought), "orders.csv")
    load_table(engine, "customers", numbered(people), "people.csv")
    load_table(engine, "reviews", numbered(stars), "reviews.csv")
    return engine


@pytest.fixture
def profiles(engine):
    return Profiles(engine, Catalogue(engine))


def said(engine, *entities, mood="neutral", at=NOW):
    """A conversation of C1 with a message for each of ``entities``."""
    row = {"action": "recommend", "reply": {}, "evidence_ids": [], "writer": "builtin", "timings_ms": {}, "created_at": at}
    told = [
        {**row, "conversation_id": "k", "number": n, "text": "?", "understanding": {"entities": named}, "sentiment": mood,
         "language": "zh"}
        for n, named in enumerate(entities, 1)
    ]  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(conversations).values(id="k", customer_id="C1", state={}, created_at=at, updated_at=at))
        connection.execute(insert(turns), told)


def found(profile):
    return {(trait.name, trait.value): trait for trait in profile.traits}


def test_what_was_bought_rated_and_said_tells_interests_sizes_budget_and_mood_each_with_its_sources(engine, profiles):
    size = {"attribute": "size", "relation": "=", "value": "L", "negated": False}
    said(
        engine, {"categories": ["Tents"], "skus": ["Tents-L"], "constraints": [size], "budget": [None, 500.0]}, mood="positive"
    )
    known = found(profiles.of("C1", NOW))
    assert known["interest", "Jackets"].sources == ("orders", "reviews")
    assert known["interest", "Tents"].sources == ("conversations",)
    assert [value for name, value in known if name == "size"] == ["Jackets: M", "Tents: L"]
    assert (known["size", "Jackets: M"].sources, known["size", "Tents: L"].sources) == (("orders",), ("conversations",))
    assert known["budget", "180-180 CNY (median 180)"].seen.isoformat() <= "2026-03-03"
    assert known["budget", "0-500"].seen == NOW.date()
    assert known["language", "zh"].weight == 1
    assert known["sentiment", "positive"].sources == ("conversations", "reviews")


def test_a_sign_counts_half_after_ninety_days_and_a_fresh_complaint_outweighs_an_old_praise(engine, profiles):
    early, late = (profiles.of("C1", NOW + timedelta(days=days)) for days in (0, 90))
    first, second = (found(one)["interest", "Jackets"].weight for one in (early, late))
    assert second == pytest.approx(first / 2, rel=0.01)
    assert found(early)["sentiment", "positive"]
    said(engine, {}, {}, mood="negative")
    with engine.begin() as connection:
        connection.execute(insert(feedback).values(conversation_id="k", turn=1, rating="down", created_at=NOW))
    assert found(profiles.of("C1", NOW))["sentiment", "negative"].sources == ("conversations", "feedback", "reviews")


def test_what_the_customer_says_stands_in_place_of_what_was_drawn(profiles):
    profiles.correct("C1", "size", "Jackets : L")
    profiles.correct("C1", "size", "Jackets: XL")
    profiles.correct("C1", "budget", "50 - 120 CNY")
    profiles.correct("C1", "brand", "Hako", holds=False)
    profile = profiles.of("C1", NOW)
    assert profile.sizes() == {"Jackets": "XL"} and profile.values("budget") == ("50-120 CNY",)
    assert profile.values("brand") == () and profile.denied == (("brand", "Hako"),)
    assert found(profile)["size", "Jackets: XL"].sources == ("customer",)
    profiles.correct("C1", "brand", "Hako")
    assert profiles.of("C1", NOW).values("brand") == ("Hako",) and profiles.of("C1", NOW).denied == ()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("sentiment", "positive", "'sentiment' cannot be corrected"),
        ("language", "fr", "The language is 'en' or 'zh', not 'fr'"),
        ("budget", "300-100 CNY", "the smaller amount first"),
        ("budget", "cheap", "written like '100-300 CNY'"),
        ("size", "M", "written like 'Jackets: M'"),
        ("interest", " ", "1 to 100 printable characters"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(profiles, name, value, told):
    with pytest.raises(InputError, match=told):
        profiles.correct("C1", name, value)


def test_corrections_have_an_end(profiles):
    for number in range(MOST_CORRECTIONS):
        profiles.correct("C1", "interest", f"Kind {number}")
    profiles.correct("C1", "interest", "Kind 0", holds=False)
    with pytest.raises(InputError, match="delete the profile to begin afresh"):
        profiles.correct("C1", "interest", "One more")


def test_a_deleted_profile_begins_afresh_with_what_happens_from_then_on(engine, profiles):
    profiles.correct("C1", "interest", "Tents")
    profiles.forget("C1")
    gone = profiles.of("C1")
    assert (gone.traits, gone.stage, gone.segment, gone.consent) == ((), "visitor", "none", False)
    said(engine, {"skus": ["Tents-S"]}, at=datetime.now(UTC) + timedelta(seconds=1))
    assert profiles.of("C1").values("interest") == ("Tents",)


def recommended(engine, profiles, customer):
    catalogue = Catalogue(engine)
    finder = ProductFinder(catalogue, OpinionReader(engine), Recommender(), Tastes(engine, catalogue))
    skill = RecommendSkill(finder, lambda query, k=10, kinds=None: [], profiles)
    asked = message("Can you recommend a jacket?", categories=("Jackets",))
    return skill.prepare(asked, START, replace(CONTEXT, customer=customer)).brief


def test_the_own_size_goes_first_where_the_customer_agreed_and_only_there(engine, profiles):
    profiles.correct("C1", "size", "Jackets: L")
    profiles.correct("C2", "size", "Jackets: L")
    brief = recommended(engine, profiles, "C1")
    assert brief.products[0].sku == "Jackets-L" and "size: L" in brief.reasons[0]
    without = [product.sku for product in recommended(engine, profiles, None).products]
    assert without[0] != "Jackets-L"
    assert [product.sku for product in recommended(engine, profiles, "C2").products] == without
    profiles.consent("C2", True)
    assert recommended(engine, profiles, "C2").products[0].sku == "Jackets-L"
    profiles.consent("C1", False)
    assert [product.sku for product in recommended(engine, profiles, "C1").products] == without


@pytest.fixture(scope="module")
def site(api):
    site, secret = api.shopdesk.sites.add(["https://profile.example"], "Profile"), new_secret()
    key = SigningKey("p", "HS256", secret)
    api.shopdesk.sites.signing_keys.add(site.key, key)
    return lambda customer, **origin: {"Authorization": f"Bearer {signed(key, site.key, customer, 600)}", **origin}


def test_an_identified_customer_sees_corrects_and_deletes_their_profile_and_nobody_elses(api, site):
    mine = site("C6")
    drawn = api.http.get("/api/v1/profile", headers=mine)
    assert drawn.headers["cache-control"] == "no-store" and drawn.json()["consent"] is False
    (kettles,) = [trait for trait in drawn.json()["traits"] if trait["value"] == "Kettles"]
    assert (kettles["name"], kettles["sources"], kettles["seen"] is not None) == ("interest", ["orders"], True)
    denied = {"name": "interest", "value": "Kettles"}
    change = {"consent": True, "set": [{"name": "size", "value": "Tents: L"}], "remove": [denied]}
    changed = api.http.patch("/api/v1/profile", headers=mine, json=change).json()
    assert changed["consent"] and changed["denied"] == [denied]
    assert [trait["sources"] for trait in changed["traits"] if trait["value"] == "Tents: L"] == [["customer"]]
    assert api.http.get("/api/v1/profile", headers=mine).json() == changed
    other = api.http.get("/api/v1/profile", headers=site("C5")).json()
    assert other["customer_id"] == "C5" and not other["denied"] and not other["consent"]
    kept = api.shopdesk.keeper.export("C6")
    assert kept["profile_choices"][0]["consent"] and len(kept["profile_corrections"]) == 2
    assert api.http.delete("/api/v1/profile", headers=mine).status_code == 204
    assert api.http.get("/api/v1/profile", headers=mine).json()["traits"] == []
    assert "profile_corrections" not in api.shopdesk.keeper.export("C6")


def test_kinds_of_goods_are_called_as_the_page_calls_them_and_corrected_in_either_language(api, site):
    mine = site("C6")
    change = {"set": [{"name": "interest", "value": "双肩包"}, {"name": "size", "value": "双肩包: L"}]}
    changed = api.http.patch("/api/v1/profile?locale=zh-CN", headers=mine, json=change).json()["traits"]
    assert {"interest": ("Backpacks", "双肩包"), "size": ("Backpacks: L", "双肩包: L")}.items() <= {
        trait["name"]: (trait["value"], trait["label"]) for trait in changed
    }.items()
    for locale, label in (("zh-TW", "雙肩包"), ("en-GB", "Backpacks")):
        traits = api.http.get("/api/v1/profile", headers=mine, params={"locale": locale}).json()["traits"]
        assert [trait["label"] for trait in traits if trait["name"] == "interest"] == [label]
    gone = {"remove": [{"name": "interest", "value": "双肩包"}]}
    left = api.http.patch("/api/v1/profile", headers=mine, json=gone).json()["traits"]
    assert [trait for trait in left if trait["name"] == "interest"] == []
    api.http.delete("/api/v1/profile", headers=mine)


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"set": [{"name": "budget", "value": "much"}]}, 422, "written like '100-300 CNY'"),
        ({"consent": True, "set": [{"name": "size", "value": "M"}]}, 422, "written like 'Jackets: M'"),
        ({"set": [{"name": "sentiment", "value": "positive"}]}, 422, "'set.0.name' in the body"),
        ({"consent": "perhaps"}, 422, "'consent' in the body"),
        ({"segment": "vip"}, 422, "'segment' in the body"),
    ],
)
def test_a_change_that_cannot_be_is_a_problem_in_one_sentence_and_keeps_nothing(api, site, change, status, told):
    answer = api.http.patch("/api/v1/profile", headers=site("C5"), json=change)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]
    assert api.http.get("/api/v1/profile", headers=site("C5")).json()["consent"] is False


def test_the_profile_opens_to_a_signed_token_alone_and_to_pages_of_the_site_alone(api, site):
    conversation = api.customer()
    for headers in ({}, conversation.headers, {"Authorization": "Bearer x.y.z"}):
        refused = api.http.get("/api/v1/profile", headers=headers)
        assert refused.status_code == 401 and refused.json()["type"].startswith("urn:shopdesk:identity-")
    api.shopdesk.sites.add(["https://elsewhere.example"], "Elsewhere")
    for origin, status in (("https://profile.example", 200), ("https://elsewhere.example", 403)):
        assert api.http.get("/api/v1/profile", headers=site("C5", Origin=origin)).status_code == status
