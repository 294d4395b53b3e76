"""Draw a specification as SVG that can stand inside a page or alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor, Future
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree as ET

from ceasefire.figures.style import VEGA_LITE

_SVG = "http://www.w3.org/2000/svg"
_UNPRINTABLE = re.compile("[^\t\n\r -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DROPPED = {"script", "foreignObject", "image", "a"}


def render_svg(spec: Mapping[str, Any], *, name: str = "figure", title: str = "", alt: str = "") -> str:
    """Draw a Vega-Lite specification.

    Parameters
    ----------
    spec : Mapping
        From a function of this room; data must be inline, nothing is loaded.
    name : str
        Prefix of every id, so that several drawings can stand on one page.
    title, alt : str
        What a screen reader says; without a title the drawing is not named.

    Returns
    -------
    str
        One ``svg`` element without XML declaration, without links, scripts and pictures; the same input gives the same text.

    Raises
    ------
    ValueError
        If Vega-Lite refuses the specification.

    Examples
    --------
    >>> from ceasefire.figures import MarginRow, margins
    >>> render_svg(margins([MarginRow("Red", 2.0)]), title="Red stays").startswith("<svg")
    True
    """
    return _finished(_written(spec), name, title, alt)


@lru_cache(maxsize=64)
def _finished(spec: str, name: str, title: str, alt: str) -> str:
    """Finish once what stands in several files of a brief."""
    begun = _begun.pop(spec, None)
    drawn = _drawn(spec) if begun is None else begun.result()
    root = ET.fromstring(drawn)  # noqa: S314 - written by the line above, without entities
    _prune(root)
    _rename(root, name)
    if title:
        _describe(root, name, title, alt)
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def draw_ahead(specs: Iterable[Mapping[str, Any]], drawers: Executor) -> None:
    """Begin to draw specifications on an executor, such as a pool of processes; `render_svg` takes over what is drawn there.

    Parameters
    ----------
    specs : iterable of Mapping
        Those that were begun before are left out.
    drawers : Executor
        Has to live until the drawings are taken.
    """
    for spec in specs:
        text = _written(spec)
        if text not in _begun:
            _begun[text] = drawers.submit(_drawn, text)


_begun: dict[str, Future[str]] = {}


def _drawn(spec: str) -> str:
    import vl_convert  # noqa: PLC0415 - starts a JavaScript engine

    return str(vl_convert.vegalite_to_svg(json.loads(spec), vl_version=VEGA_LITE, allowed_base_urls=[]))


def _written(spec: Mapping[str, Any]) -> str:
    return json.dumps(_printable(spec))


def _prune(element: ET.Element) -> None:
    """Remove what could load or run something, and the chart's inner names, which `title` and `desc` replace."""
    for child in list(element):
        if child.tag.rpartition("}")[2] in _DROPPED:
            element.remove(child)
        else:
            _prune(child)
    for key in list(element.attrib):
        short = key.rpartition("}")[2]
        if short in {"href", "role", "class"} or short.startswith(("aria-", "on")):
            del element.attrib[key]


def _rename(root: ET.Element, name: str) -> None:
    """Put `name` before every id and in every reference to one."""
    ids = {element.attrib["id"]: f"{name}-{k}" for k, element in enumerate(root.iter()) if "id" in element.attrib}
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == "id":
                element.attrib[key] = ids[value]
            elif value.startswith("url(#") and value.endswith(")"):
                element.attrib[key] = f"url(#{ids[value[5:-1]]})"


def _describe(root: ET.Element, name: str, title: str, alt: str) -> None:
    root.attrib["role"] = "img"
    root.attrib["aria-labelledby"] = f"{name}-title"
    named = ET.Element(f"{{{_SVG}}}title", {"id": f"{name}-title"})
    named.text = _printable(title)
    root.insert(0, named)
    if alt:
        root.attrib["aria-describedby"] = f"{name}-desc"
        described = ET.Element(f"{{{_SVG}}}desc", {"id": f"{name}-desc"})
        described.text = _printable(alt)
        root.insert(1, described)


def _printable(value: Any) -> Any:
    """Replace what XML cannot carry in every text of a specification."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {_printable(key): _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value
