"""README.md, CONTRIBUTING.md and docs/: what a reader types works, and links lead somewhere.

A page is read from top to bottom in one folder and one terminal. CONTRIBUTING.md says how blocks
are written.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
import yaml
from conftest import CLOCK
from pages import PAGES, ROOT, Block, blocks_of, commands_of, fits, name_of
from scripts import environment
from terminal import Terminal

import palabre
from palabre import errors

NOUNS = ["numbers", "contacts", "groups", "conversations", "messages", "otp", "templates", "stats"]
BLOCKS = {page: blocks_of(page) for page in PAGES}
# Shown, and not checked unless they are written to a file or follow an example.
SHOWN = {"csv", "diff", "html", "http", "javascript", "php", "text"}
LANGUAGES = {"console", "json", "py", "python", "rust", "sh", "setup", "toml", "yaml"} | SHOWN
# What changes the reader's machine, or takes long, is in `sh` blocks; these are run elsewhere.
PROGRAMS = {"cargo", "cd", "curl", "git", "make", "npx", "pip", "python", ".venv/bin/python"}

pages = pytest.mark.parametrize("page", PAGES, ids=name_of)


@pytest.fixture(scope="module")
def sandbox_config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The configuration of a sandbox with four accounts, which pages take as given."""
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        path = tmp_path_factory.mktemp("sandbox") / "sandbox.toml"
        lines: list[str] = []
        for vendor, credentials in sandbox.credentials.items():
            settings = {"vendor": vendor, "base_url": sandbox.base_urls[vendor], **credentials}
            lines.append(f"[accounts.{vendor}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o600)
        yield path


@pytest.fixture
def terminal(tmp_path: Path, sandbox_config: Path) -> Iterator[Terminal]:
    home = tmp_path / "home"
    home.mkdir()
    folder = tmp_path / "page"
    folder.mkdir()
    # Whoever runs the tests may have real credentials; the examples are for the sandbox.
    variables = environment() | {
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "PALABRE_CONFIG": str(sandbox_config),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "TERM": "dumb",
    }
    variables.pop("XDG_CONFIG_HOME", None)
    terminal = Terminal(folder, variables)
    yield terminal
    terminal.close()


def test_blocks_say_a_language_that_is_known() -> None:
    blocks = [block for blocks in BLOCKS.values() for block in blocks]
    assert [block.place for block in blocks if block.language not in LANGUAGES] == []


def test_readme_has_an_example_of_every_noun() -> None:
    code = "".join(b.code for b in BLOCKS[ROOT / "README.md"] if b.language == "python")
    assert [noun for noun in NOUNS if f"client.{noun}." not in code] == []


@pytest.mark.parametrize("page", [page for page in PAGES if BLOCKS[page]], ids=name_of)
def test_what_a_page_tells_to_type_works(
    page: Path, terminal: Terminal, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    blocks = BLOCKS[page]
    for block, after in zip_longest(blocks, blocks[1:]):
        with subtests.test(block.place):
            if block.title:
                written = terminal.folder / block.title
                if block.title.startswith("~/"):
                    written = tmp_path / "home" / block.title.removeprefix("~/")
                written.parent.mkdir(parents=True, exist_ok=True)
                written.write_text(block.code, encoding="utf-8")
                written.chmod(0o600)
            elif block.language == "setup":
                done = terminal.run(block.code)
                assert done.status == 0, done.output
            elif block.language == "console":
                run_console(block, terminal)
            elif block.language == "python":
                shows = after.code if after and after.language == "text" else None
                run_python(block, shows, terminal)
            check_syntax(block, terminal)


def run_console(block: Block, terminal: Terminal) -> None:
    commands = commands_of(block)
    for at, command in enumerate(commands):
        done = terminal.run(command.line)
        if done.status != 0:
            following = commands[at + 1].line if at + 1 < len(commands) else ""
            assert following == "echo $?", f"{command.line}: status {done.status}\n{done.output}"
        if command.expected:
            assert fits(command.expected, done.output), (
                f"{command.line}\nexpected:\n{command.expected}\nprinted:\n{done.output}"
            )


def run_python(block: Block, shows: str | None, terminal: Terminal) -> None:
    script = terminal.folder / "block.py"
    script.write_text(block.code, encoding="utf-8")
    done = terminal.run(f"python -W error {script.name}")
    script.unlink()
    assert done.status == 0, done.output
    assert done.output, "an example that shows nothing"
    if shows:
        assert fits(shows, done.output), f"expected:\n{shows}\nprinted:\n{done.output}"


def check_syntax(block: Block, terminal: Terminal) -> None:
    if block.language == "toml":
        tables = tomllib.loads(block.code)
        if "accounts" in tables or "profiles" in tables:
            check_configuration(block, terminal)
    elif block.language == "py":
        compile(block.code, block.place, "exec")
    elif block.language == "json":
        json.loads(block.code)
    elif block.language == "yaml":
        yaml.safe_load(block.code)
    elif block.language == "sh":
        check_shell(block)


def check_configuration(block: Block, terminal: Terminal) -> None:
    """Read accounts as palabre does; their secrets are not looked for."""
    path = terminal.folder.parent / "accounts.toml"
    path.write_text(block.code, encoding="utf-8")
    path.chmod(0o600)
    done = terminal.run(f"palabre accounts --config {path}")
    assert done.status == 0, done.output


def check_shell(block: Block) -> None:
    """Check commands that are not run here: their syntax, the program, what they name of ours."""
    subprocess.run(["bash", "-n"], input=block.code, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    xtask = (ROOT / "crates/xtask/src/main.rs").read_text(encoding="utf-8")
    for line in block.code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        assert words[0] in PROGRAMS, f"{line}: run it in a console block"
        if words[0] == "make":
            targets = [word for word in words[1:] if "=" not in word]
            assert all(re.search(rf"^{target}:", makefile, re.M) for target in targets), line
        if words[:2] == ["cargo", "xtask"]:
            assert f"mod {words[2]};" in xtask, line
        if words[0] == "curl":
            (url,) = (word for word in words if word.startswith("https://"))
            assert url.partition("?")[0] in addresses_of_vendors(), line


def addresses_of_vendors() -> set[str]:
    """The addresses of every operation of the specs."""
    specs = [yaml.safe_load(path.read_text("utf-8")) for path in ROOT.glob("specs/*.yaml")]
    return {spec["servers"][0]["url"] + path for spec in specs for path in spec["paths"]}


def test_the_table_of_errors_has_every_class() -> None:
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+Error)` \| (.+?) \| .+ \|$", text, re.M)
    assert {name for name, _ in rows} == {
        name for name in errors.__all__ if name.endswith("Error")
    } - {"PalabreError"}


def test_the_table_of_extras_has_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "docs/install.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert set(rows) == set(project["optional-dependencies"])


def test_rust_blocks_are_compiled_with_the_documentation_of_the_crate() -> None:
    library = (ROOT / "crates/facade/src/lib.rs").read_text(encoding="utf-8")
    rust = [page for page, blocks in BLOCKS.items() if any(b.language == "rust" for b in blocks)]
    assert [name_of(page) for page in rust if f"../{name_of(page)}" not in library] == []


@pages
def test_links_to_files_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    files = [target for target in targets if "://" not in target]
    assert [file for file in files if not (page.parent / file).exists()] == []


def test_output_is_compared_with_gaps() -> None:
    assert fits("a\n...\nz", "a\nb\nc\nz\n")
    assert fits("a\n...\nz", "a\nz")
    assert fits("id ... of 7", "id 42 of 7  \n")
    assert not fits("a\nz", "a\nb\nz")
    assert not fits("id 42", "id 43")
