"""``…/identity``: the shop says who speaks in a conversation, and that they have logged out."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request

from bot.access.identity import Fault, Identity, IdentityError, verified
from bot.serving.desk import AtDesk, Desk, Held
from bot.serving.from_store import from_store
from bot.serving.limits import address_of, retry_after, taken, to_wait, too_often
from bot.serving.problems import Problem, openapi_responses
from bot.serving.schemas import Identified, IdentityToken
from bot.store.sessions import Admission

router = APIRouter()
_CANNOT_BE_READ: tuple[Fault, ...] = ("malformed", "incomplete", "too_long_lived")
_WRITTEN = "identity-"


@router.post("/conversations/{conversation}/identity", responses=openapi_responses(400, 401, 403, 404, 409, 413, 422, 429))
async def identify(admission: Held, given: IdentityToken, desk: AtDesk, request: Request) -> Identified:
    """Says who speaks: a token that the shop's server has signed for the customer who is logged in there.

    A JSON Web Token, HS256 or RS256, with `aud` (the site's key), `sub` (the customer's id) and `exp`; `name` and `email` may
    be there. Until `exp` the customer reaches their own orders without further proof. The conversation is theirs from then on:
    once the log-in has ended it opens to the same customer only (401 `identity-needed`), and to another one never (409); begin
    a new conversation then. Failed attempts are limited.
    """
    identity = await _proved(desk, admission, given.token, request)
    if not await from_store(desk.shopdesk.identities.bind, admission.conversation, identity):
        raise Problem(
            409, "This conversation is another customer's: begin a new one with POST /api/v1/conversations.",
            kind=f"{_WRITTEN}other-customer",
        )  # fmt: skip
    return Identified(customer_id=identity.customer, name=identity.name, email=identity.email, expires_at=identity.until)


@router.delete("/conversations/{conversation}/identity", status_code=204, responses=openapi_responses(401, 403, 404, 422, 429))
async def forget_identity(admission: Held, desk: AtDesk) -> None:
    """Says that the customer has logged out. The conversation stays theirs and is closed until they identify again."""
    await from_store(desk.shopdesk.identities.forget, admission.conversation)


async def _proved(desk: Desk, admission: Admission, token: str, request: Request) -> Identity:
    failing = (f"from {address_of(request.scope)}", f"in {admission.conversation}")
    await may_try(desk, failing)
    if admission.site is None:
        raise Problem(422, "This conversation belongs to no site, so nobody can sign for it: begin one with its 'site'.")
    try:
        return await proved(desk, admission.site, token, failing)
    except IdentityError as error:
        status = 422 if error.fault in _CANNOT_BE_READ else 401
        raise of_identity(error, status) from None


async def may_try(desk: Desk, failing: Sequence[str]) -> None:
    """Lets nobody try who failed too often.

    Raises:
        Problem: 429.
    """
    if wait := max([await to_wait(desk.failed_identities, key) for key in failing]):
        desk.metrics.refused("identity")
        raise Problem(429, too_often("with tokens that prove nothing", wait), retry_after(wait))


async def proved(desk: Desk, site: str, token: str, failing: Sequence[str]) -> Identity:
    """Whom the site's token names. What fails is counted against ``failing``.

    Raises:
        IdentityError: the token proves nothing.
    """
    keys = await from_store(desk.shopdesk.sites.signing_keys.of, site)
    try:
        return verified(token, keys, site, desk.shopdesk.settings.identity_hours)
    except IdentityError:
        for key in failing:
            await taken(desk.failed_identities, key)
        raise


def of_identity(error: IdentityError, status: int) -> Problem:
    """The refusal of a token that proves nothing."""
    challenge = {"WWW-Authenticate": 'Bearer realm="identity"'} if status == 401 else {}
    return Problem(status, str(error), challenge, _WRITTEN + error.fault.replace("_", "-"))
