"""The ``treaty`` command. Thin: options in, one call, rendering out.

``--home``, ``--json`` and ``--no-embedded`` may stand anywhere on the line. Every expected error is one line on
stderr, with exit code 1, or 2 if the command line itself is wrong; with ``--json`` stdout is valid JSON or empty.
Heavy libraries are imported by the command that needs them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from assistant import (
    arguments,
    cli_compare,
    cli_corpus,
    cli_eval,
    cli_export,
    cli_serve,
    cli_verify,
    terminal,
)
from assistant.opening import opened
from assistant.settings import Settings
from assistant.settings import load as load_settings
from corpus.errors import TreatyError
from corpus.pinpoint import Style

app = typer.Typer(
    name="treaty",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Questions about treaties, answered in the words of the sources and in no others.",
)
index_app = typer.Typer(help="Make the index match the library; look at it, check it, go back.")
app.add_typer(index_app, name="index")
app.add_typer(cli_corpus.app, name="corpus")
app.add_typer(cli_eval.app, name="eval")

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it: 128 + SIGINT."""
_USAGE_ERROR: Any = typer.BadParameter.__bases__[0]
"""Base of the errors about the command line; Typer exports only the classes below it."""

Question = Annotated[str | None, typer.Argument(help="The question, in quotes.")]
Batch = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A JSON Lines file of questions: {id, question, history?}."),
]
History = Annotated[list[str] | None, typer.Option(help="An earlier question; repeatable, oldest first.")]
Documents = Annotated[
    list[str] | None, typer.Option("--document", metavar="ID", help="Look only in this document; repeatable.")
]
CitationStyle = Annotated[
    Style | None, typer.Option("--style", help="How citations are written; the setting `style` if left out.")
]


def main() -> None:
    """Run the command line; never shows a traceback for an expected error."""
    terminal.prepare()
    try:
        sys.exit(app(args=arguments.hoisted(sys.argv[1:]), prog_name="treaty", standalone_mode=False))
    except TreatyError as error:
        _fail(str(error), 1)
    except _USAGE_ERROR as error:
        _usage(error)
    except typer.Abort:
        sys.exit(_INTERRUPTED)
    except OSError as error:
        place = error.filename or "the system"
        _fail(f"{place}: {error.strerror or error}. Check the path and its rights", 1)


def _fail(message: str, code: int) -> NoReturn:
    terminal.error(message)
    sys.exit(code)


def _usage(error: Any) -> NoReturn:
    """End over a wrong command line; a command without its arguments has shown its help already."""
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.exit(error.exit_code)
    command = error.ctx.command_path if error.ctx is not None else "treaty"
    _fail(f"{error.format_message().rstrip('.')}. See: {command} --help", error.exit_code)


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where library and index are kept.", envvar="TREATY_HOME"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    no_embedded: Annotated[
        bool, typer.Option("--no-embedded", help="Leave the embedded guides out.")
    ] = False,
) -> None:
    """Questions about treaties, answered in the words of the sources and in no others."""
    context.obj = load_settings(home, embedded=False if no_embedded else None)
    terminal.use_json(as_json)


# -- asking


@app.command()
def ask(
    context: typer.Context,
    *,
    question: Question = None,
    batch: Batch = None,
    history: History = None,
    document: Documents = None,
    style: CitationStyle = None,
    links: Annotated[
        bool, typer.Option("--links", help="Show each quotation's link in the web chat; JSON always has it.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the question was understood and weighed.")
    ] = False,
    export: cli_export.Export = None,
    force: cli_export.Force = False,
    link_base: cli_export.LinkBase = None,
) -> None:
    """Answer a question with verified quotations, or decline."""
    from assistant.explain import explanation_json, explanation_text
    from assistant.render import answer_json, answer_text

    questions, manner = _questions(question, batch, history), style or context.obj.style
    target, answers = cli_export.target(export, force=force, link_base=link_base), []
    with opened(context.obj) as assistant:
        texts = {d.id: d.text for d in assistant.documents()}
        for one in questions:
            answer = assistant.ask(one.text, history=one.history, document_ids=document)
            answers.append(answer)
            made = {**one.label, **answer_json(answer, texts, manner)}
            shown = answer_text(answer, manner, links=links)
            if explain:
                why = assistant.explain(one.text, history=one.history, document_ids=document)
                made["explain"], shown = explanation_json(why), f"{shown}\n\n{explanation_text(why)}"
            terminal.show(made, shown, one_line=bool(batch))
    if target is not None:
        target.write(batch.name if batch else answers[0].question, answers, texts, manner)


