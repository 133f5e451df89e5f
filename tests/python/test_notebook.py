"""The notebook runs from end to end and shows the right numbers.

`python tests/python/test_notebook.py` runs it and stores it with the new outputs.
"""

from __future__ import annotations

import copy
import json
import os
import re
import sys
from base64 import b64decode
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from PIL import Image
from traitlets import default

import palabre

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "monthly_conversations.ipynb"
# Most functions of nbformat have no annotations.
untyped: Any = nbformat
CLOCK = "2026-11-15T12:00:00Z"
CATEGORIES = ("marketing", "service", "incoming", "total")
WIRE = {category: f"total{category.capitalize()}" for category in CATEGORIES[:3]}
WIRE["total"] = "totalConversations"
CHARTS = ["months", "share", "numbers"]

# Runs after the notebook and tells what its tables hold and what its figures draw.
PROBE = """
import json
import sys


def rows(frame):
    return json.loads(frame.to_json(orient="index", date_format="iso"))


def bars(figure):
    return [
        [bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height(), bar.get_hatch()]
        for container in figure.axes[0].containers
        for bar in container
    ]


print(json.dumps({
    "python": sys.executable,
    "by_month": rows(by_month),
    "running": [str(month.date()) for month in running],
    "share": [None if pd.isna(value) else value for value in share],
    "lines": [[None if pd.isna(y) else float(y) for y in line.get_ydata()]
              for line in share_figure.axes[0].lines],
    "this_month": rows(this_month),
    "comparison": rows(comparison),
    "months_bars": bars(months_figure),
    "months_labels": [text.get_text() for text in months_figure.axes[0].texts],
    "numbers_bars": bars(numbers_figure),
    "numbers_labels": [label.get_text() for label in numbers_figure.axes[0].get_yticklabels()],
    "warnings": [table.warnings, current.warnings],
}))
"""

# A vendor that leaves out a month and a figure, and whose total is not the sum of its numbers.
ODD_VENDOR = """
months = client.call("get_conversations_statistics")["list"]
months = [month for month in months if month["monthYear"] != "032026"]
for month in months:
    if month["monthYear"] == "082026":
        month["totalMarketing"] = None
for operation, pointer, value in (
    ("get_conversations_statistics", "/list", months),
    ("get_whatsapp", "/totalConversationsThisMonth", 9999),
):
    replace = {"pointer": pointer, "value": value}
    sandbox.add_fault(vendor="99digital", operation=operation, times=None, replace=replace)
"""


