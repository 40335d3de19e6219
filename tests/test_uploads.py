"""Files sent through the console."""

from __future__ import annotations

import pytest

from bot.errors import InputError
from bot.loading.uploads import Uploads


def test_a_file_on_trial_lies_in_its_place_and_leaves_it_as_it_was(tmp_path):
    uploads, new = Uploads(tmp_path / "uploads"), tmp_path / "new" / "faq.csv"
    new.parent.mkdir()
    new.write_text("first")
    with uploads.on_trial([new]) as [place]:
        assert place.read_text() == "first"
    assert not place.exists()

    with uploads.kept([new]) as [kept]:
        assert kept == place
    new.write_text("second")
    for placing in (uploads.on_trial, uploads.kept):
        with pytest.raises(ZeroDivisionError), placing([new]):
            assert place.read_text() == "second"
            raise ZeroDivisionError
        assert place.read_text() == "first"


def test_names_that_clash_or_hide_are_refused(tmp_path):
    uploads = Uploads(tmp_path / "uploads")
    for folder, name in (("a", "faq.csv"), ("b", "faq.csv"), ("a", ".hidden")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_text("x")
    with pytest.raises(InputError, match="Two files"), uploads.kept([tmp_path / "a" / "faq.csv", tmp_path / "b" / "faq.csv"]):
        pass
    with pytest.raises(InputError, match="cannot be called"), uploads.kept([tmp_path / "a" / ".hidden"]):
        pass
    assert not (tmp_path / "uploads").exists()
