"""Markdown tables and their places."""

from pathlib import Path

from hasila import tables


def test_a_table_has_a_line_a_row() -> None:
    assert tables.markdown(["", "F1"], [["fine", 0.5], ("coarse", "0.600")]) == (
        "|  | F1 |\n|---|---|\n| fine | 0.5 |\n| coarse | 0.600 |"
    )


def test_tables_are_put_between_their_markers_and_nowhere_else(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text("قبل\n<!-- a -->\nold\n<!-- /a -->\nبعد\n<!-- b -->\n<!-- /b -->\n", encoding="utf-8")
    assert tables.fill(card, {"a": r"| \1 |", "c": "nowhere"})
    wanted = "قبل\n<!-- a -->\n\n| \\1 |\n\n<!-- /a -->\nبعد\n<!-- b -->\n<!-- /b -->\n"
    assert card.read_text(encoding="utf-8") == wanted
    assert not tables.fill(card, {"a": r"| \1 |"})