class ThisPython(AsyncKernelManager):
    """Starts kernels with the Python that runs the tests, whatever is installed for the user."""

    @default("kernel_spec_manager")
    def _no_installed_kernels(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


@dataclass(frozen=True)
class Run:
    """A notebook that has run, and what the probe found in it."""

    notebook: NotebookNode
    found: dict[str, Any]

    @property
    def text(self) -> str:
        """All that its cells print and show as text."""
        return "\n".join(text for cell in self.notebook.cells for text in texts(cell))


def read() -> NotebookNode:
    notebook: NotebookNode = untyped.read(NOTEBOOK, as_version=4)
    return notebook


def execute(notebook: NotebookNode, directory: Path) -> None:
    """Runs all cells; one that raises makes it raise."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PALABRE_")
    }
    NotebookClient(
        notebook,
        kernel_name="python3",
        kernel_manager_class=ThisPython,
        record_timing=False,
        timeout=120,
        resources={"metadata": {"path": str(directory)}},
    ).execute(env=environment | {"IPYTHONDIR": str(directory)})


def run(directory: Path, after_source: str = "") -> Run:
    notebook = read()
    source = next(i for i, cell in enumerate(notebook.cells) if cell.id == "source")
    notebook.cells.insert(source + 1, untyped.v4.new_code_cell(after_source))
    notebook.cells.append(untyped.v4.new_code_cell(PROBE))
    execute(notebook, directory)
    found = json.loads(notebook.cells.pop().outputs[0].text)
    return Run(notebook, found)


def texts(cell: NotebookNode) -> list[str]:
    outputs = cell.get("outputs", [])
    return [
        output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs
    ]


def pictures(notebook: NotebookNode) -> dict[str, Image.Image]:
    return {
        cell.id: Image.open(BytesIO(b64decode(output.data["image/png"])))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    }


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("usual"))


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("odd"), ODD_VENDOR)


@pytest.fixture(scope="module")
def reported() -> dict[date, dict[str, int]]:
    """What the vendor answers, month by month, past the facade."""
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        answer = sandbox.client("99digital").call("get_conversations_statistics")
    return {
        date(int(entry["monthYear"][2:]), int(entry["monthYear"][:2]), 1): {
            category: entry[WIRE[category]] for category in CATEGORIES
        }
        for entry in reversed(answer["list"])
    }


def by_month(run: Run) -> dict[date, dict[str, int | None]]:
    rows = run.found["by_month"].items()
    return {date.fromisoformat(month[:10]): values for month, values in rows}


def test_kernel_is_this_python(usual: Run) -> None:
    assert usual.found["python"] == sys.executable


def test_no_cell_writes_to_stderr_or_fails(usual: Run) -> None:
    outputs = [output for cell in usual.notebook.cells for output in cell.get("outputs", [])]
    assert not [each for each in outputs if each.output_type == "error"]
    assert not [each for each in outputs if each.get("name") == "stderr"]


def test_three_charts_are_drawn(usual: Run) -> None:
    drawn = pictures(usual.notebook)
    assert list(drawn) == CHARTS
    for picture in drawn.values():
        assert min(picture.size) > 400
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height) or []) > 50


def test_table_holds_what_the_vendor_reports(
    usual: Run, reported: dict[date, dict[str, int]]
) -> None:
    assert len(reported) == 24
    assert by_month(usual) == reported


def test_figures_are_those_of_seed_7(usual: Run) -> None:
    months = by_month(usual)
    expected = {
        date(2024, 12, 1): (2159, 2222, 1565, 5946),
        date(2025, 8, 1): (1387, 1873, 1470, 4730),
        date(2025, 11, 1): (3011, 2721, 1885, 7617),
        date(2026, 10, 1): (3029, 2914, 2239, 8182),
        date(2026, 11, 1): (2205, 1828, 1288, 5321),
    }
    assert {
        month: tuple(months[month][category] for category in CATEGORIES) for month in expected
    } == expected


def test_totals_are_sums_and_the_check_says_so(
    usual: Run, reported: dict[date, dict[str, int]]
) -> None:
    for values in reported.values():
        assert values["total"] == values["marketing"] + values["service"] + values["incoming"]
    assert "24 months, from December 2024 to November 2026" in usual.text
    assert "24 add up, 0 do not, 0 cannot be checked" in usual.text
    assert usual.text.count("Warnings:\n  none") == 2
    assert usual.found["warnings"] == [[], []]


def test_bars_stack_the_categories_of_each_month(
    usual: Run, reported: dict[date, dict[str, int]]
) -> None:
    bars = usual.found["months_bars"]
    assert len(bars) == 3 * len(reported)
    drawn = [bars[start : start + len(reported)] for start in range(0, len(bars), len(reported))]
    for place, values in enumerate(reported.values()):
        marketing, service, incoming = (category[place] for category in drawn)
        assert [bar[3] for bar in (marketing, service, incoming)] == [
            values[category] for category in CATEGORIES[:3]
        ]
        assert marketing[1] == 0
        assert service[1] == values["marketing"]
        assert incoming[1] + incoming[3] == values["total"]
    assert usual.found["months_labels"] == [f"{month['total']:,}" for month in reported.values()]


def test_only_the_running_month_is_hatched(usual: Run) -> None:
    assert usual.found["running"] == ["2026-11-01"]
    bars = usual.found["months_bars"]
    hatched = [place % 24 for place, bar in enumerate(bars) if bar[4]]
    assert hatched == [23, 23, 23]


def test_share_is_marketing_of_the_total(usual: Run, reported: dict[date, dict[str, int]]) -> None:
    expected = [100 * month["marketing"] / month["total"] for month in reported.values()]
    assert usual.found["share"] == pytest.approx(expected)
    assert expected[-2:] == pytest.approx([37.02, 41.44], abs=0.005)
    whole, dashed, point = usual.found["lines"]
    assert whole == pytest.approx(expected[:-1])
    assert dashed == pytest.approx(expected[-2:])
    assert point == pytest.approx(expected[-1:])


def test_each_number_has_its_counters(usual: Run) -> None:
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        answer = sandbox.client("99digital").call("get_whatsapp")
    expected = {
        f"+{each['whatsapp']}": {
            "total": each["conversationsThisMonth"],
            **{category: each[f"{category}ThisMonth"] for category in CATEGORIES[:3]},
        }
        for each in answer["list"]
    }
    assert len(expected) == 5
    assert usual.found["this_month"] == expected
    totals = [each["total"] for each in usual.found["this_month"].values()]
    assert totals == sorted(totals) == [421, 482, 895, 925, 2598]
    bars = usual.found["numbers_bars"]
    assert len(bars) == 3 * 5
    assert [bar[0] + bar[2] for bar in bars[10:]] == totals
    assert sum(totals) == 5321
    for category, row in usual.found["comparison"].items():
        assert set(row.values()) == {by_month(usual)[date(2026, 11, 1)][category]}


def test_numbers_are_masked_in_all_outputs(usual: Run) -> None:
    phones = list(usual.found["this_month"])
    assert [label.splitlines()[1] for label in usual.found["numbers_labels"]] == [
        f"{phone[:4]}{'*' * (len(phone) - 6)}{phone[-2:]}" for phone in phones
    ]
    for notebook in (usual.notebook, read()):
        outputs = json.dumps([cell.get("outputs", []) for cell in notebook.cells])
        assert not [phone for phone in phones if phone.removeprefix("+") in outputs]


def test_what_is_missing_is_a_gap_and_not_a_zero(odd: Run) -> None:
    march, august = date(2026, 3, 1), date(2026, 8, 1)
    months = by_month(odd)
    assert (list(months).index(march), list(months).index(august)) == (15, 20)
    assert set(months[march].values()) == {None}
    assert (months[august]["marketing"], months[august]["total"]) == (None, 6059)
    whole = odd.found["lines"][0]
    for share in (odd.found["share"][:-1], whole):
        assert [place for place, value in enumerate(share) if value is None] == [15, 20]
        assert all(value is None or value > 25 for value in share)
    labels = odd.found["months_labels"]
    assert (len(labels), labels[15], labels[20]) == (24, "?", "6,059")
    assert "22 add up, 0 do not, 2 cannot be checked" in odd.text
    assert "the vendor sent nothing for 2026-03" in odd.text


def test_total_that_is_not_the_sum_is_a_warning_with_the_numbers(odd: Run) -> None:
    _, warnings = odd.found["warnings"]
    assert warnings
    assert any("9999" in warning and "5321" in warning for warning in warnings)
    assert all(warning in odd.text for warning in warnings)
    assert odd.found["comparison"]["total"] == {
        "all numbers together": 9999,
        "sum of the numbers": 5321,
        "history": 5321,
    }


def test_stored_outputs_are_those_of_a_run(usual: Run) -> None:
    stored = read()
    fresh = {cell.id: texts(cell) for cell in usual.notebook.cells}
    stale = [cell.id for cell in stored.cells if texts(cell) != fresh[cell.id]]
    assert not stale, "run python tests/python/test_notebook.py"
    assert list(pictures(stored)) == CHARTS


def test_stored_notebook_is_valid_small_and_of_no_machine() -> None:
    stored = read()
    nbformat.validate(stored)
    assert NOTEBOOK.stat().st_size < 500_000
    without_pictures = copy.deepcopy(stored)
    for cell in without_pictures.cells:
        assert not cell.metadata
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("image/png", None)
    text = json.dumps(without_pictures)
    assert not re.search(r"/(home|root|work|tmp|Users)\b|127\.0\.0\.1|localhost", text)
    assert set(stored.metadata) == {"kernelspec", "language_info"}
    assert stored.metadata.language_info == {"name": "python"}
    counts = [cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def store() -> None:
    """Runs the notebook and writes it back, without what differs between machines."""
    notebook = read()
    with TemporaryDirectory() as directory:
        execute(notebook, Path(directory))
    notebook.metadata.language_info = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata = {}
    nbformat.validate(notebook)
    untyped.write(notebook, NOTEBOOK)


WATCHED = """
import warnings
import palabre
warnings.simplefilter("error")
with palabre.Sandbox(seed=7) as sandbox:
    rows = sandbox.client("msgflash").contacts.list(progress=True).collect()
print(len(rows))
"""


def test_progress_is_a_widget_in_a_notebook(tmp_path: Path) -> None:
    cell = untyped.v4.new_code_cell(WATCHED)
    notebook = untyped.v4.new_notebook(cells=[cell])
    execute(notebook, tmp_path)
    shown = [kind for output in cell.outputs for kind in output.get("data", {})]
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert not [output for output in cell.outputs if output.get("name") == "stderr"]


if __name__ == "__main__":
    store()
