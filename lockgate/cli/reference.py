"""The page ``docs/cli.md``: every verb, argument and option, from the command line itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

_HEAD = """\
# Command line

<!-- Generated from lockgate/cli/app.py by 'python -m docs.generate'. Do not edit. -->

Results go to standard output, everything else to standard error. Exit status:

| status | meaning |
|---|---|
| 0 | allowed, or done |
| 1 | denied (`policy test`: a test fails) |
| 2 | the call, the charter, the plan or the program is wrong, or a result could not be written |
| 3 | no decision could be had: Open Policy Agent or a policy; treat it as denied |
| 130 | stopped with Ctrl-C |
"""


def render() -> str:
    """The page as Markdown, the same at every width of the terminal."""
    from lockgate.cli.app import command

    return "\n".join([_HEAD, *_verbs(command(), "lockgate")])


def _verbs(group: Any, name: str) -> Iterator[str]:
    for verb, command in group.commands.items():
        full = f"{name} {verb}"
        if hasattr(command, "commands"):
            yield from _verbs(command, full)
        else:
            yield _verb(command, full)


def _verb(command: Any, name: str) -> str:
    parameters = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    arguments = " ".join(p.metavar or p.name.upper() for p in parameters if p.param_type_name == "argument")
    lines = [f"## {name}", "", inspect.cleandoc(command.help or ""), "", "```"]
    lines += [" ".join(filter(None, [name, arguments, "[OPTIONS]"])), "```", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| `{_written(parameter)}` | {_cell(_meaning(parameter))} |" for parameter in parameters]
    example = (command.epilog or "").replace("\b", "").strip().removeprefix("Example:")
    lines += ["", "```sh", inspect.cleandoc(example), "```", ""]
    return "\n".join(lines)


def _written(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).strip("[]")
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    choices = _choices(parameter)
    metavar = "" if parameter.is_flag else parameter.metavar or "|".join(choices) or "VALUE"
    return f"{names} {metavar}".strip().replace("|", "\\|")


def _meaning(parameter: Any) -> str:
    words = str(parameter.help or "")
    default = parameter.show_default if isinstance(parameter.show_default, str) else parameter.default
    if parameter.param_type_name == "option" and default not in (None, False, []) and not parameter.is_eager:
        words += f" Default: {getattr(default, 'value', default)}."
    return words


def _choices(parameter: Any) -> list[str]:
    from lockgate.cli.formats import Format

    return [form.value for form in Format] if isinstance(parameter.default, Format) else []


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
