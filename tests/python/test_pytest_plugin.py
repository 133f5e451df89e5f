"""The pytest plugin, in test runs of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

import palabre
import pytest_palabre

pytest_plugins = ["pytester"]

GUARD = "PALABRE_LOOPBACK_ONLY"
INI = """[pytest]
addopts = --strict-markers
asyncio_default_fixture_loop_scope = function
filterwarnings = error
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Iterator[pytest.Pytester]:
    """A folder in which test runs warn of nothing and know the plugin, as it is installed."""
    pytester.makeini(INI)
    before = os.environ.get(GUARD)
    closed = pytest_palabre.loopback_only
    yield pytester
    assert os.environ.get(GUARD) == before, "a run leaves the environment as it was"
    assert pytest_palabre.loopback_only == closed, "and the process"


def test_each_test_has_a_fresh_sandbox(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import palabre

        urls = set()

        def test_first(palabre_sandbox: palabre.Sandbox) -> None:
            urls.add(palabre_sandbox.url)
            client = palabre_sandbox.client("wapiflow")
            client.messages.send(to="+8801988000000", text="Hello")
            (sent,) = palabre_sandbox.sent()
            assert (sent.to, sent.text, sent.accepted) == ("+8801988000000", "Hello", True)

        def test_second(palabre_sandbox: palabre.Sandbox) -> None:
            assert palabre_sandbox.sent() == []
        """
    )
    run.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_seed_and_clock_come_from_the_ini_file_or_the_marker(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import palabre, pytest

        def names(sandbox):
            return [contact.name for contact in sandbox.client("msgflash").contacts.list()]

        def same(sandbox, seed):
            with palabre.Sandbox(seed=seed, clock="2026-11-22T10:00:00Z") as other:
                return names(sandbox) == names(other)

        def test_ini(palabre_sandbox):
            assert same(palabre_sandbox, 3)
            assert not same(palabre_sandbox, 7)

        @pytest.mark.palabre_sandbox(seed=5)
        def test_marker(palabre_sandbox):
            assert same(palabre_sandbox, 5)
            statistics = palabre_sandbox.client("99digital").stats.current_month()
            assert str(statistics[0].month) == "2026-11-01"

        @pytest.mark.palabre_sandbox(clock="2025-02-03T10:00:00Z")
        class TestClock:
            def test_class(self, palabre_sandbox):
                statistics = palabre_sandbox.client("99digital").stats.current_month()
                assert str(statistics[0].month) == "2025-02-01"
        """
    )
    run.makeini(INI + "palabre_seed = 3\npalabre_clock = 2026-11-22T10:00:00Z\n")
    run.runpytest().assert_outcomes(passed=3)


