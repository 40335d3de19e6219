"""Marketing texts: written in variants, checked, kept, approved."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Engine, Row, insert, select, update

import prompts
from bot.errors import InputError
from bot.generation.fact_gate.gate import FactGate
from bot.marketing.copy.request import CopyRequest
from bot.marketing.copy.words import Finding, cleaned
from bot.marketing.copy.writing import patterns, tenths
from bot.settings.profile import ShopProfile
from bot.shop.catalogue import Catalogue, product_evidence
from bot.store.copy_texts import copy_texts
from bot.store.database import aware
from bot.types import Evidence, LanguageCode, Product

Model = tuple[str, Callable[[str], str]]
"""A language model's name, and what it says to a prompt ("" when it fails)."""
State = Literal["draft", "approved", "rejected"]
_UNPROVED = {"en": "the catalogue does not say so", "zh": "商品资料里没有这一内容"}
_TONES = {"zh": {"friendly": "亲切", "formal": "正式"}}


@dataclass(frozen=True, slots=True)
class CopyText:
    """One text. ``written`` is what the writer gave, ``text`` what may be published, ``findings`` what was changed and why."""

    id: int
    kind: str
    sku: str
    language: LanguageCode
    written: str
    text: str
    findings: tuple[Finding, ...]
    writer: str
    state: State
    approved_by: str | None
    created_at: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, with the difference between ``written`` and ``text`` as pairs of kind and words."""
        return {**asdict(self), "diff": [list(pair) for pair in difference(self.written, self.text)]}


class CopyDesk:
    """Writes with the model where there is one, else from templates; every sentence passes the fact gate or goes."""

    def __init__(
        self,
        engine: Engine,
        catalogue: Catalogue,
        shop: ShopProfile,
        own_words: tuple[str, ...] = (),
        model: Model | None = None,
    ) -> None:
        self._engine, self._catalogue, self._shop = engine, catalogue, shop
        self._own, self._model, self._gate = own_words, model, FactGate()

    def write(self, request: CopyRequest) -> list[CopyText]:
        """Up to ``request.variants`` texts, different ones, kept as drafts: of our own patterns first those that fit whole.

        Raises:
            InputError: the SKU is unknown, or too little is known of the product for this kind of text.
        """
        product = self._catalogue.get(request.sku, request.language)
        if product is None:
            raise InputError(
                f"There is no product {request.sku[:60]!r}: check the SKU.",
                zh=f"没有货号为 {request.sku[:60]!r} 的商品：请核对货号。",
            )
        written = [(*one, *self.checked(one[0], product, request)) for one in self._written(request, product)]
        whole_first = sorted(written, key=lambda one: one[1] == "builtin" and one[3] != one[0])
        kept: dict[str, CopyText] = {}
        for given, writer, stamp, text, findings in whole_first:
            if text and text not in kept and len(kept) < request.variants:
                kept[text] = self._keep(request, given, text, findings, writer, stamp)
        if not kept:
            raise InputError(
                f"Too little is known of {product.sku!r} for this text: give it a description, price or attributes.",
                zh=f"商品 {product.sku!r} 的资料太少，写不出这种文案：请补上描述、价格或属性。",
            )
        return list(kept.values())

    def checked(self, written: str, product: Product, request: CopyRequest) -> tuple[str, tuple[Finding, ...]]:
        """The text without what the catalogue and the offer do not say and without forbidden words, and what was changed."""
        evidence = [product_evidence(product, request.language), *_offer_evidence(request)]
        text, found = _supported(written, evidence, self._gate, request.language)
        text, forbidden = cleaned(text, request.language, self._own, (product.title, product.brand))
        return _shortened(text, request.longest), (*found, *forbidden)

    def decide(self, text: int, state: Literal["approved", "rejected"], by: str) -> CopyText:
        """Approves or rejects a draft.

        Raises:
            InputError: it is unknown, or was decided on before.
        """
        mine = (copy_texts.c.id == text) & (copy_texts.c.state == "draft")
        with self._engine.begin() as connection:
            now = datetime.now(UTC)
            done = connection.execute(update(copy_texts).where(mine).values(state=state, approved_by=by, decided_at=now))
        found = self.find(text)
        if not done.rowcount:
            raise _decided(found)
        return found

    def edit(self, text: int, written: str, by: str) -> CopyText:
        """A draft with what a person wrote in its place, checked as what the writer gives is.

        Raises:
            InputError: it is unknown or was decided on, its product is gone, or nothing of what was written may stay.
        """
        mine = (copy_texts.c.id == text) & (copy_texts.c.state == "draft")
        with self._engine.connect() as connection:
            row = connection.execute(select(copy_texts.c.parameters).where(copy_texts.c.id == text)).one_or_none()
        request = CopyRequest.model_validate(row.parameters) if row else None
        product = self._catalogue.get(request.sku, request.language) if request else None
        if request is None or product is None:
            raise InputError(
                f"The text {text} or its product is gone: write a new one.",
                zh=f"文案 {text} 或它的商品已不存在：请重新写一篇。",
            )
        checked, findings = self.checked(written.strip(), product, request)
        if not checked:
            raise InputError(
                "Nothing of this may stay: write what the catalogue says of the product.",
                zh="这段话里没有可以保留的内容：请按目录里对商品的说明来写。",
            )
        values = {"written": written.strip(), "text": checked, "findings": [asdict(one) for one in findings], "writer": by}
        with self._engine.begin() as connection:
            changed = connection.execute(update(copy_texts).where(mine).values(**values))
        found = self.find(text)
        if not changed.rowcount:
            raise _decided(found)
        return found

    def find(self, text: int) -> CopyText:
        """One text.

        Raises:
            InputError: there is none of that number.
        """
        with self._engine.connect() as connection:
            row = connection.execute(select(copy_texts).where(copy_texts.c.id == text)).one_or_none()
        if row is None:
            raise InputError(
                f"There is no text {text}: 'shopdesk copy list' shows them.", zh=f"没有编号为 {text} 的文案：请从列表里选择。"
            )
        return _text(row)

    def all(self, state: State | None = None, limit: int = 200) -> list[CopyText]:
        """The texts, newest first."""
        query = select(copy_texts).order_by(copy_texts.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(query if state is None else query.where(copy_texts.c.state == state)).all()
        return [_text(row) for row in rows]

    def _written(self, request: CopyRequest, product: Product) -> Iterator[tuple[str, str, str | None]]:
        if self._model is not None:
            name, say = self._model
            if said := say(copy_prompt(request, product)).strip():
                yield said, name, prompts.load("copy", request.language).hash
        shop = self._shop.named(request.language)
        yield from ((text, "builtin", None) for text in patterns(request, product, shop))

    def _keep(
        self, request: CopyRequest, written: str, text: str, findings: tuple[Finding, ...], writer: str, stamp: str | None
    ) -> CopyText:
        row = {
            "kind": request.kind, "sku": request.sku, "language": request.language, "written": written, "text": text,
            "parameters": request.model_dump(), "findings": [asdict(one) for one in findings], "writer": writer,
            "prompt_hash": stamp, "state": "draft", "created_at": datetime.now(UTC),
        }  # fmt: skip
        with self._engine.begin() as connection:
            key = connection.execute(insert(copy_texts).values(**row)).inserted_primary_key
        return self.find(int(key[0]) if key else 0)


def copy_prompt(request: CopyRequest, product: Product) -> str:
    """What a language model is told to write."""
    evidence = product_evidence(product, request.language).text.replace("<", "‹").replace(">", "›")
    return prompts.load("copy", request.language).fill(
        {
            "kind": request.kind,
            "audience": request.audience or "-",
            "tone": _TONES.get(request.language, {}).get(request.tone, request.tone),
            "length": str(request.longest),
            "offer": "\n".join(item.text for item in _offer_evidence(request)) or "-",
            "evidence": evidence,
        }
    )


def difference(before: str, after: str) -> Iterator[tuple[str, str]]:
    """The words of both texts in order, each as ``same``, ``removed`` or ``added``."""
    old, new = (re.findall(r"[A-Za-z0-9']+|\s+|.", text) for text in (before, after))
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "removed", "".join(old[a:b])
        if d > c:
            yield "added", "".join(new[c:d])


def _offer_evidence(request: CopyRequest) -> list[Evidence]:
    """The owner's own offer, which a text may state."""
    if request.discount is None:
        return []
    zh = request.language == "zh"
    said = f"立减 {request.discount}%，即 {tenths(request.discount)} 折" if zh else f"{request.discount}% off"
    if request.until:
        said += f"，截至 {request.until}" if zh else f" until {request.until}"
    return [Evidence("offer", "shop", "offer", "优惠" if zh else "Offer", said, request.language)]


