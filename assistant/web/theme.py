"""How the page looks: a quiet reading room, by day and by lamp.

Fonts are those of the reader's system, nothing is fetched. All pairs of text and ground have a contrast of
4.5 to 1 or more (WCAG 2.2, 1.4.3); nothing is told by colour alone.
"""

from __future__ import annotations

from pathlib import Path

from gradio.themes import Base
from gradio.themes.utils.colors import Color

SANS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Liberation Sans", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "DejaVu Sans Mono", "monospace")

_INK = Color(
    name="ink",
    c50="#f0f4f6", c100="#dde6ea", c200="#bccfd7", c300="#93b3bf", c400="#64909f", c500="#417384",
    c600="#2f5d6d", c700="#274c5a", c800="#213f4a", c900="#1b333d", c950="#101f26",
)  # fmt: skip
_PAPER = Color(
    name="paper",
    c50="#fbf9f5", c100="#f4f0e8", c200="#e6dfd2", c300="#d2c8b6", c400="#a3988a", c500="#786e62",
    c600="#5c544a", c700="#443e37", c800="#2b2824", c900="#1f1d1a", c950="#171513",
)  # fmt: skip

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%232f5d6d'/%3E"
    "%3Cpath d='M4 4h8M4 7h8M4 10h5' stroke='white' stroke-width='1.4'/%3E%3C/svg%3E"
)
HEAD = f'<link rel="icon" type="image/svg+xml" href="{ICON}"><meta name="referrer" content="no-referrer">'

CSS = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def reading_room() -> Base:
    """Return the theme for Gradio's own widgets."""
    theme = Base(primary_hue=_INK, secondary_hue=_INK, neutral_hue=_PAPER, font=SANS, font_mono=MONO)
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="*neutral_900",
        block_background_fill="#ffffff",
        block_background_fill_dark="*neutral_900",
        block_border_color="*neutral_200",
        block_border_color_dark="*neutral_700",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_shadow="none",
        body_text_color="*neutral_800",
        body_text_color_dark="*neutral_100",
        body_text_color_subdued="*neutral_500",
        body_text_color_subdued_dark="*neutral_400",
        input_background_fill="#ffffff",
        input_background_fill_dark="*neutral_900",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_500",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )
