"""Acting as a service account: a service that is to run as one refuses an account that does not exist, in the words
of a missing grant.

https://cloud.google.com/iam/docs/service-accounts-actas. The caller's own rights are not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.wire.errors import permission_denied

if TYPE_CHECKING:
    from emulator.context import Context

_OWN = re.compile(r"[^@/]+@([a-z][a-z0-9-]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com")


def address(account: str) -> str:
    """The e-mail address in any spelling of an account: `projects/p/serviceAccounts/a@…`, `serviceAccount:a@…`,
    `a@…`."""
    return account.rsplit("/", 1)[-1].removeprefix("serviceAccount:")


def default_account(ctx: Context, project: str) -> str:
    """Compute Engine's default service account: what runs where nobody chose another."""
    return f"{ctx.projects.number_of(project)}-compute@developer.gserviceaccount.com"


def require_account(ctx: Context, account: str) -> None:
    """403 unless the account exists. Accounts of projects that this cloud does not have, and Google's own, are taken
    as they are."""
    email = address(account)
    found = _OWN.fullmatch(email)
    if not found or ctx.projects.find(found[1]) is None:
        return
    if ctx.store.get("iam", f"projects/{ctx.projects.id_of(found[1])}/serviceAccounts/{email}") is None:
        raise permission_denied(
            f"Permission 'iam.serviceaccounts.actAs' denied on service account {email} (or it may not exist)."
        )