def test_a_fleet_has_the_four_vendors(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        def test_fleet(palabre_fleet, palabre_sandbox):
            assert sorted(palabre_fleet) == ["99digital", "msgflash", "reachflow", "wapiflow"]
            table = palabre_fleet.numbers.list()
            assert table.failures == []
            assert {number.vendor for number in table} == {"reachflow", "msgflash", "99digital"}
            assert palabre_sandbox.journal()
        """
    )
    run.runpytest().assert_outcomes(passed=1)


def test_a_marker_runs_a_test_for_each_vendor(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import palabre, pytest

        def test_all(palabre_client):
            assert palabre_client.supports("numbers.list") is not None

        @pytest.mark.palabre_vendors
        def test_nothing_asked():
            pass

        @pytest.mark.palabre_vendors("wapiflow", "99digital")
        def test_named(palabre_vendor, palabre_client):
            assert str(palabre_client.vendor) == palabre_vendor

        @pytest.mark.palabre_vendors(supports="contacts.list")
        def test_verb(palabre_client):
            assert len(list(palabre_client.contacts.list())) > 100

        @pytest.mark.palabre_vendors("msgflash", supports=["contacts.list", "groups.list"])
        class TestVerbs:
            def test_both(self, palabre_client):
                palabre_client.groups.list().collect()
        """
    )
    result = run.runpytest("-v")
    result.assert_outcomes(passed=4 + 4 + 2 + 3 + 1)
    result.stdout.fnmatch_lines(
        [
            "*::test_all[[]reachflow[]] PASSED*",
            "*::test_nothing_asked[[]wapiflow[]] PASSED*",
            "*::test_named[[]wapiflow[]] PASSED*",
            "*::test_named[[]99digital[]] PASSED*",
            "*::test_verb[[]msgflash[]] PASSED*",
            "*::test_verb[[]wapiflow[]] PASSED*",
            "*::TestVerbs::test_both[[]msgflash[]] PASSED*",
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "'msgflsh'",
            "'msgflsh' is not a vendor; one of reachflow, msgflash, 99digital, wapiflow",
        ),
        ("supports='contacts.lst'", '"contacts.lst" is not a verb'),
        ("'reachflow', supports='contacts.list'", "no vendor has contacts.list"),
    ],
)
def test_a_wrong_marker_says_what_is_wrong(
    run: pytest.Pytester, arguments: str, message: str
) -> None:
    run.makepyfile(
        f"""
        import pytest

        @pytest.mark.palabre_vendors({arguments})
        def test_it(palabre_client):
            pass
        """
    )
    result = run.runpytest()
    assert result.ret != 0
    text = result.stdout.str() + result.stderr.str()
    assert message in text


def test_async_tests_use_the_fixtures(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import pytest

        @pytest.mark.palabre_vendors("wapiflow")
        async def test_send(palabre_async_client, palabre_sandbox):
            async with palabre_async_client as client:
                await client.messages.send(to="+8801988000000", text="Hello")
            assert len(palabre_sandbox.sent()) == 1
        """
    )
    run.runpytest("-o", "asyncio_mode=auto").assert_outcomes(passed=1)


def test_unittest_classes_use_the_fixtures(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import unittest
        import pytest

        class TestScript(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def in_the_sandbox(self, palabre_sandbox):
                self.sandbox = palabre_sandbox

            def test_send(self):
                self.sandbox.client("wapiflow").messages.send(to="+8801988000000", text="Hi")
                self.assertEqual(len(self.sandbox.sent()), 1)

            def test_nothing(self):
                self.assertEqual(self.sandbox.sent(), [])
        """
    )
    run.runpytest().assert_outcomes(passed=2)


