"""Whether the widget can work on a shop's page, as far as the page's HTML and the server's answers tell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser

from bot.access.origins import allows, normalised
from bot.doctor.content_security import Policy, policies
from bot.doctor.report import Check, failed, ok, warning
from bot.errors import InputError

LARGEST = 5_000_000
SECONDS = 15.0
_AGENT = {"User-Agent": "Mozilla/5.0 (compatible; shopdesk-doctor)", "Accept": "text/html,*/*;q=0.5"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched, after redirects."""

    url: str
    origin: str
    headers: httpx.Headers
    html: LexborHTMLParser


@dataclass(frozen=True, slots=True)
class Snippet:
    """The script tag of the widget: the site's key and the server's origin."""

    key: str
    server: str
    script: str
    nonce: str | None
    blocks: bool


def fetched(url: str, client: httpx.Client) -> Page:
    """The page at ``url``, within 15 seconds and 5 MB.

    Raises:
        InputError: when it cannot be fetched, is too large or slow, or is no page.
    """
    address = url if "://" in url else f"http{'' if _local(f'http://{url}') else 's'}://{url}"
    until, body = time.monotonic() + SECONDS, bytearray()
    try:
        with client.stream("GET", address, headers=_AGENT, follow_redirects=True) as answer:
            if not answer.is_success:
                raise InputError(
                    f"{address} answers with status {answer.status_code}: give the address of a page that is there."
                )
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > LARGEST or time.monotonic() > until:
                    raise InputError(
                        f"{address} is larger than {LARGEST // 1_000_000} MB or takes over {SECONDS:g} s: try another page."
                    )
            origin = normalised(f"{answer.url.scheme}://{answer.url.netloc.decode()}")
            if origin is None or "html" not in answer.headers.get("content-type", "html"):
                raise InputError(f"{address} is no web page: give the address of one that shows the widget.")
            return Page(str(answer.url), origin, answer.headers, LexborHTMLParser(bytes(body)))
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        raise InputError(f"{address} cannot be fetched ({_reason(error)}): check the address and the server.") from error


def page_checks(page: Page, client: httpx.Client) -> Iterator[Check]:
    """Every check that needs no browser, one after the other."""
    yield ok("page", f"{page.url} was fetched")
    snippet = snippet_of(page)
    if snippet is None:
        remedy = (
            "Put the line that 'shopdesk site snippet KEY' prints before </body>; where a script adds it, look with --browser."
        )
        yield failed("snippet", "the page's HTML has no <script src=…/widget.js data-site=…>", remedy)
    else:
        yield from _snippet(snippet)
        yield from _server(page, snippet, client)
        yield from _policy(page, snippet)
    yield _viewport(page)


def snippet_of(page: Page) -> Snippet | None:
    """The widget's script tag in the page's HTML, where it has one."""
    for script in page.html.css("script[src]"):
        given = script.attributes
        address = urljoin(page.url, (given.get("src") or "").strip())
        server = normalised(f"{urlsplit(address).scheme}://{urlsplit(address).netloc}")
        if server and urlsplit(address).path.endswith("/widget.js") and "data-site" in given:
            chosen = given.get("data-server") and normalised(urljoin(page.url, given["data-server"] or "").rstrip("/"))
            blocks = "async" not in given and "defer" not in given
            return Snippet(given.get("data-site") or "", chosen or server, address, given.get("nonce"), blocks)
    return None


def _snippet(snippet: Snippet) -> Iterator[Check]:
    yield ok("snippet", f"found, for the site {snippet.key!r} of {snippet.server}")
    if snippet.blocks:
        yield warning("snippet", "the page waits for the script", "Add the attribute 'async' to the script tag.")


def _server(page: Page, snippet: Snippet, client: httpx.Client) -> Iterator[Check]:
    yield _transport(page, snippet)
    try:
        health = client.get(f"{snippet.server}/api/v1/health").json()
        script = client.get(snippet.script)
        if dict(health).get("status") != "ok" or "javascript" not in script.headers.get("content-type", ""):
            yield failed("server", f"{snippet.script} is not the widget", "Correct the address in the snippet.")
            return
        if health["empty"]:
            yield warning("server", f"{snippet.server} has nothing loaded", "Load the shop's files: shopdesk load PATH")
        else:
            yield ok("server", f"{snippet.server} answers")
        yield from _site(page, snippet, client)
    except (httpx.HTTPError, ValueError, TypeError) as error:
        remedy = "Start 'shopdesk serve' there, and let its proxy pass everything on; or correct the address in the snippet."
        yield failed("server", f"{snippet.server} does not answer ({_reason(error)})", remedy)


