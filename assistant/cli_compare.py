"""``treaty compare``: one topic in several documents, a row each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from assistant import cli_export, terminal
from assistant.opening import opened
from corpus.pinpoint import Style


class Form(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    MARKDOWN = "markdown"
    CSV = "csv"


def compare(
    context: typer.Context,
    topic: Annotated[
        str,
        typer.Argument(help="A subject, such as withdrawal, or a question that compares treaties by name."),
    ],
    *,
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document", metavar="ID", help="A document to compare; repeatable. All treaties if left out."
        ),
    ] = None,
    style: Annotated[
        Style | None,
        typer.Option("--style", help="How citations are written; the setting `style` if left out."),
    ] = None,
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="How the table is printed. In CSV, a cell that begins with an apostrophe has one more than its text.",
        ),
    ] = Form.TABLE,
    links: Annotated[
        bool, typer.Option("--links", help="Show each quotation's link in the web chat.")
    ] = False,
    export: cli_export.Export = None,
    force: cli_export.Force = False,
    link_base: cli_export.LinkBase = None,
) -> None:
    """Set treaties side by side on a topic, in their own words; say where nothing was found."""
    from assistant.compare import compare as compare_documents
    from assistant.compare import of_library, rows_for
    from assistant.render_compare import compared_csv, compared_json, compared_markdown, print_compared

    manner, tell = style or context.obj.style, terminal.counter("Documents")
    target = cli_export.target(export, force=force, link_base=link_base)
    with opened(context.obj) as assistant:
        if document:
            made = compare_documents(assistant, topic, document, on_row=tell)
        else:
            made = rows_for(topic, assistant, on_row=tell) or of_library(topic, assistant, on_row=tell)
        texts = {row.document.id: row.document.text for row in made.rows}
    data = compared_json(made, texts, manner)
    if form is Form.TABLE:
        terminal.show_table(data, lambda console: print_compared(made, console, manner, links=links))
    else:
        text = compared_markdown(made, manner) if form is Form.MARKDOWN else compared_csv(made, manner)
        terminal.exactly(data, text)
    if target is not None:
        target.write(made.question, [made], texts, manner)
