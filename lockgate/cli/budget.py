"""What is left of the budgets of a ledger: the store is read here, and nothing is changed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from lockgate import budget
from lockgate.cli import clock, formats, functions, ledgers, output
from lockgate.errors import InputError
from lockgate.report import safe

if TYPE_CHECKING:
    from ledger.bank import AccountRow


def left(store: str, form: str, at: str | None, now: datetime.datetime) -> bool:
    """Write what is left to standard output, as text or JSON; whether there is something left of every budget.

    Raises InputError for a wrong call, and for a store that cannot be read.
    """
    as_text = formats.report_form(form, "what is left is")
    day = clock.moment(at, now).date()
    functions.on_path()
    from ledger import store as stores

    rows = ledgers.asked(store, lambda shared: shared.run(stores.accounts()))
    found = [one for one in (_left(name, row) for name, row in rows.items()) if one.first <= day < one.starts_again]
    output.to_stdout(budget.text(day, found, output.width()) if as_text else budget.as_json(day, found))
    return not budget.spent_up(found)


def _left(name: str, row: AccountRow) -> budget.Left:
    from ledger.budget import named
    from ledger.money import decimal

    try:
        account = named(name)
    except (ValueError, TypeError) as error:
        raise InputError(f"the ledger's store holds the account {safe.line(str(name))}: {error}.") from None
    return budget.Left(
        scope=account.scope,
        name=account.name,
        window=account.window,
        first=datetime.date.fromisoformat(account.start),
        limit=decimal(row.ceiling),
        spent=decimal(row.spent),
        held=decimal(row.leased),
        lost=decimal(row.lost),
        left=decimal(row.free),
        starts_again=account.resets_at().date(),
    )
