"""A hook of mkdocs: links that leave `docs/` lead to the repository.

On the pages they are paths, so that they work where the repository is read, too.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CARGO = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
REPOSITORY = CARGO["workspace"]["package"]["repository"]


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Rewrite the links of one page.

    Args:
        markdown: The page as it is written.
        page: The page of mkdocs.

    Returns:
        The page as the site shows it.
    """
    folder = posixpath.dirname(f"docs/{page.file.src_uri}")

    def absolute(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[1]))
        if path.startswith("docs/"):
            return match[0]
        kind = "tree" if (ROOT / path).is_dir() else "blob"
        return f"]({REPOSITORY}/{kind}/main/{path})"

    return re.sub(r"\]\((\.\./[^)#\s]+)\)", absolute, markdown)
