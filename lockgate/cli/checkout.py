"""The checkout around the working directory, and the stacks in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lockgate.errors import InputError


@dataclass(frozen=True)
class Checkout:
    """A Pulumi project whose stacks have charters."""

    root: Path
    """The folder of Pulumi.yaml, as messages name it: relative to the working directory where it is below."""

    @property
    def stacks(self) -> Path:
        """The folder of the stacks' folders."""
        return self.root / "stacks"

    @property
    def program(self) -> Path:
        """The folder of the Pulumi program."""
        return self.root / "infra"

    @property
    def policies(self) -> Path | None:
        """The checkout's own policies, by which its stacks are judged; None where those of Lockgate count."""
        from lockgate.policy.policies import of_checkout

        return of_checkout(self.root)


def find(start: Path) -> Checkout | None:
    """The nearest folder from ``start`` upwards with Pulumi.yaml and stacks/, or None."""
    for folder in (start, *start.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "stacks").is_dir():
            return Checkout(folder.relative_to(start) if folder == start else folder)
    return None


def around(start: Path) -> Checkout:
    """The checkout that ``start`` lies in. Raises InputError when it lies in none."""
    found = find(start)
    if found is not None:
        return found
    raise InputError(
        f"{start}: no folder from here upwards has Pulumi.yaml and stacks/. Change to the checkout, or judge a saved "
        "plan (--plan FILE --charter FILE) or any Pulumi program (--program DIR)."
    )


def require_stack(checkout: Checkout, stack: str) -> None:
    """Raise InputError, with the closest name or the option that was meant, when a stack has no charter."""
    plain = "/" not in stack and stack not in {"", ".", ".."}
    if plain and (checkout.stacks / stack / "charter.yaml").is_file():
        return
    if Path(stack).is_file():
        raise InputError(
            f"{stack} is a file, expected the name of a stack. A saved plan is judged with --plan {stack}."
        )
    if Path(stack).is_dir():
        raise InputError(
            f"{stack} is a folder, expected the name of a stack. A program is judged with --program {stack}."
        )
    # Only a call that fails loads the charter's models here: they know the closest name.
    from lockgate.charter.load import load_stack

    load_stack(checkout.stacks, stack)
