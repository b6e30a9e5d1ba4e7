"""The journeys a new map may begin from, in the order in which they are offered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from strategy.journeys.drafts import Starter
from strategy.journeys.errands import BANK, PUBLIC, SAAS
from strategy.journeys.outings import HOTEL, RESTAURANT, SHOP

STARTERS: Final[Mapping[str, Starter]] = MappingProxyType(
    {
        "shop": SHOP,
        "restaurant": RESTAURANT,
        "software": SAAS,
        "hotel": HOTEL,
        "bank": BANK,
        "public": PUBLIC,
    }
)