def _site(page: Page, snippet: Snippet, client: httpx.Client) -> Iterator[Check]:
    frame = client.get(f"{snippet.server}/widget/{snippet.key}")
    if not frame.is_success:
        remedy = "Take the key from 'shopdesk site list', or make one with 'shopdesk site add ORIGIN'."
        yield failed("key", f"the server does not know the site {snippet.key!r}", remedy)
        return
    yield ok("key", f"the server knows the site {snippet.key!r}")
    asked = {"Origin": page.origin, "Access-Control-Request-Method": "POST"}
    answer = client.options(f"{snippet.server}/api/v1/conversations", headers=asked)
    framing = policies([frame.headers.get("content-security-policy", "")])
    ancestors = [source for policy in framing for source in policy.directives.get("frame-ancestors", ())]
    framed = any(allows(source, page.origin) for source in ancestors if source != "'self'")
    if page.origin == snippet.server or (framed and answer.headers.get("access-control-allow-origin") == page.origin):
        yield ok("origin", f"{page.origin} may embed it")
    else:
        remedy = f"Allow it: shopdesk site set {snippet.key} --add-origin {page.origin}"
        yield failed("origin", f"the server refuses pages of {page.origin}", remedy)


def _transport(page: Page, snippet: Snippet) -> Check:
    page_safe, server_safe = (address.startswith("https://") for address in (page.origin, snippet.server))
    if page_safe and not server_safe and not _local(snippet.server):
        remedy = "Serve Shopdesk over HTTPS, by a proxy such as Caddy or nginx, and name that address in the snippet."
        return failed("https", f"browsers refuse {snippet.server} on a page over HTTPS (mixed content)", remedy)
    if not page_safe and not _local(page.origin):
        return warning("https", f"{page.origin} is not encrypted", "Serve the shop over HTTPS.")
    return ok("https", "nothing is refused as mixed content")


def _policy(page: Page, snippet: Snippet) -> Iterator[Check]:
    metas = page.html.css('meta[http-equiv="content-security-policy" i]')
    written = [*page.headers.get_list("content-security-policy"), *(meta.attributes.get("content") or "" for meta in metas)]
    found = policies(written)
    frame = f"{snippet.server}/widget/{snippet.key}"
    wanted = (
        ("script-src-elem", snippet.script, "script", snippet.nonce),
        ("frame-src", frame, "frame", None),
        ("connect-src", f"{snippet.server}/api/v1/sites/{snippet.key}", "settings", None),
    )
    refused = [
        _refused(kind, what, directive, snippet.server)
        for kind, url, what, nonce in wanted
        for directive in _refusals(found, kind, url, page, nonce)
    ]
    yield from refused
    if page.headers.get("cross-origin-embedder-policy", "").startswith("require-corp"):
        yield failed(
            "page's policy", "Cross-Origin-Embedder-Policy: require-corp keeps the widget's frame out",
            "Serve the page with 'credentialless' instead, or without this header.",
        )  # fmt: skip
    elif not refused:
        yield ok("page's policy", "lets the widget's script and frame load" if found else "the page has none")


def _refused(kind: str, what: str, directive: str, server: str) -> Check:
    found = f"the page's Content-Security-Policy refuses the widget's {what} ({directive})"
    named = kind.removesuffix("-elem") if directive == "default-src" else directive
    return failed("page's policy", found, f"Add {server} to {named} of the page's policy.")


def _refusals(found: tuple[Policy, ...], kind: str, url: str, page: Page, nonce: str | None) -> list[str]:
    named = (policy.refusal(kind, url, page.url, nonce) for policy in found)
    return list(dict.fromkeys(directive for directive in named if directive))


def _viewport(page: Page) -> Check:
    if page.html.css_first('meta[name="viewport" i][content*="width"]'):
        return ok("viewport", "the page fits itself to phones")
    remedy = 'Add <meta name="viewport" content="width=device-width, initial-scale=1"> to the page\'s head.'
    return warning("viewport", "phones show the page, and the widget, tiny", remedy)


def _local(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