@app.command()
def search(
    context: typer.Context,
    *,
    question: Question = None,
    batch: Batch = None,
    history: History = None,
    document: Documents = None,
    style: CitationStyle = None,
    top_k: Annotated[int, typer.Option(min=1, max=100, help="Most passages wanted.")] = 10,
) -> None:
    """Show the passages nearest to a question, without quoting."""
    from assistant.render import search_json, search_text

    questions, manner = _questions(question, batch, history), style or context.obj.style
    with opened(context.obj) as assistant:
        documents = {d.id: d for d in assistant.documents()}
        for one in questions:
            hits = assistant.search(one.text, history=one.history, top_k=top_k, document_ids=document)
            found = search_json(one.text, hits, documents)
            terminal.show({**one.label, **found}, search_text(hits, documents, manner), one_line=bool(batch))


def _questions(
    question: str | None, batch: Path | None, history: Sequence[str] | None
) -> tuple[arguments.Question, ...]:
    if (question is None) == (batch is None):
        raise typer.BadParameter("give a question, or a file with --batch FILE", param_hint="QUESTION")
    if batch is None:
        return arguments.one_question(question or "", history or ())
    if history:
        raise typer.BadParameter("with --batch, each line has its own history", param_hint="--history")
    return arguments.batch(batch)


app.command()(cli_compare.compare)
app.command()(cli_verify.verify)


# -- the index


@index_app.callback(invoke_without_command=True)
def index(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Embed everything anew.")] = False,
    workers: Annotated[
        int,
        typer.Option(min=0, max=256, help="Processes that embed, each with the model; 0 for this one alone."),
    ] = 0,
    ray: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Have them on a Ray cluster: its address, `auto`, or `local`."),
    ] = None,
) -> None:
    """Make the index match the library."""
    if context.invoked_subcommand is not None:
        return
    if ray is not None and not workers:
        raise typer.BadParameter("say how many processes with --workers N", param_hint="--ray")
    from assistant.wiring import update_index

    with terminal.progress() as progress:
        report = update_index(context.obj, progress, rebuild=rebuild, workers=workers, ray=ray)
    terminal.show(terminal.report_json(report), terminal.report_text(report))


@index_app.command()
def status(context: typer.Context) -> None:
    """Show the live generation and the ones kept."""
    from index.generation import current, manifests

    settings: Settings = context.obj
    live, kept = current(settings.home), manifests(settings.home)
    terminal.show(terminal.generations_json(live, kept), terminal.generations_text(live, kept))


@index_app.command("verify")
def verify_index(context: typer.Context) -> None:
    """Check that the live generation is whole: every passage has a vector, every span is re-read."""
    from index.generation import open_generation, verify

    settings: Settings = context.obj
    with open_generation(settings.home, server=settings.vector_server) as generation:
        findings = list(verify(generation))
        name = generation.id
    terminal.show({"generation": name, "findings": findings}, "\n".join(findings) or f"{name}: sound")
    if findings:
        raise typer.Exit(1)


@index_app.command()
def rollback(context: typer.Context) -> None:
    """Go back to the generation before the live one."""
    from index.generation import rollback as go_back

    settings: Settings = context.obj
    name = go_back(settings.home, settings.vector_server)
    terminal.show({"live": name}, f"The live generation is {name} again.")


# -- the rest


@app.command()
def parse(context: typer.Context, file: Annotated[Path, typer.Argument(help="A document.")]) -> None:
    """Show the provisions of a file without adding it."""
    from assistant.render import parse_json
    from assistant.show import outline
    from assistant.wiring import limits
    from corpus.contained import read_contained
    from corpus.intake import bytes_of
    from corpus.structure import parse as parse_structure

    most = limits(context.obj)
    document = read_contained(bytes_of(file, most), file.name, limits=most, structure=True)
    root = parse_structure(document)
    terminal.show(parse_json(document, root), outline(document, root))


app.command()(cli_serve.serve)
app.command()(cli_serve.password)


@app.command()
def doctor(
    context: typer.Context,
    *,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended safely; never removes a document.")
    ] = False,
) -> None:
    """Tell what is installed, whether models, library and index are sound, and what to do. Exit code 1 if not."""
    from assistant.doctor import examine, mend

    checks = examine(context.obj)
    fixed = mend(checks) if fix else ()
    checks = examine(context.obj) if fixed else checks
    terminal.show(terminal.checks_json(checks, fixed), terminal.check_table(checks, fixed))
    if not all(c.ok for c in checks):
        raise typer.Exit(1)
