"""Customers' profiles: drawn, corrected, deleted, and used only where the customer agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from bot.errors import InputError
from bot.shop.catalogue import Catalogue, in_language
from bot.shop.profile.model import Correction, CustomerProfile, Trait, correction, parted_size
from bot.shop.profile.signs import read_signs
from bot.shop.profile.traits import segment, stage, traits
from bot.store.profile_choices import ProfileChoices, choice_of
from bot.types import LanguageCode

MOST_CORRECTIONS = 50
"""Of one customer."""


class Profiles:
    """Draws profiles from orders, reviews, interactions and conversations; keeps only what customers decided about them."""

    def __init__(self, engine: Engine, catalogue: Catalogue) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._choices = ProfileChoices(engine)

    def of(self, customer: str, now: datetime | None = None) -> CustomerProfile:
        """The customer's profile at ``now`` (default: this moment); an empty one for a stranger."""
        moment = now or datetime.now(UTC)
        with self._engine.connect() as connection:
            choice = choice_of(connection, customer)
            signs = read_signs(connection, self._catalogue, customer, choice.since)
            corrections = self._corrections(connection, customer)
        drawn = traits(signs, corrections, moment)
        denied = tuple((one.name, one.value) for one in corrections if not one.holds)
        return CustomerProfile(customer, choice.consent, stage(signs, moment), segment(signs), drawn, denied)

    def usable(self, customer: str | None) -> CustomerProfile | None:
        """The profile of a customer who is known and agreed to its use; else None, without a look at anything of theirs."""
        if customer is None:
            return None
        with self._engine.connect() as connection:
            agreed = choice_of(connection, customer).consent
        return self.of(customer) if agreed else None

    def consent(self, customer: str, agreed: bool) -> None:
        """Keeps whether the profile may be used from now on."""
        self._choices.consent(customer, agreed)

    def correct(self, customer: str, name: str, value: str, holds: bool = True) -> None:
        """Keeps that ``value`` is true of the customer, or (``holds`` False) that it is not.

        A language, a budget and a size replace what was said of the same before.

        Raises:
            InputError: nothing of that name can be corrected, the value has not its form, or there are too many corrections.
        """
        one = self._in_the_catalogues_words(correction(name, value, holds))
        with self._engine.connect() as connection:
            known = self._corrections(connection, customer)
        replaced = [other.value for other in known if _same_thing(one, other)]
        if len(known) - len(replaced) >= MOST_CORRECTIONS:
            raise InputError(f"There are {MOST_CORRECTIONS} corrections already: delete the profile to begin afresh.")
        self._choices.correct(customer, one.name, one.value, holds, replaced)

    def label(self, trait: Trait, language: LanguageCode) -> str:
        """A trait's value as it is read in ``language``: kinds of goods are called as the catalogue calls them there."""
        if trait.name == "interest":
            return self._kind(trait.value, language)
        kind, size = parted_size(trait.value)
        return f"{self._kind(kind, language)}: {size}" if trait.name == "size" and kind else trait.value

    def _in_the_catalogues_words(self, one: Correction) -> Correction:
        """A correction that names a kind of goods in either language, as profiles are drawn."""
        if one.name == "interest":
            return replace(one, value=self._kind(one.value))
        kind, size = parted_size(one.value)
        return replace(one, value=f"{self._kind(kind)}: {size}") if one.name == "size" and kind else one

    def _kind(self, name: str, language: LanguageCode | None = None) -> str:
        """What a category is called in ``language``, else in the first row of its products; any other name as it is."""
        wanted = name.casefold()
        for family in self._catalogue.families().values():
            if any(row.category.casefold() == wanted for row in family):
                return (in_language(family, language) if language else family[0]).category or name
        return name

    def forget(self, customer: str) -> None:
        """Deletes the profile: its corrections and its consent go, and nothing that happened before counts any more."""
        self._choices.forget(customer)

    def _corrections(self, connection: Connection, customer: str) -> list[Correction]:
        return [Correction(name, value, holds) for name, value, holds in self._choices.corrections(connection, customer)]  # type: ignore[arg-type]


def _same_thing(one: Correction, other: Correction) -> bool:
    if one.name != other.name:
        return False
    if one.name == "size" and one.holds and other.holds:
        return parted_size(one.value)[0] == parted_size(other.value)[0]
    return one.value == other.value or (one.name in ("language", "budget") and one.holds and other.holds)
