"""From the first look to coming back: how many customers reach each step, and where they are lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STEPS = ("attract", "interest", "consideration", "conversion", "retention")
FEW = 30
"""Customers at a step under which its rate says little."""


@dataclass(frozen=True, slots=True)
class Funnel:
    """Customers who came at least as far as each of ``STEPS``, and the largest loss, where enough customers tell."""

    reached: tuple[int, ...]

    @classmethod
    def of(cls, interactions: Iterable[tuple[str, str, str]], orders: Iterable[str]) -> Funnel:
        """Of ``(customer, sku, event)`` and the customer of each order.

        Attract: seen at all. Interest: looked at a second time or product. Consideration: put into the cart.
        Conversion: bought. Retention: bought twice. Whoever came further counts at every step before.
        """
        seen: dict[str, int] = {}
        far: dict[str, int] = {}
        bought: dict[str, int] = {}
        for customer, _, event in interactions:
            seen[customer] = seen.get(customer, 0) + 1
            if event == "cart":
                far[customer] = max(far.get(customer, 0), 2)
            elif event == "purchase":
                far[customer] = max(far.get(customer, 0), 3)
        for customer in orders:
            bought[customer] = bought.get(customer, 0) + 1
        level = {
            one: 4 if bought.get(one, 0) > 1 else 3 if one in bought else max(far.get(one, 0), int(seen.get(one, 0) > 1))
            for one in {*seen, *bought}
        }
        return cls(tuple(sum(own >= step for own in level.values()) for step in range(len(STEPS))))

    @property
    def rates(self) -> tuple[float | None, ...]:
        """The share that goes on to each step from the one before; None for the first, and where nobody came so far."""
        pairs = zip(self.reached, self.reached[1:], strict=False)
        return (None, *(later / earlier if earlier else None for earlier, later in pairs))

    @property
    def lost_at(self) -> str | None:
        """The step that the smallest share reaches, of those that enough customers could have reached."""
        known = [
            (rate, step)
            for before, rate, step in zip(self.reached, self.rates[1:], STEPS[1:], strict=False)
            if rate is not None and before >= FEW
        ]
        return min(known)[1] if known else None
