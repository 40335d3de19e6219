import gzip
import json

import numpy as np

from benchmarks.training.selection import FIXED, fit, main, read_set
from bot.generation.candidate import WEIGHTS


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()))


def passages(folder):
    texts = {name: f"{name}是一种灯。它由纸做成。它产自南通。" for name in ("云灯", "月灯", "星灯", "雪灯")}
    write(folder / "corpus.jsonl.gz", [{"id": name, "title": name, "text": text} for name, text in texts.items()])
    write(folder / "queries.jsonl.gz", [{"id": name, "text": f"{name}产自哪里？", "answers": ["南通"]} for name in texts])
    write(folder / "qrels.jsonl.gz", [{"q": name, "d": name, "rel": 1} for name in texts])


def questions(folder):
    rows = [
        {"title": name, "context": f"A {name} is a lamp. It is made of paper.", "question": f"What is a {name} made of?",
         "answers": ["paper"] if name != "moon" else [], "answerable": name != "moon"}
        for name in ("cloud", "moon", "star", "snow")
    ]  # fmt: skip
    write(folder / "train.jsonl.gz", rows)


def test_the_weight_of_a_feature_that_tells_the_answer_grows_and_fixed_ones_stay():
    features = np.zeros((2, len(WEIGHTS)))
    features[1, list(WEIGHTS).index("meant")] = 1.0
    noise = features.copy()
    noise[0, list(WEIGHTS).index("focus")] = 1.0
    fitted = fit([("q", ["a", "b"], features, [False, True]), ("q", ["a", "b"], noise, [False, True])])
    assert fitted["meant"] > 1.0 > 0.0 > fitted["focus"]
    assert {name: fitted[name] for name in FIXED} == {name: WEIGHTS[name] for name in FIXED}


def test_unanswerable_questions_are_left_out(tmp_path):
    questions(tmp_path)
    assert [article for article, _ in read_set(tmp_path)] == ["cloud", "star", "snow"]


def test_the_command_prints_weights_and_what_they_reach_on_other_articles(tmp_path, capsys):
    for name in ("zh/cmrc2018_passages", "zh/drcd_passages"):
        passages(tmp_path / name)
    for name in ("en/squad2_dev", "en/squadshifts"):
        questions(tmp_path / name)
    assert main(["--data", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    weights, figures = printed.split("}\n")
    assert list(json.loads(weights + "}")) == list(WEIGHTS)
    assert figures.split()[:3] == ["zh/cmrc2018_passages", "2", "1.0000"]
