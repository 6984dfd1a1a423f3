"""How a pipeline says what is wrong with it."""

from __future__ import annotations

from experiments.problems import Path, path_text

Finding = tuple[Path, str, str]  # where it stands, a sentence, and a way on


class ComponentError(ValueError):
    """A pipeline that cannot be built. Everything found is in `findings`."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(f"{path_text(path)}: {message} {hint}".rstrip() for path, message, hint in findings))
        self.findings = findings
