"""A site to its visitors: its public settings, and the frame that its pages embed."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from bot.generation.script import in_script
from bot.serving.desk import AtDesk, Desk
from bot.serving.from_store import from_store
from bot.serving.origins import may_embed
from bot.serving.problems import Problem, openapi_responses
from bot.serving.site_schemas import PublicSite
from bot.serving.widget import frame_page, version
from bot.store.sites import Site
from bot.turn.hearing import MAX_CHARACTERS

CHAT_STYLE = "html,body,#chat{height:100%;margin:0}"
CHAT_PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>{title}</title><style>{style}</style></head><body><main id="chat"></main>'
    '<script async src="/widget.js" data-site="{key}" data-inline="#chat"></script></body></html>'
)
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; "
    f"form-action 'none'; style-src 'sha256-{b64encode(sha256(CHAT_STYLE.encode()).digest()).decode()}'"
)
router = APIRouter()
frames = APIRouter()
SiteKey = Annotated[str, Path(max_length=40, examples=["sd_3f9a0c51b7e24d86a1c0ffee"])]


@router.get("/sites/{key}", responses=openapi_responses(403, 404, 422, 429))
async def read_site(key: SiteKey, request: Request, desk: AtDesk) -> PublicSite:
    """What everybody may know of a site: its look, its greetings, and what the widget says by itself."""
    site = await site_of(desk, key)
    may_embed(request, site)
    return public(desk, site)


def public(desk: Desk, site: Site) -> PublicSite:
    """What everybody may know of the site; what it leaves open is as the shop's profile says."""
    shop, chosen = desk.shopdesk.shop, site.settings
    return PublicSite.model_validate(
        {
            "key": site.key,
            "name": site.name,
            "shop": _in_both(shop.name, shop.name_zh),
            "assistant": _in_both(shop.assistant, shop.assistant_zh),
            "greeting": _in_both(
                chosen.greeting or desk.shopdesk.greeting("en"), chosen.greeting_zh or desk.shopdesk.greeting("zh")
            ),
            **chosen.model_dump(include={"color", "position"}),
            "version": version(),
            "proactive": [
                {**rule.model_dump(exclude={"text", "text_zh"}), "text": _in_both(rule.text, rule.text_zh)}
                for rule in chosen.proactive
            ],
        }
    )


def _in_both(en: str, zh: str | None) -> dict[str, str]:
    chinese = zh or en
    return {"en": en, "zh": chinese, "zh_hant": in_script(chinese, "Hant")}


@frames.get("/widget/{key}", include_in_schema=False)
async def frame(key: SiteKey, desk: AtDesk) -> HTMLResponse:
    """The page inside the widget's frame, which only this server's pages and those of the site's origins may embed."""
    site = await site_of(desk, key)
    images = desk.shopdesk.settings.image_hosts
    greets = await from_store(desk.shopdesk.promotion.campaigns.experiments.running, "greeting")
    told = {
        **public(desk, site).model_dump(include={"key", "shop", "assistant", "greeting", "color"}),
        "origins": site.origins,
        "images": images,
        "longest": MAX_CHARACTERS,
        "greets": greets,
        "empty": await from_store(lambda: desk.shopdesk.empty),
    }
    policy = {"Content-Security-Policy": frame_policy(site, images), "Cache-Control": "no-cache"}
    return HTMLResponse(frame_page(told), headers=policy)


@frames.get("/chat/{key}", include_in_schema=False)
async def chat_page(key: SiteKey, desk: AtDesk) -> HTMLResponse:
    """The chat on a whole page, which a site's pages may also put into an iframe of their own."""
    site = await site_of(desk, key)
    page = CHAT_PAGE.format(title=escape(site.name), style=CHAT_STYLE, key=site.key)
    return HTMLResponse(page, headers={"Content-Security-Policy": f"{CHAT_POLICY}; {ancestors(site)}"})


async def site_of(desk: Desk, key: str) -> Site:
    """The site of that key.

    Raises:
        Problem: 404 when there is none.
    """
    site = await from_store(desk.shopdesk.sites.find, key)
    if site is None:
        raise Problem(404, "There is no site of this key: 'shopdesk site list' shows the keys.")
    return site


def frame_policy(site: Site, image_hosts: tuple[str, ...]) -> str:
    """The frame's Content-Security-Policy: nothing inline, nothing from elsewhere, framed by the site's origins alone."""
    images = " ".join(("'self'", "data:", *image_hosts))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; font-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types dompurify; "
        f"{ancestors(site)}"
    )


def ancestors(site: Site) -> str:
    """The directive that lets this server's pages and those of the site's origins embed a page, and no others."""
    return " ".join(("frame-ancestors 'self'", *site.origins))
