"""The Chromium of the browser tests: this machine's, else Debian's package (as root), else one from npm (as anyone)."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

from machina_site.paths import BASE

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
NPM_PACKAGE: Final = "@sparticuz/chromium@153.0.0"
NPM_SHA256: Final = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
FOLDER: Final = BASE / "var" / "browser"
ADVICE: Final = (
    "No Chromium for the browser tests. As root './machina test' installs Debian's; otherwise install Node.js with "
    "npm, or set MACHINA_CHROMIUM to one of yours, or MACHINA_NO_BROWSER=1 to skip these tests."
)
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(RuntimeError):
    """With the sentence above."""


def is_refused() -> bool:
    """Did somebody ask to go without?"""
    return os.environ.get("MACHINA_NO_BROWSER") == "1"


def find() -> Path | None:
    """The program, if there is one."""
    if named := os.environ.get("MACHINA_CHROMIUM"):
        return Path(named)
    on_path = next((Path(found) for name in NAMES if (found := shutil.which(name))), None)
    from_npm = FOLDER / "chromium"
    return on_path or (from_npm if from_npm.exists() else None)


def environment(program: Path) -> dict[str, str]:
    """The npm one brings its libraries and fonts."""
    if program.parent != FOLDER:
        return dict(os.environ)
    return {**os.environ, "LD_LIBRARY_PATH": str(FOLDER / "lib"), "FONTCONFIG_PATH": str(FOLDER / "fonts")}


def install() -> Path:
    """Find it or get it. NoChromium says what to do."""
    if found := find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_from_debian()
    if find() is None and shutil.which("npm"):
        _install_from_npm()
    if found := find():
        return found
    raise NoChromium(ADVICE)


def _install_from_debian() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core"],
    ):
        subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)


def _install_from_npm() -> None:
    """Pinned by its sum; nothing of the package is run but the browser itself."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cache = {**os.environ, "npm_config_cache": str(FOLDER / "npm-cache")}
    packed = subprocess.run(
        ["npm", "pack", "--silent", NPM_PACKAGE], cwd=FOLDER, env=cache, capture_output=True, text=True, check=False
    )
    if packed.returncode:
        raise NoChromium(f"npm could not get {NPM_PACKAGE}: {packed.stderr.strip()[-300:]}")
    archive = FOLDER / packed.stdout.strip().splitlines()[-1]
    if hashlib.sha256(archive.read_bytes()).hexdigest() != NPM_SHA256:
        raise NoChromium(f"{archive} is not the file that was reviewed (its sha256 differs).")
    with tarfile.open(archive) as tar:
        tar.extractall(FOLDER, filter="data")
    _unpack(FOLDER / "package" / "bin")
    shutil.rmtree(FOLDER / "package")
    shutil.rmtree(FOLDER / "npm-cache", ignore_errors=True)
    archive.unlink()


def _unpack(source: Path) -> None:
    """Brotli files, read with the Node.js that Playwright's wheel brings. The program is named last: it is the sign."""
    for name, folder in (("al2023.tar", "."), ("fonts.tar", "."), ("swiftshader.tar", ".")):
        _brotli(source / f"{name}.br", FOLDER / name)
        with tarfile.open(FOLDER / name) as tar:
            tar.extractall(FOLDER / folder, filter="data")
        (FOLDER / name).unlink()
    _brotli(source / "chromium.br", FOLDER / "chromium.new")
    (FOLDER / "chromium.new").chmod(0o755)
    (FOLDER / "chromium.new").rename(FOLDER / "chromium")


def _brotli(source: Path, target: Path) -> None:
    import playwright

    node = Path(playwright.__file__).parent / "driver" / "node"
    script = (
        "const [s, t] = process.argv.slice(1), fs = require('fs'), z = require('zlib');"
        "require('stream').pipeline(fs.createReadStream(s), z.createBrotliDecompress(), fs.createWriteStream(t),"
        " e => { if (e) { console.error(e); process.exit(1); } });"
    )
    subprocess.run([str(node), "-e", script, str(source), str(target)], check=True)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{install()}\n")
    except NoChromium as error:
        sys.exit(str(error))
