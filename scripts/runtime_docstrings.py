"""An extension of griffe: docstrings of the compiled module, types of its stub.

The stub says which types there are, and the compiled module what everything does. mkdocstrings
reads the stub, and this puts the docstrings in.
"""

from __future__ import annotations

import copy
import dataclasses
import inspect
import re
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
            text += returned(obj) if "Returns:" not in text else ""
            obj.docstring = griffe.Docstring(text, parent=obj, parser="google")

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Show the arguments of `__new__`, as compiled classes have it, like those of `__init__`.

        A method that only has overloads is shown as one method.

        Args:
            cls: A class that griffe has read.
        """
        made = made_by(cls)
        if made is not None and "__init__" not in cls.members:
            cls.set_member("__init__", made)
        for name, overloads in cls.overloads.items():
            if not name.startswith("_") and name not in cls.members:
                cls.set_member(name, joined(cls, name, overloads))
                self.on_object(obj=cls.members[name])

    def on_module(self, *, mod: griffe.Module, **_: Any) -> None:
        """Show what the private names for types stand for, and operations before their types.

        Args:
            mod: A module that griffe has read.
        """
        operations = mod.members.get("Operations")
        if operations is not None:
            # Members are shown in the order of their lines.
            operations.lineno = 1
        aliases = {
            name: member.value
            for name, member in mod.members.items()
            if name.startswith("_") and isinstance(member, griffe.Attribute)
            if member.annotation is not None and str(member.annotation) == "TypeAlias"
        }
        if "_Verb" in aliases:
            # A table of the guide has them.
            aliases["_Verb"] = griffe.ExprName("str")
        for kind in (mod, *mod.classes.values()):
            for function in kind.functions.values():
                for parameter in function.parameters:
                    parameter.annotation = expanded(parameter.annotation, aliases)


def returned(obj: griffe.Object) -> str:
    """Say what a function returns in the first line of the class, where its docstring does not."""
    if not isinstance(obj, griffe.Function) or obj.returns is None:
        return ""
    # The last is what a coroutine gives; the first is the whole of what is not one.
    names = re.findall(r"\w+", str(obj.returns))
    name = names[-1] if names[:1] == ["Coroutine"] else next(iter(names), "")
    text = inspect.getdoc(getattr(compiled, name, None)) if hasattr(compiled, name) else None
    return f"\n\nReturns:\n    {text.splitlines()[0]}" if text else ""


def made_by(cls: griffe.Class) -> griffe.Function | None:
    """Find what makes an object of a class."""
    overloads = cls.overloads.get("__new__", [])
    made = overloads[0] if overloads else cls.members.get("__new__")
    if not isinstance(made, griffe.Function):
        return None
    return joined(cls, "__init__", overloads or [made])


def joined(cls: griffe.Class, name: str, overloads: list[griffe.Function]) -> griffe.Function:
    """Make one function of overloads, with all the parameters that they have."""
    first = overloads[0]
    parameters: dict[str, griffe.Parameter] = {}
    for parameter in (parameter for overload in overloads for parameter in overload.parameters):
        known = parameters.setdefault(parameter.name, copy.copy(parameter))
        types = [str(known.annotation), str(parameter.annotation)]
        if parameter.annotation is not None and types[1] not in types[0]:
            known.annotation = " | ".join(types)
    # What the overloads differ in is in the types of the package; here it would be of the first.
    returns = first.returns.canonical_name if isinstance(first.returns, griffe.Expr) else None
    return griffe.Function(
        name,
        lineno=first.lineno,
        endlineno=first.endlineno,
        parameters=griffe.Parameters(*parameters.values()),
        returns=None if name == "__init__" else returns,
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
