"""The specs as a referee: what the sandbox answers has to be what a vendor's spec says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource

SPECS = Path(__file__).parents[2] / "specs"
FILES = {
    "reachflow": "reachflow.yaml",
    "msgflash": "msgflash.yaml",
    "99digital": "ninetynine_digital.yaml",
    "wapiflow": "wapiflow.yaml",
}
METHODS = ("get", "put", "post", "delete", "patch")
# What a fault answers is not the vendor's word; a delayed answer is.
VENDORS_OWN = (None, "delay")


class Spec:
    """A vendor's spec, read without any code of palabre."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        text = (SPECS / FILES[vendor]).read_text(encoding="utf-8")
        self.document: dict[str, Any] = yaml.safe_load(text)
        absolute = _absolute(self.document, f"urn:{vendor}")
        self._registry = Registry().with_resource(f"urn:{vendor}", Resource.opaque(absolute))
        self.operations: dict[str, dict[str, Any]] = {}
        self.places: dict[str, tuple[str, str]] = {}
        for path, item in absolute["paths"].items():
            for method in METHODS:
                if method in item:
                    name = item[method]["operationId"]
                    self.operations[name] = item[method]
                    self.places[name] = (method.upper(), path)

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow a reference, if it is one."""
        while "$ref" in node:
            node = self._registry.resolver().lookup(node["$ref"]).contents
        return node

    def responses(self, operation: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the documented statuses of an operation and their responses."""
        for status, response in self.operations[operation]["responses"].items():
            yield status, self.resolve(response)

    def errors(self, schema: dict[str, Any], value: object) -> list[str]:
        """Say where a value breaks a schema."""
        validator = OAS30Validator(
            schema, registry=self._registry, format_checker=oas30_format_checker
        )
        found = validator.iter_errors(value)
        return [f"/{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]

    def answer_problems(
        self, operation: str, status: int, media: str | None, body: str
    ) -> list[str]:
        """Say what is wrong with an answer of the vendor."""
        documented = dict(self.responses(operation))
        response = documented.get(str(status)) or documented.get(f"{status // 100}XX")
        if response is None:
            return [f"the status {status} is not documented"]
        content = response.get("content")
        if content is None:
            return [f"a body where none is documented: {body}"] if body else []
        if media not in content:
            return [f"the content type {media} is not documented"]
        value = json.loads(body)
        problems = self.errors(content[media]["schema"], value)
        failure = self.operations[operation].get("x-failure-schema")
        if problems and failure and status == 200:
            reference = {"$ref": f"urn:{self.vendor}#/components/schemas/{failure}"}
            if not self.errors(reference, value):
                return []
        return problems


@cache
def spec(vendor: str) -> Spec:
    """Give the spec of a vendor."""
    return Spec(vendor)


def problems(journal: list[dict[str, Any]]) -> list[str]:
    """Say what is wrong with the answers in a journal."""
    names = ("vendor", "operation", "status", "response_content_type", "response_body")
    # The same answer is looked at once.
    answers = {
        tuple(entry[name] for name in names): None
        for entry in journal
        if entry["operation"] is not None and entry["fault"] in VENDORS_OWN
    }
    return [
        f"{vendor} {operation} {status}: {problem}"
        for vendor, operation, status, media, body in answers
        for problem in spec(vendor).answer_problems(operation, status, media, body)
    ]


def _absolute(node: Any, base: str) -> Any:
    """Make references independent of the place where they stand."""
    if isinstance(node, list):
        return [_absolute(item, base) for item in node]
    if isinstance(node, dict):
        return {
            name: base + value if name == "$ref" else _absolute(value, base)
            for name, value in node.items()
        }
    return node
