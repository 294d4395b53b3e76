"""Publish shapes as JSON Schema, so that editors complete and check while an analyst types."""

from __future__ import annotations

from typing import Any

from ceasefire.case.shape import Shape

_LOOSE: dict[str, Any] = {"text": ["string", "number"], "truth": "boolean", "condition": ["string", "boolean"]}


def describe(shape: Shape, title: str) -> dict[str, Any]:
    """Describe a shape as a whole JSON Schema (draft 2020-12).

    Examples
    --------
    >>> describe(Shape("record", fields={"name": Shape("text", "its name", required=True)}), "thing")["required"]
    ['name']
    """
    named: dict[str, Any] = {}
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **_inside(shape, named)}
    return {**top, "$defs": dict(sorted(named.items()))} if named else top


def _schema(shape: Shape, named: dict[str, Any]) -> dict[str, Any]:
    if shape.name:
        if shape.name not in named:
            named[shape.name] = {}
            named[shape.name] = _inside(shape, named)
        body: dict[str, Any] = {"$ref": f"#/$defs/{shape.name}"}
        return body if shape.required else {"anyOf": [body, {"type": "null"}]}
    return _inside(shape, named) if shape.required else _or_null(_inside(shape, named))


def _inside(shape: Shape, named: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - one line per kind
    doc = {"description": shape.doc} if shape.doc else {}
    match shape.kind:
        case "record":
            needed = [name for name, inner in shape.fields.items() if inner.required]
            inside = {name: _field(inner, named) for name, inner in shape.fields.items()}
            return {"type": "object", **doc, "properties": inside, "additionalProperties": False, "required": needed}
        case "list" if shape.item:
            return {"type": "array", **doc, "items": _schema(shape.item, named)}
        case "map" if shape.item:
            return {"type": "object", **doc, "additionalProperties": _schema(shape.item, named)}
        case "either":
            return {**doc, "anyOf": [_schema(choice, named) for choice in shape.either]}
        case "choice":
            return {"type": "string", **doc, "enum": list(shape.choices)}
        case "free":
            return {"type": "object", **doc}
        case "day":
            return {"type": "string", **doc, "format": "date"}
        case "integer" | "number":
            return {"type": shape.kind, **doc, "minimum": shape.least, "maximum": shape.most}
    pattern = {"pattern": f"^(?:{shape.pattern})$"} if shape.pattern else {}
    return {"type": _LOOSE[shape.kind], **doc, **pattern}


def _field(shape: Shape, named: dict[str, Any]) -> dict[str, Any]:
    inner = _schema(shape, named)
    return {"description": shape.doc, **inner} if shape.doc and "description" not in inner else inner


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    kind = schema["type"]
    loose = {**schema, "type": [*kind, "null"] if isinstance(kind, list) else [kind, "null"]}
    return {**loose, "enum": [*schema["enum"], None]} if "enum" in schema else loose
