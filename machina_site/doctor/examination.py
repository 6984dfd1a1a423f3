"""All probes, in the order of the report."""

from collections.abc import Callable
from typing import Final

from machina_site.doctor import crowd, machine, servers
from machina_site.doctor.finding import Finding

PROBES: Final[tuple[Callable[[], Finding], ...]] = (
    machine.python,
    machine.packages,
    machine.secret_key,
    machine.var_folder,
    machine.disk,
    machine.shared_memory,
    machine.clock,
    machine.static_files,
    machine.browser,
    servers.database,
    servers.migrations,
    servers.database_clock,
    servers.redis,
    servers.worker,
    servers.beat,
    crowd.accounts,
    crowd.platforms,
)


def examine() -> list[Finding]:
    """A probe turns what it expects to go wrong into a finding; anything else is a bug and crashes."""
    return [probe() for probe in PROBES]
