"""What codes mean: countries, organisations, and the event codes of CAMEO and PLOVER, as dated tables of our own.

A code or a name, and a day where it matters, comes in; a frozen row or None goes out. Refuses codes that could belong to
several systems unless told which. The tables are read at the first look-up.
"""

from ceasefire.reference.countries import SYSTEMS, Country, countries, country
from ceasefire.reference.event_codes import (
    Act,
    CameoCode,
    PloverType,
    cameo,
    cameo_codes,
    plover,
    plover_types,
    word_or_deed,
)
from ceasefire.reference.organisations import Organisation, organisation, organisations

__all__ = [
    "SYSTEMS",
    "Act",
    "CameoCode",
    "Country",
    "Organisation",
    "PloverType",
    "cameo",
    "cameo_codes",
    "countries",
    "country",
    "organisation",
    "organisations",
    "plover",
    "plover_types",
    "word_or_deed",
]