def test_a_script_that_reads_the_configuration_finds_the_sandbox(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import os
        import subprocess
        import sys

        def test_script(palabre_config, palabre_sandbox):
            code = "import os; print(sorted(name for name in os.environ if name[:8] == 'PALABRE_'))"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
            assert done.stdout.strip() == "['PALABRE_CONFIG', 'PALABRE_LOOPBACK_ONLY']"
            assert os.environ["PALABRE_CONFIG"] == str(palabre_config)
            text = palabre_config.read_text()
            for vendor, url in palabre_sandbox.base_urls.items():
                assert f"[accounts.{vendor}]" in text
                assert url in text
        """
    )
    run.runpytest().assert_outcomes(passed=1)


REACHING_OUT = """
import palabre, pytest

def test_it():
    client = palabre.Client("msgflash", api_key="k", team_id="t", base_url="https://vendor.invalid",
                            retry=palabre.RetryPolicy.off(), timeout=2)
    with pytest.raises(palabre.{error}) as caught:
        client.contacts.get("1")
    assert {check}
"""
REFUSED = REACHING_OUT.format(
    error="ConfigError", check='"--palabre-allow-network" in caught.value.hint'
)
ALLOWED = REACHING_OUT.format(error="UnavailableError", check="caught.value.kind")


def test_no_other_machine_is_reached_while_tests_run(run: pytest.Pytester) -> None:
    run.makepyfile(REFUSED)
    run.runpytest().assert_outcomes(passed=1)


def test_a_conftest_cannot_reach_another_machine_either(run: pytest.Pytester) -> None:
    run.makeconftest(REFUSED + "\ntest_it()\n")
    run.makepyfile("def test_nothing(): pass")
    run.runpytest().assert_outcomes(passed=1)


CLEARED = """
import os, unittest.mock
import pytest
{before}

@unittest.mock.patch.dict(os.environ, {{"PATH": "/bin"}}, clear=True)
def test_it():
    {after}
    client = palabre.Client("msgflash", api_key="x", base_url="https://vendor.invalid",
                            retry=palabre.RetryPolicy.off(), timeout=2)
    with pytest.raises(palabre.ConfigError, match="only this machine is reached"):
        client.contacts.list().collect()
"""


def test_a_test_that_clears_its_environment_reaches_no_other_machine_either(
    run: pytest.Pytester,
) -> None:
    run.makepyfile(CLEARED.format(before="import palabre", after=""))
    run.runpytest().assert_outcomes(passed=1)
    # Where palabre is imported for the first time after that.
    run.makepyfile(CLEARED.format(before="", after="import palabre"))
    run.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize("way", ["flag", "ini"])
def test_the_network_is_reached_where_that_is_asked_for(run: pytest.Pytester, way: str) -> None:
    run.makepyfile(ALLOWED)
    flags = {"flag": ["--palabre-allow-network"], "ini": ["-o", "palabre_allow_network=true"]}
    run.runpytest(*flags[way]).assert_outcomes(passed=1)
    run.runpytest("-n", "1", *flags[way]).assert_outcomes(passed=1)


def test_workers_of_xdist_are_guarded_and_have_sandboxes_of_their_own(
    run: pytest.Pytester,
) -> None:
    run.makepyfile(
        test_guard=REFUSED,
        test_many="""
        import pytest

        @pytest.mark.parametrize("place", range(12))
        def test_send(palabre_sandbox, place):
            client = palabre_sandbox.client("wapiflow")
            client.messages.send(to="+8801988000000", text=str(place))
            assert [sent.text for sent in palabre_sandbox.sent()] == [str(place)]

        @pytest.mark.palabre_vendors(supports="contacts.list")
        def test_vendors(palabre_client):
            palabre_client.contacts.list().collect()
        """,
    )
    run.runpytest("-n", "2").assert_outcomes(passed=1 + 12 + 3)


def test_a_run_that_asks_for_nothing_imports_nothing_of_palabre(run: pytest.Pytester) -> None:
    run.makepyfile(
        """
        import sys

        def test_modules():
            assert "pytest_palabre" in sys.modules
            assert not [name for name in sys.modules if name.partition(".")[0] == "palabre"]
        """
    )
    run.runpytest_subprocess().assert_outcomes(passed=1)


def test_fixtures_and_options_are_described(run: pytest.Pytester) -> None:
    fixtures = run.runpytest("--fixtures").stdout
    fixtures.fnmatch_lines(["palabre_sandbox*", "*A fresh sandbox for this test*"])
    for name in pytest_palabre.__all__:
        fixtures.fnmatch_lines([f"{name}*"])
        assert f"{name} -- no docstring" not in fixtures.str()
        assert getattr(pytest_palabre, name).__doc__
    run.runpytest("--markers").stdout.fnmatch_lines(["*palabre_sandbox(*", "*palabre_vendors(*"])
    run.runpytest("--help").stdout.fnmatch_lines(["*--palabre-allow-network*", "*palabre_seed*"])


def test_a_sandbox_takes_milliseconds() -> None:
    palabre.Sandbox().close()
    took = []
    for _ in range(5):
        start = time.perf_counter()
        palabre.Sandbox(seed=7).close()
        took.append(time.perf_counter() - start)
    # An optimised build takes a tenth of this.
    assert min(took) < 0.25
