"""An extension of griffe: docstrings of the compiled module, types of its stub.

The stub says which types there are, and the compiled module what everything does. mkdocstrings
reads the stub, and this puts the docstrings in.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import griffe

import palabre._palabre as compiled


class RuntimeDocstrings(griffe.Extension):
    """Gives every object of the stub the docstring that it has at run time."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Look an object of the stub up in the compiled module.

        Args:
            obj: An object that griffe has read.
        """
        module, _, path = obj.path.partition("._palabre.")
        if module != "palabre" or not path or obj.docstring is not None:
            return
        found: object = compiled
        for name in path.split("."):
            found = getattr(found, name, None)
        text = inspect.getdoc(found)
        if found is not None and text and obj.name not in ("__init__", "__new__"):
            obj.docstring = griffe.Docstring(text, parent=obj, parser="google")

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Show the arguments of `__new__`, as compiled classes have it, like those of `__init__`.

        Args:
            cls: A class that griffe has read.
        """
        made = made_by(cls)
        if made is not None and "__init__" not in cls.members:
            cls.set_member("__init__", made)

    def on_module(self, *, mod: griffe.Module, **_: Any) -> None:
        """Show what the private names for types stand for.

        Args:
            mod: A module that griffe has read.
        """
        aliases = {
            name: member.value
            for name, member in mod.members.items()
            if name.startswith("_") and isinstance(member, griffe.Attribute)
            if member.annotation is not None and str(member.annotation) == "TypeAlias"
        }
        for kind in (mod, *mod.classes.values()):
            for function in kind.functions.values():
                for parameter in function.parameters:
                    parameter.annotation = expanded(parameter.annotation, aliases)


def made_by(cls: griffe.Class) -> griffe.Function | None:
    """Find what makes an object of a class: of overloads, all the parameters that they have."""
    overloads = cls.overloads.get("__new__", [])
    made = overloads[0] if overloads else cls.members.get("__new__")
    if not isinstance(made, griffe.Function):
        return None
    parameters = {parameter.name: parameter for parameter in made.parameters}
    for overload in overloads:
        parameters |= {p.name: p for p in overload.parameters if p.name not in parameters}
    return griffe.Function(
        "__init__",
        lineno=made.lineno,
        endlineno=made.endlineno,
        parameters=griffe.Parameters(*parameters.values()),
        parent=cls,
    )


def expanded(expression: Any, aliases: dict[str, Any]) -> Any:
    """Replace the names of aliases within a type."""
    if isinstance(expression, griffe.ExprName):
        return aliases.get(expression.name, expression)
    if isinstance(expression, list):
        return [expanded(part, aliases) for part in expression]
    if not isinstance(expression, griffe.Expr):
        return expression
    parts = {
        field.name: expanded(getattr(expression, field.name), aliases)
        for field in dataclasses.fields(expression)
        if field.init
    }
    return type(expression)(**parts)
