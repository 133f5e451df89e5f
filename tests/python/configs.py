"""Configuration files for a sandbox, whose secrets are in variables or in the file."""

from __future__ import annotations

from pathlib import Path

import palabre

NAMES = {"support": "reachflow", "sales": "msgflash", "partners": "99digital", "shop": "wapiflow"}


def variable(account: str, keyword: str) -> str:
    return f"{account}_{keyword}".upper()


def secrets(sandbox: palabre.Sandbox) -> dict[str, str]:
    """The variables that the file of `write` names, with their values."""
    return {
        variable(account, keyword): secret
        for account, vendor in NAMES.items()
        for keyword, secret in sandbox.credentials[vendor].items()
        if secret is not None
    }


def write(folder: Path, sandbox: palabre.Sandbox, *, inline: bool = False) -> Path:
    """Write four accounts, one of each vendor."""
    lines = []
    for account, vendor in NAMES.items():
        lines += [f"[accounts.{account}]", f'vendor = "{vendor}"']
        lines += [f'base_url = "{sandbox.base_urls[vendor]}"']
        for keyword, secret in sandbox.credentials[vendor].items():
            if secret is None:
                continue
            if inline:
                lines += [f'{keyword} = "{secret}"']
            else:
                lines += [f'{keyword}_env = "{variable(account, keyword)}"']
    path = folder / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
    return path
