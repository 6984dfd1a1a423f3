"""From ``module:name`` to the function or class it names, with sentences where it does not lead anywhere."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable

PATH = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")

Target = Callable[..., object]  # a function, or a class, whose call makes an instance


class NotFound(ValueError):
    """What stands in the document names no function. The text is a sentence for the researcher."""


def find(path: str) -> Target:
    """The function or class at ``module:name``; the name may be dotted (``module:Class.method``).

    NotFound says which half is wrong. What the module itself raises while it is imported is told with its type.
    """
    if not PATH.fullmatch(path):
        raise NotFound(f"“{path}” is no path to a function: write it as package.module:function.")
    module_name, _, name = path.partition(":")
    target = _member(_module(module_name), name, path)
    if not callable(target):
        raise NotFound(f"{path} is {_article(type(target).__name__)}, not a function or class.")
    if inspect.iscoroutinefunction(target):
        raise NotFound(f"{path} is asynchronous. Write a plain function that calls asyncio.run().")
    return target


def path_of(target: Target) -> str:
    """``module:name`` of a function or class that workers can import. NotFound for lambdas and nested functions."""
    name: str = getattr(target, "__qualname__", "")
    module: str = getattr(target, "__module__", "")
    if not name or "<" in name or module == "__main__":
        raise NotFound(
            f"{name or target!r} cannot be imported by a worker: define it at the top of a module that has a name."
        )
    return f"{module}:{name}"


def _module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise NotFound(f"There is no module {name} here. Is its folder on the path of Python?") from error
        raise NotFound(f"The module {name} imports {error.name}, which is not installed here.") from error
    except (ImportError, SyntaxError, AttributeError, NameError, TypeError, ValueError, OSError) as error:
        raise NotFound(f"The module {name} breaks while it is imported: {type(error).__name__}: {error}") from error


def _member(module: object, name: str, path: str) -> object:
    found = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            known = sorted(each for each in vars(module) if not each.startswith("_") and callable(vars(module)[each]))
            raise NotFound(f"{path}: no such name. The module has {', '.join(known[:10]) or 'no functions'}.") from None
    return found


def _article(word: str) -> str:
    return f"an {word}" if word[0].lower() in "aeiou" else f"a {word}"
