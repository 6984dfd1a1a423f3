"""PostgreSQL refuses to run as root. As root, the server runs as an account without power instead."""

import functools
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ORDINARY: Final = "nobody"


@dataclass(frozen=True)
class Account:
    """Who a server runs as. ``prefix`` goes before its command; ``drops`` says that Popen must change the user."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    drops: bool = False

    def own(self, folder: Path) -> None:
        """Give the folder to this account alone."""
        if os.geteuid() == 0:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


def account_for(data: Path) -> Account:
    """Ourselves, unless we are root: then whoever owns the data already, else ``nobody``."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = data.stat().st_uid if data.exists() else 0
    entry = _entry(owner) if owner else pwd.getpwnam(ORDINARY)
    if _setpriv_works():
        return Account(entry.pw_uid, entry.pw_gid, prefix=_setpriv(entry.pw_uid, entry.pw_gid))
    return Account(entry.pw_uid, entry.pw_gid, drops=True)


def _entry(uid: int) -> pwd.struct_passwd:
    """A uid without a passwd entry (a container's) counts as ``nobody``'s group with that uid."""
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        fields = list(pwd.getpwnam(ORDINARY))
        fields[2] = uid
        return pwd.struct_passwd(fields)


def _setpriv(uid: int, gid: int) -> tuple[str, ...]:
    """dac_override lets it reach a checkout below a private home; without no_setuid_fixup access(2) would drop that."""
    return (
        "setpriv",
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        "--securebits=+noroot,+no_setuid_fixup",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--no-new-privs",
    )


@functools.cache
def _setpriv_works() -> bool:
    """Some containers have no setpriv, or withhold the capabilities it hands on."""
    if shutil.which("setpriv") is None:
        return False
    entry = pwd.getpwnam(ORDINARY)
    command = [*_setpriv(entry.pw_uid, entry.pw_gid), "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
