"""Postal addresses: kept by field where the shop has them so, else as one line."""

from __future__ import annotations

from collections.abc import Mapping

PARTS = ("address1", "address2", "city", "state", "country", "zip")
"""The fields of an address, in the order in which an operation names them."""
_OTHER_NAMES = {
    "street": "address1", "line1": "address1", "line2": "address2", "province": "state", "postcode": "zip",
    "postal_code": "zip", "zip_code": "zip", "town": "city",
}  # fmt: skip


def parts_of(written: Mapping[str, object]) -> dict[str, str]:
    """The fields of an address object under the names of :data:`PARTS`; unknown ones are left out."""
    named = {_OTHER_NAMES.get(str(name).lower(), str(name).lower()): value for name, value in written.items()}
    return {part: str(named.get(part) or "").strip() for part in PARTS if part in named}


def one_line(parts: Mapping[str, str]) -> str:
    """An address on one line: street, city, state with postcode, country."""
    region = " ".join(filter(None, (parts.get("state", ""), parts.get("zip", ""))))
    named = (parts.get("address1", ""), parts.get("address2", ""), parts.get("city", ""), region, parts.get("country", ""))
    return ", ".join(part for part in named if part)
