"""All documented figures in one run: what is run, what is kept, and what the exit status says."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import NAMES, main
from benchmarks.all import ROOT, read_plan

DIALOGUE = {
    "language": "en", "question": "Is the Aurora Kettle in stock?", "intent": "stock", "category": "Kettle", "order": None,
    "shown": ["Aurora Kettle"], "text": "How long does delivery take?", "expect": None,
}  # fmt: skip


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "dialogues.jsonl").write_text(json.dumps(DIALOGUE) + "\n", "utf-8")
    return folder


@pytest.fixture
def everything(tmp_path, data, capsys):
    """Runs the plan given over the small data, beside a document with the table given; exit status, what was printed."""

    def run(plan: str, table: str, *options: str) -> tuple[int, str]:
        (tmp_path / "plan.toml").write_text(plan, "utf-8")
        (tmp_path / "figures.md").write_text(table, "utf-8")
        given = [
            "--plan",
            str(tmp_path / "plan.toml"),
            "--documents",
            str(tmp_path / "figures.md"),
            "--out",
            str(tmp_path / "out"),
        ]
        status = main(["all", *given, "--data", str(data), *options])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return run


READING = '[reading]\ncommand = "understanding --data {data}/dial*.jsonl --sizes"\n'
TABLE = """
<!-- figures: reading/rewriting/*/standing; reading/rewriting/*/left_alone -->
| language | others | left alone |
|---|---|---|
| en | 1 | SHARE |
"""


def test_a_run_that_fails_is_told_and_stops_no_other(everything, tmp_path):
    plan = '[broken]\ncommand = "understanding --data {data}/../plan.toml --sizes"\n' + READING
    status, printed = everything(plan, TABLE.replace("SHARE", "1"))
    assert status == 1
    assert "failed: exit status 1" in next(line for line in printed.splitlines() if line.startswith("broken  "))
    assert next(line for line in printed.splitlines() if line.startswith("reading  ")).endswith("ran")
    kept = json.loads((tmp_path / "out" / "reading.json").read_text("utf-8"))
    assert kept["figures"]["rewriting"]["en"] == {"follow_ups": 0, "resolved": 0, "standing": 1, "left_alone": 1, "wrong": []}
    assert kept["command"].startswith("understanding --data") and kept["date"] and kept["processor"].endswith("cores")
    assert kept["wall_s"] > 0 and kept["processor_s"] > 0
    assert "JSONDecodeError" in (tmp_path / "out" / "broken.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("told", "clock", "status", "mark"),
    [("100 %", False, 0, ""), ("97 %", False, 1, "OFF"), ("97 %", True, 0, "by the clock")],
)
def test_a_stale_figure_ends_with_status_1_unless_it_goes_by_the_clock(told, clock, status, mark, everything):
    plan = READING + "clock = true\n" * clock
    code, printed = everything(plan, TABLE.replace("SHARE", told), "--only", "reading")
    assert code == status
    line = next(line for line in printed.splitlines() if "rewriting/en/left_alone" in line)
    assert line.split("left_alone")[1].split("  ")[1:] == [told, "1", *([mark] if mark else [])]


@pytest.mark.slow
def test_what_goes_by_the_clock_or_takes_long_waits_to_be_asked_for(everything):
    plan = READING + READING.replace("[reading]", "[timed]") + "clock = true\n"
    plan += READING.replace("[reading]", "[slow]") + "long = true\n"
    ran = [
        [line.split()[0] for line in everything(plan, "", *options)[1].splitlines() if line.endswith("ran")]
        for options in ((), ("--clock",), ("--long",), ("--only", "slow"), ("--only", "understanding"))
    ]
    assert ran == [["reading"], ["reading", "timed"], ["reading", "slow"], ["slow"], ["reading", "timed", "slow"]]


def test_a_run_without_its_data_is_left_out_and_says_what_is_missing(everything, data):
    (data / "dialogues.jsonl").unlink()
    status, printed = everything(READING, TABLE.replace("SHARE", "5"))
    assert status == 0
    assert f"left out: there is no {data.resolve()}/dial*.jsonl" in printed
    assert "0 documented figures measured" in printed and "2 not measured" in printed


def test_figures_that_are_kept_are_compared_again_without_a_run(everything):
    assert everything(READING, TABLE.replace("SHARE", "1"))[0] == 0
    status, printed = everything(READING, TABLE.replace("SHARE", "2"), "--compare")
    assert status == 1 and "reading …" not in printed


def test_measured_figures_are_written_where_the_documented_ones_are_off_with_as_many_digits(everything, tmp_path):
    head, row = TABLE.rstrip().rsplit("\n", 1)
    table = f"Others: 5\n{head}\n{row}"
    status, _ = everything(READING, table.replace("| 1 |", "| about **7** <!-- 7 --> |").replace("SHARE", "97.0 %"), "--write")
    assert status == 0
    told = table.replace("| 1 |", "| about **1** <!-- 7 --> |").replace("SHARE", "100.0 %")
    assert (tmp_path / "figures.md").read_text("utf-8") == told
    status, _ = everything(READING, table.replace("SHARE", "1"), "--compare")
    assert status == 0


@pytest.mark.parametrize(
    ("plan", "options", "says"),
    [
        (READING, ("--only", "reeding"), "There is no run 'reeding'; choose among reading."),
        ('[reading]\ncomand = "lint"\n', (), "is no plan"),
        ("[reading", (), "is no plan"),
    ],
)
def test_a_plan_or_a_name_that_is_wrong_is_told_in_one_sentence(plan, options, says, everything):
    status, printed = everything(plan, TABLE, *options)
    assert status == 2
    assert says in printed and "Traceback" not in printed


def test_every_run_of_the_plan_is_a_benchmark_over_files_that_are_here():
    for run in read_plan().values():
        words = run.command.split()
        assert words[0] in NAMES
        for word in words:
            assert not word.startswith(("benchmarks/", "bot/")) or list(ROOT.glob(word)), f"{run.name}: {word}"


def test_every_run_takes_the_arguments_that_the_plan_gives(tmp_path):
    """Each command's own reading of arguments refuses what it does not know, before it does anything."""
    for run in read_plan().values():
        name, *words = run.command.replace("{data}", str(tmp_path)).split()
        with pytest.raises(SystemExit) as ended:
            main([name, *words, "--json", "--help"])
        assert ended.value.code == 0
        assert Path(ROOT, "benchmarks", f"{name}.py").exists()
