"""``/profile``: what is known of the identified customer, to see, correct and delete."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from bot.access.identity import LONGEST_TOKEN, Identity, IdentityError, audience
from bot.errors import InputError
from bot.generation.script import in_script
from bot.serving.desk import IDENTITY, AtDesk, Credentials, Desk
from bot.serving.from_store import from_store
from bot.serving.identity import may_try, of_identity, proved
from bot.serving.limits import address_of
from bot.serving.origins import foreign_origin, may_embed
from bot.serving.problems import Problem, openapi_responses
from bot.serving.profile_schemas import ProfileChange, ProfileShown
from bot.shop.profile.model import CustomerProfile, correction
from bot.text.script import script_of_locale
from bot.types import LanguageCode

router = APIRouter()


async def identified(desk: AtDesk, request: Request, credentials: Annotated[Credentials, Depends(IDENTITY)]) -> Identity:
    """The customer whom the bearer token names: the one that the shop's server signed, as for `…/identity`.

    Raises:
        Problem: 401 without such a token, 403 to pages of another site, 429 after too many failed attempts.
    """
    if credentials is None:
        challenge = {"WWW-Authenticate": 'Bearer realm="identity"'}
        raise Problem(401, "Send the customer's identity token: 'Authorization: Bearer TOKEN'.", challenge, "identity-needed")
    failing, token = (f"from {address_of(request.scope)}",), credentials.credentials[: LONGEST_TOKEN + 1]
    await may_try(desk, failing)
    site = audience(token) if len(token) <= LONGEST_TOKEN else ""
    try:
        identity = await proved(desk, site, token, failing)
    except IdentityError as error:
        raise of_identity(error, 401) from None
    if foreign_origin(request) is not None:
        may_embed(request, await from_store(desk.shopdesk.sites.find, site))
    return identity


Customer = Annotated[Identity, Depends(identified)]
AskedLocale = Annotated[str, Query(max_length=35, description="the language of the labels, such as `en` or `zh-CN`")]


@router.get("/profile", responses=openapi_responses(401, 403, 429))
async def read_profile(customer: Customer, desk: AtDesk, response: Response, locale: AskedLocale = "en") -> ProfileShown:
    """What is known of the customer, each with its sources and how fresh it is, and whether it may be used.

    The bearer token is the identity token (JWT) that the shop's server signs for whoever is logged in there.
    """
    return await _shown(desk, customer, response, locale)


@router.patch("/profile", responses=openapi_responses(400, 401, 403, 413, 422, 429))
async def change_profile(
    customer: Customer, change: ProfileChange, desk: AtDesk, response: Response, locale: AskedLocale = "en"
) -> ProfileShown:
    """Corrects the profile, or agrees to its use or not; what it is then. All of the change is checked before any is kept.

    Without consent nothing of it is used: the customer is answered like a stranger who proved who they are.
    """
    try:
        for one in change.set:
            correction(one.name, one.value, True)
        await from_store(_keep, desk, customer.customer, change)
    except InputError as error:
        raise Problem(422, str(error), kind="profile-value") from error
    return await _shown(desk, customer, response, locale)


@router.delete("/profile", status_code=204, responses=openapi_responses(401, 403, 429))
async def delete_profile(customer: Customer, desk: AtDesk) -> None:
    """Deletes the profile: corrections and consent go, and nothing that happened before counts in it any more.

    Orders, reviews and conversations stay, which are the shop's records: it erases them with `shopdesk erase`.
    """
    await from_store(desk.shopdesk.profiles.forget, customer.customer)


async def _shown(desk: Desk, customer: Identity, response: Response, locale: str) -> ProfileShown:
    response.headers["Cache-Control"] = "no-store"
    told: dict[str, Any] = await from_store(_told, desk, customer.customer, locale)
    return ProfileShown.model_validate(told | {"customer_id": told["customer"]})


def _told(desk: Desk, customer: str, locale: str) -> dict[str, Any]:
    """The profile as plain JSON types, each trait with its label in the language and the script of ``locale``."""
    profiles = desk.shopdesk.profiles
    drawn: CustomerProfile = profiles.of(customer)
    language: LanguageCode = "zh" if locale.lower().startswith("zh") else "en"
    script = script_of_locale(locale)
    labels = [in_script(profiles.label(trait, language), script) for trait in drawn.traits]
    told = drawn.to_dict()
    return told | {"traits": [trait | {"label": label} for trait, label in zip(told["traits"], labels, strict=True)]}


def _keep(desk: Desk, customer: str, change: ProfileChange) -> None:
    profiles = desk.shopdesk.profiles
    if change.consent is not None:
        profiles.consent(customer, change.consent)
    for one in change.remove:
        profiles.correct(customer, one.name, one.value, holds=False)
    for one in change.set:
        profiles.correct(customer, one.name, one.value)
