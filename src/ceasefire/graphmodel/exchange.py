"""The exchange format (JSON) becomes graph models, and graph models and solutions become JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ceasefire.errors import OutputError
from ceasefire.graphmodel.document import Document, read_object
from ceasefire.graphmodel.model import GraphModel, Option
from ceasefire.graphmodel.orders import PartialOrder
from ceasefire.graphmodel.preference import levels
from ceasefire.graphmodel.reader import Reader
from ceasefire.graphmodel.sensitivity import Source

_TO_DIRECTION = {"up": "N->Y", "down": "Y->N"}


def read_exchange(text: str, file: str = "<text>") -> GraphModel:
    """Read a model in the exchange format of this project.

    Parameters
    ----------
    text : str
        JSON with ``decision_makers``, ``infeasible``, ``state_numbers``, ``irreversible``, ``shared``, ``moves``, ``bans``,
        ``preferences``.
    file : str
        Name used in messages.

    Raises
    ------
    CaseError
        Naming what is wrong and what was expected.
    LimitError
        If the model is too large.
    """
    return model_from(read_object(text, file), Document(file, text))


def model_from(given: dict[str, Any], document: Document) -> GraphModel:
    """Read a model from an object in the exchange format, found in a document; errors as for `read_exchange`."""
    return Reader(given, document).model()


def read_sources(text: str, file: str = "<text>") -> tuple[GraphModel, tuple[Source, ...]]:
    """Read a model together with what its parties' preferences were written as: statements, or rankings.

    Raises
    ------
    CaseError, LimitError
        As `read_exchange`.
    """
    reader = Reader(read_object(text, file), Document(file, text))
    return reader.model(), tuple(reader.sources)


def read_partial(text: str, file: str = "<text>") -> tuple[GraphModel, tuple[PartialOrder, ...]]:
    """Read a model in which some preferences may be ``{"partial": {"better": [[a, b]], "equal": ..., "at_least": ...}}``.

    Returns
    -------
    model : GraphModel
        Its preferences say nothing for parties known in part.
    known : tuple of PartialOrder
        Per party, complete where the file ranks all states.

    Raises
    ------
    CaseError, LimitError
        As `read_exchange`.
    """
    reader = Reader(read_object(text, file), Document(file, text), partial=True)
    return reader.model(), tuple(reader.known)


def read_status_quo(text: str, model: GraphModel, file: str = "<text>") -> int | None:
    """Give the index of the state that a file calls its ``status_quo``; None where it names none, CaseError if unknown."""
    named = read_object(text, file).get("status_quo")
    if named is None:
        return None
    place = model.find(str(named))
    if place is None:
        hint = f"states run from {model.labels[0]} to {model.labels[-1]}, or are vectors such as {model.vector(0)}"
        raise Document(file, text).error("bad-model", f"unknown status quo {named!r}", hint, ("status_quo",))
    return place


def is_partial(given: dict[str, Any]) -> bool:
    """Say whether an object in the exchange format tells some party's preferences only in part."""
    preferences = given.get("preferences")
    return isinstance(preferences, dict) and any(isinstance(p, dict) and "partial" in p for p in preferences.values())


def write_exchange(model: GraphModel, name: str = "") -> str:
    """Write a model in the exchange format; reading it again gives the same states, moves and preferences.

    Options come in the order of their first owners, so that bits may move; states keep their names.

    Raises
    ------
    OutputError
        If an option has no owner or two options of a party have one name.

    Examples
    --------
    >>> model = GraphModel.from_options(["A"], [Option("stop", (0,))], preference=[[0, 1]])
    >>> json.loads(write_exchange(model))["preferences"]
    {'A': {'ranking': [2, 1]}}
    """
    order = by_owner(model)
    keys = {k: f"{model.parties[o.owners[0]]}:{_bare(model, o)}" for k, o in enumerate(model.options)}
    if len(set(keys.values())) < len(keys):
        raise OutputError("two options of one party have the same name\n  hint: give them different names")
    own = {
        party: [_bare(model, model.options[k]) for k in order if model.options[k].owners[0] == n]
        for n, party in enumerate(model.parties)
    }
    names = [model.name(k) for k in range(model.n_states)]
    given: dict[str, Any] = {
        "name": name,
        "decision_makers": [{"name": party, "options": options} for party, options in own.items()],
        "shared": {keys[k]: [model.parties[n] for n in o.owners[1:]] for k, o in enumerate(model.options) if o.owners[1:]},
        "infeasible": None,
        "state_numbers": {label: "".join(map(model.vector(k).__getitem__, order)) for k, label in enumerate(model.labels)},
        "irreversible": {keys[k]: _TO_DIRECTION[o.direction] for k, o in enumerate(model.options) if o.direction != "both"},
        "preferences": {
            party: {"ranking": _groups(row, names)} for party, row in zip(model.parties, model.preference, strict=True)
        },
    }
    if model.arcs is not None:
        given["moves"] = {
            party: {model.labels[s]: [names[t] for t in arcs.of(s)] for s in range(model.n_states) if len(arcs.of(s))}
            for party, arcs in zip(model.parties, model.arcs, strict=True)
        }
    return json.dumps(given, ensure_ascii=False, indent=1) + "\n"


def by_owner(model: GraphModel) -> list[int]:
    """Give the numbers of the options in the order of their first owners; OutputError if one has none."""
    for option in model.options:
        if not option.owners:
            raise OutputError(f"option {option.name!r} belongs to nobody\n  hint: say who can change it, or leave it out")
    return sorted(range(len(model.options)), key=lambda k: (model.options[k].owners[0], k))


def _bare(model: GraphModel, option: Option) -> str:
    return option.name.removeprefix(f"{model.parties[option.owners[0]]}:")


def _groups(row: NDArray[np.int64], names: Sequence[int | str]) -> list[Any]:
    groups = [[names[k] for k in level.tolist()] for level in levels(row)]
    return [group[0] if len(group) == 1 else group for group in groups]
