"""What the store does with an account when a process reports and asks for a lease. Pure: rows in, rows out.

A lease is what a process may spend without asking. For each account, over all processes:

    used = spent + leased + lost <= allowed + overrun

``spent`` was reported, ``leased`` is granted and not reported, ``lost`` was leased to processes that died without a
journal (nobody can prove that it was not spent, so it counts as if it were), ``allowed`` is the highest ceiling that
the account has had in its period. Only ``grant`` raises ``used``, and never past the ceiling; an overrun raises it by
as much as ``overrun``. Nothing here depends on a clock: a process that was given up and lives on spends what is lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec

from ledger.budget import Account

# Beyond what a call needs at once, a process is given at most this part of what is free: the last of a budget is
# shared out in small steps instead of lying idle with the first that asks.
GREED = 4


class AccountingError(Exception):
    """A report that cannot be: the process and the store no longer agree, so nothing is changed."""


class BackwardsError(AccountingError):
    """A process reports less than it reported before: the store knows more of it than its own book."""


@dataclass(frozen=True)
class AccountRow:
    """An account in the store; ``wanted`` is what processes asked for in vain, ``revision`` the charter's."""

    ceiling: int
    revision: int
    allowed: int
    spent: int = 0
    leased: int = 0
    lost: int = 0
    overrun: int = 0
    wanted: int = 0

    @property
    def free(self) -> int:
        """What may be granted; below zero after an overrun, or where the ceiling was lowered."""
        return self.ceiling - self.spent - self.leased - self.lost


@dataclass(frozen=True)
class LeaseRow:
    """What one process was granted of one account and has reported of it, since it joined."""

    granted: int = 0
    reported: int = 0
    overrun: int = 0
    lost: int = 0

    @property
    def outstanding(self) -> int:
        """Granted, and not reported as spent."""
        return max(self.granted - self.reported, 0)


class Report(msgspec.Struct, frozen=True, gc=False):
    """What a process says of one account: totals since it joined, so that saying it twice changes nothing.

    ``keep`` is what it still claims of its grants, ``need`` what waiting calls lack, ``want`` what it would like on
    top.
    """

    account: Account
    ceiling: int
    revision: int
    spent: int
    overrun: int
    keep: int
    need: int = 0
    want: int = 0


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What the store says back: ``granted`` since the process joined, ``left`` for everybody, ``wanted`` by others."""

    account: Account
    granted: int
    left: int
    wanted: bool


def opened(report: Report) -> AccountRow:
    """A new account."""
    return AccountRow(report.ceiling, report.revision, report.ceiling)


def exchange(account: AccountRow, lease: LeaseRow, report: Report) -> tuple[AccountRow, LeaseRow, Answer]:
    """Book what was spent, take back what is not kept, grant what may be granted."""
    account = _follow(account, report)
    account, lease = _book(account, lease, report.spent, report.overrun)
    kept = replace(lease, granted=min(lease.granted, max(report.keep, report.spent)))
    account, lease = replace(account, leased=account.leased + kept.outstanding - lease.outstanding), kept
    # What an overrun took is spent already: covering it uses nothing of what is free.
    covered = max(lease.reported - lease.granted, 0)
    room = max(account.free, 0) + covered
    needed = min(report.need, room)
    given = needed + min(report.want, max(room - needed, 0) // GREED)
    grown = replace(lease, granted=lease.granted + given)
    account = replace(account, leased=account.leased + grown.outstanding - lease.outstanding)
    wanted = report.need - needed
    if not report.need and account.free < account.wanted:
        wanted = account.wanted  # somebody else still waits for more than is free
    account = replace(account, wanted=wanted)
    return account, grown, Answer(report.account, grown.granted, max(account.free, 0), wanted > 0)


def closed(account: AccountRow, lease: LeaseRow, spent: int, overrun: int) -> tuple[AccountRow, LeaseRow]:
    """End a lease whose process left, or whose journal proves what it spent; the rest goes back, lost or not."""
    account = replace(account, lost=account.lost - lease.lost, leased=account.leased + lease.lost)
    account, lease = _book(account, replace(lease, lost=0), spent, overrun, revived=lease.lost)
    ended = replace(lease, granted=lease.reported)
    return replace(account, leased=account.leased - lease.outstanding), ended


def lost(account: AccountRow, lease: LeaseRow) -> tuple[AccountRow, LeaseRow]:
    """Give up a lease of which nothing can be proven: all that was not reported counts as spent."""
    gone = lease.outstanding
    moved = replace(account, leased=account.leased - gone, lost=account.lost + gone)
    return moved, replace(lease, granted=lease.granted - gone, lost=lease.lost + gone)


def _follow(account: AccountRow, report: Report) -> AccountRow:
    if report.revision < account.revision:
        return account
    if report.revision == account.revision and report.ceiling != account.ceiling:
        raise AccountingError(
            f"{report.account}: two processes of one revision have different limits. Deploy the charter again."
        )
    return replace(
        account, ceiling=report.ceiling, revision=report.revision, allowed=max(account.allowed, report.ceiling)
    )


def _book(
    account: AccountRow, lease: LeaseRow, spent: int, overrun: int, revived: int = 0
) -> tuple[AccountRow, LeaseRow]:
    """Book totals; ``revived`` is what had been given up as lost and counts as leased again."""
    if spent < lease.reported or overrun < lease.overrun:
        raise BackwardsError(f"a process reports {spent} spent after {lease.reported}: its book is not the newest")
    booked = replace(lease, granted=lease.granted + revived, reported=spent, overrun=overrun)
    moved = replace(
        account,
        spent=account.spent + spent - lease.reported,
        leased=account.leased + booked.outstanding - lease.outstanding - revived,
        overrun=account.overrun + overrun - lease.overrun,
    )
    return moved, booked
