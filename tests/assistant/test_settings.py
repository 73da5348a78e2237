"""Settings: options over environment over file over defaults, and nothing misspelt is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load
from corpus.pinpoint import Style


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TREATY_{name.upper()}", raising=False)


def test_the_defaults_use_the_models_and_texts_that_come_with_the_program(tmp_path: Path) -> None:
    made = load(tmp_path)
    assert made.home == tmp_path
    assert made.embedded is True
    assert (made.embedder, made.reranker) == ("bundled", "bundled")
    assert made.passage_tokens == 220


def test_the_file_is_over_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('embedder = "some/model"\nembedded = false\n', encoding="utf-8")
    made = load(tmp_path)
    assert made.embedder == "some/model"
    assert made.embedded is False


def test_a_citation_style_is_set_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(tmp_path).style is Style.OSCOLA
    (tmp_path / "settings.toml").write_text('style = "plain"\n', encoding="utf-8")
    assert load(tmp_path).style is Style.PLAIN
    monkeypatch.setenv("TREATY_STYLE", "bluebook")
    assert load(tmp_path).style is Style.BLUEBOOK


def test_the_environment_is_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("max_pages = 10\nmax_megabytes = 5\n", encoding="utf-8")
    monkeypatch.setenv("TREATY_MAX_PAGES", "20")
    made = load(tmp_path)
    assert (made.max_pages, made.max_megabytes) == (20, 5)


def test_options_are_over_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("max_pages = 10\nembedded = true\n", encoding="utf-8")
    monkeypatch.setenv("TREATY_MAX_PAGES", "20")
    monkeypatch.setenv("TREATY_EMBEDDED", "true")
    made = load(tmp_path, max_pages=30, embedded=False)
    assert (made.max_pages, made.embedded) == (30, False)


def test_an_option_not_given_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("max_pages = 10\n", encoding="utf-8")
    assert load(tmp_path, max_pages=None).max_pages == 10


def test_the_home_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREATY_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text("max_pages = 10\n", encoding="utf-8")
    made = load()
    assert (made.home, made.max_pages) == (tmp_path, 10)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("embeder = 'x'\n", "setting 'embeder'"),
        ("passage_tokens = 39\n", "setting 'passage_tokens'"),
        ("passage_tokens = 481\n", "setting 'passage_tokens'"),
        ("passage_tokens = 'many'\n", "found 'many'"),
        ("max_pages = 0\n", "setting 'max_pages'"),
        ("style = 'mla'\n", "'oscola', 'bluebook' or 'plain'; found 'mla'"),
        ("embedded = 'perhaps'\n", "setting 'embedded'"),
        ("[section]\nmax_pages = 1\n", "setting 'section'"),
        ("max_pages = \n", "expected a TOML file"),
        ("\x00", "expected a TOML file"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_what_is_wrong(tmp_path: Path, content: str, names: str) -> None:
    (tmp_path / "settings.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=names) as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)


def test_an_unknown_setting_is_told_what_settings_there_are(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("lamps = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert all(name in str(caught.value) for name in Settings.model_fields)


def test_bytes_that_are_no_text_are_no_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00max")
    with pytest.raises(SettingsError, match="expected a TOML file"):
        load(tmp_path)


def test_a_wrong_value_in_the_environment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREATY_PASSAGE_TOKENS", "9")
    with pytest.raises(SettingsError, match="setting 'passage_tokens'"):
        load(tmp_path)


def test_settings_do_not_change_once_loaded(tmp_path: Path) -> None:
    made = load(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        made.max_pages = 3