def _supported(
    written: str, evidence: list[Evidence], gate: FactGate, language: LanguageCode
) -> tuple[str, tuple[Finding, ...]]:
    """The lines and sentences that the evidence supports; the others are findings."""
    kept, found = [], []
    for line in written.splitlines():
        sentences = re.split(r"(?<=[。！？])|(?<=[.!?])(?=\s)", line)
        good = []
        for sentence in sentences:
            verdict = gate.check(sentence.strip(), evidence, customer_text="")
            if verdict.supported:
                good.append(sentence)
            else:
                reason = f"{_UNPROVED[language]}: {verdict.problems[0].text}"
                found.append(Finding(sentence.strip(), reason, ""))
        kept.append("".join(good).strip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(), tuple(found)


def _shortened(text: str, longest: int) -> str:
    """Whole sentences or lines from the beginning, as many as fit; never a part of one."""
    if len(text) <= longest:
        return text
    ends = [place.end() for place in re.finditer(r"[。！？\n]|[.!?](?=\s)", text) if place.end() <= longest]
    return text[: ends[-1]].strip() if ends else ""


def _decided(text: CopyText) -> InputError:
    return InputError(
        f"The text {text.id} is {text.state} already: write a new one.",
        zh=f"文案 {text.id} 已经{'通过' if text.state == 'approved' else '退回'}：请重新写一篇。",
    )


def _text(row: Row[Any]) -> CopyText:
    findings = tuple(Finding(**one) for one in row.findings)
    at = aware(row.created_at).isoformat()
    names = ("id", "kind", "sku", "language", "written", "text")
    kept = {name: getattr(row, name) for name in names}
    return CopyText(**kept, findings=findings, writer=row.writer, state=row.state, approved_by=row.approved_by, created_at=at)
