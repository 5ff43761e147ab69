"""One case: the scenario runs with its faults, the system comes to rest, and the invariants are looked at."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from quire.adapters.aws import Aws
from quire.service.credentials import add_tenant
from tests.faults import invariants, states
from tests.faults.account import INDEX_LAG_MS, Account
from tests.faults.client import Client
from tests.faults.dynamo import Write
from tests.faults.harness import handler, in_account
from tests.faults.invariants import Evidence, Outcome
from tests.faults.material import pages_of
from tests.faults.plan import Case, Site
from tests.faults.pump import NoRest
from tests.faults.scenarios import OTHER_CREDITS, SCENARIOS

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
LEAPS_MS = (0, 600_000, 3_600_000, 26 * 3_600_000, 50 * 3_600_000)
"""How far the clock goes on, where nothing is due and the system is not at rest: over each of its windows."""
SWEEPS = 3
MOST_ROUNDS = 60
MOST_VIOLATIONS = 5


@dataclass(frozen=True, slots=True)
class Ran:
    """`trace` are the sites in the order in which they were passed."""

    case: Case
    violations: Sequence[str]
    trace: Sequence[Site] = ()
    outcome: Outcome | None = None


Task = tuple[Case, Outcome | None]
"""A case, and what it has to come to, where that is known."""


def run(case: Case, expected: Outcome | None = None, definition: Mapping[str, Any] | None = None) -> Ran:
    """`expected`: what the scenario comes to without faults, where this case has to come to the same."""
    account = Account(case, handler, pages_of, definition if definition is not None else states.load())
    with in_account(account):
        evidence = _settle_in(account, expected)
        account.watch = lambda writes: _watch(account, evidence, writes)
        _begin(account, evidence)
        try:
            come_to_rest(account, evidence)
        except NoRest as restless:
            account.violations.append(f"rest: {restless}")
        account.watch = None
        if not account.failed:
            _collect(account, invariants.at_rest(evidence))
        return Ran(case, account.violations[:MOST_VIOLATIONS], account.trace, invariants.outcome(evidence))


def _watch(account: Account, evidence: Evidence, writes: Sequence[Write]) -> None:
    """The checks after a write; and clients that follow by cursor ask again when the index has seen it."""
    _collect(account, invariants.after_write(evidence, writes))
    if any(map(invariants.touches, writes)):
        asks = partial(invariants.walk_on, evidence)
        account.pump.later(INDEX_LAG_MS + 1, lambda: _collect(account, asks()), "a walk", lambda: False)


def _settle_in(account: Account, expected: Outcome | None) -> Evidence:
    """The tenants with their keys and credits, before anything goes on."""
    scenario, world = SCENARIOS[account.case.scenario], Aws(account.note)
    client, other = (
        Client(account, world, tenant, add_tenant(world.tenants, tenant, credits, account.now()))
        for tenant, credits in zip(scenario.tenants, (scenario.credits, OTHER_CREDITS), strict=True)
    )
    world.tenants.grant("idle", 10)
    evidence = Evidence(account, world, scenario, client, other, expected)
    evidence.bystander = invariants.rows_of_bystander(account)
    return evidence


def _begin(account: Account, evidence: Evidence) -> None:
    """The script, as an actor of its own."""

    def done(_answer: object, fault: BaseException | None) -> None:
        if fault is not None:
            account.violations.append(f"script: {type(fault).__name__}: {fault}")

    def script() -> None:
        evidence.scenario.script(evidence.client, evidence.other)

    account.pump.later(0, lambda: account.pump.spawn("script", script, done))


def _collect(account: Account, found: invariants.Found) -> None:
    with account.aside():
        for violation in found:
            if len(account.violations) < MOST_VIOLATIONS and violation not in account.violations:
                account.violations.append(violation)


def come_to_rest(account: Account, evidence: Evidence) -> None:
    """Sweep each minute while anything goes on; over idle hours the clock leaps. At rest nothing is due, all is done,
    and another sweep changed nothing."""
    level = rounds = 0
    while level < len(LEAPS_MS):
        before = account.writes
        account.pump.run_until(account.pump.now + LEAPS_MS[level])
        if account.failed or _window(account, evidence):
            return
        level = 1 if level and account.writes > before else level + 1
        rounds += 1
        if rounds > MOST_ROUNDS:
            raise NoRest("there is always something to write")


def _window(account: Account, evidence: Evidence) -> bool:
    """Minutes with their sweeps, until these find nothing to do; answers whether the system is at rest."""
    pump, idle = account.pump, 0
    while idle < SWEEPS and not account.failed:
        before = account.writes
        pump.run_until(pump.now + MINUTE_MS)
        _sweep(account)
        due = pump.next_due()
        idle = 0 if account.writes > before or (due is not None and due <= pump.now + MINUTE_MS) else idle + 1
        if idle and due is None and _at_rest(evidence):
            return True
        if idle == SWEEPS and due is not None:
            pump.run_until(due)
            idle = 0
    return False


def _at_rest(evidence: Evidence) -> bool:
    return not any(invariants.all_ended(evidence)) and not any(invariants.nothing_left(evidence))


def _sweep(account: Account) -> None:
    """As its schedule has it; and each hour, `reconcile`."""
    due = ["sweep"]
    if account.pump.now >= account.reconciled_at + HOUR_MS:
        account.reconciled_at = account.pump.now
        due.append("reconcile")
    for name in due:
        account.pump.later(0, partial(account.wires.run, name, {}, lambda _answer, _fault: None), name)
    account.pump.run_until(account.pump.now + 1)


def faults_of(ran: Ran) -> list[Case]:
    """Each kind of fault at each site of a run, one at a time. Of the invocations that found nothing to write the first
    of each actor stands for all."""
    wrote = {site.invocation for site in ran.trace if site.writes}
    idle: dict[str, int] = {}
    found: list[Case] = []
    for site in ran.trace:
        actor = site.name.split(":")[0]
        if site.invocation in wrote or idle.setdefault(actor, site.invocation) == site.invocation:
            found += [replace(ran.case, faults={site.name: kind}) for kind in site.kinds]
    return found


def singles(without: Ran) -> list[Task]:
    """Each single fault of a scenario that ran without."""
    expected = without.outcome if SCENARIOS[without.case.scenario].steady else None
    return [(case, expected) for case in faults_of(without)]


def randoms(without: Sequence[Ran], random: Random, number: int) -> Iterator[Task]:
    """Pairs of faults; events that change places, with and without a fault; and several actors side by side."""
    sites = {ran.case.scenario: [case.faults for case in faults_of(ran)] for ran in without}
    for _ in range(number if sites else 0):
        name = random.choice(sorted(sites))
        shape = random.random()
        faults = random.sample(sites[name], 2 if shape < 0.5 else 1 if shape < 0.75 else 0)
        merged = {site: kind for fault in faults for site, kind in fault.items()}
        seed = None if shape < 0.25 else random.randrange(1_000_000)
        yield Case(name, merged, seed, random.choice((1, 2, 3, 4)) if seed is not None else 1), None


def execute(task: Task, definition: Mapping[str, Any] | None = None) -> Ran:
    case, expected = task
    try:
        return run(case, expected, definition)
    except Exception as fault:  # the harness itself broke: shown with its case
        place = traceback.extract_tb(fault.__traceback__)[-1]
        return Ran(case, [f"harness: {type(fault).__name__}: {fault} ({place.filename}:{place.lineno})"])
