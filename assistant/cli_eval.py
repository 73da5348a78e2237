"""``treaty eval`` and the commands below it: run the cases, look at a saved run, compare two, leave parts out, fit."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import terminal
from assistant.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.answer import Assistant
    from assistant.parts import Parts
    from assistant.settings import Settings
    from eval.cases import Case
    from eval.run import Run

app = typer.Typer(help="Run the evaluation; compare runs; fit the confidence model.")

Html = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Also write the report as a page with plots.")
]
SavedRun = Annotated[Path, typer.Argument(metavar="RUN", help="A run kept with --save.")]


@app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    *,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Case files; those whose documents are indexed if left out."),
    ] = None,
    split: Annotated[str | None, typer.Option(help="dev or test; both if left out.")] = None,
    small: Annotated[
        bool, typer.Option("--small", help="The small set over the embedded guides, in an index of its own.")
    ] = False,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the run as JSON.")] = None,
    html: Html = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Fail if a figure falls below this saved run.")
    ] = None,
) -> None:
    """Run the evaluation and print its table."""
    if context.invoked_subcommand is not None:
        _refuse_options(context)
        return
    if small and (cases or split):
        raise typer.BadParameter("the small set has its cases already", param_hint="--small")
    from eval.run import Run
    from eval.small import check, run_small

    before = None if baseline is None else Run.load(baseline)
    for path in (save, html):
        _refuse_no_place(path)
    progress = terminal.counter("Cases")
    run = run_small(context.obj, progress) if small else _run(context.obj, cases, split)
    if save is not None:
        run.save(save)
    _show(run, html)
    if before is not None:
        check(run, before, str(baseline))


@app.command()
def show(run: SavedRun, html: Html = None) -> None:
    """Show the report of a saved run again."""
    from eval.run import Run

    _refuse_no_place(html)
    _show(Run.load(run), html)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="The run before.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="The run after.")],
    *,
    common: Annotated[
        bool, typer.Option("--common", help="Compare the cases they share, if they differ.")
    ] = False,
) -> None:
    """Compare two saved runs: what changed, whether by chance, and in which cases."""
    from eval.compare import compare as compare_runs
    from eval.compare_report import comparison_json, print_comparison
    from eval.run import Run

    found = compare_runs(Run.load(first), Run.load(second), common=common)
    terminal.show_table(comparison_json(found), lambda console: print_comparison(found, console))


@app.command()
def ablate(
    context: typer.Context,
    *,
    cases: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Case files; those whose documents are indexed if left out."),
    ] = None,
    split: Annotated[str | None, typer.Option(help="dev or test; both if left out.")] = None,
    part: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="Leave out only this part; repeat for more.")
    ] = None,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the table as JSON.")] = None,
) -> None:
    """Show what each part of answering brings: ask the cases once whole, and once without each part."""
    from eval.ablate import ablate as leave_out
    from eval.ablate_report import ablation_json, print_ablation
    from eval.made_with import models_of

    settings: Settings = context.obj
    _refuse_no_place(save)
    with opened(settings) as assistant:
        chosen = _suite(assistant, cases, split)
    found = leave_out(
        partial(_opened_with, settings),
        chosen,
        parts=part,
        settings=settings.model_dump(),
        models=models_of(settings),
        progress=terminal.counter("Cases"),
    )
    if save is not None:
        form = json.dumps(ablation_json(found), ensure_ascii=False, indent=2)
        save.write_text(f"{form}\n", encoding="utf-8", newline="\n")
    terminal.show_table(ablation_json(found), lambda console: print_ablation(found, console))


@app.command()
def calibrate(
    context: typer.Context,
    homes: Annotated[
        list[Path] | None, typer.Argument(metavar="[HOME]...", help="Indexed homes; --home if left out.")
    ] = None,
    held_out: Annotated[
        Path | None,
        typer.Option(
            help="Vectors of the questions, as eval.fit_encoder writes them.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Fit the confidence model on the dev cases of one or more homes and write it into the program."""
    from eval.errors import EvaluationError

    try:
        from eval.calibrate import main as fit
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("sklearn"):
            raise
        raise EvaluationError(
            "expected scikit-learn, which fits the model, found none. Run: pip install 'treaty-assistant[dev]'"
        ) from error
    settings: Settings = context.obj
    fit(homes or [settings.home], held_out)


def _run(settings: Settings, cases: list[Path] | None, split: str | None) -> Run:
    from eval.made_with import models_of
    from eval.run import evaluate as run_cases

    with opened(settings) as assistant:
        chosen = _suite(assistant, cases, split)
        assistant.warm()
        return run_cases(
            assistant,
            chosen,
            settings=settings.model_dump(),
            models=models_of(settings),
            progress=terminal.counter("Cases"),
        )


def _suite(assistant: Assistant, cases: list[Path] | None, split: str | None) -> tuple[Case, ...]:
    """Return the cases to ask, and say which files were left out."""
    from eval.suite import suite

    chosen = suite([d.id for d in assistant.documents()], cases, split)
    for name, lacking in chosen.left_out.items():
        terminal.note(f"Left out {name}: not indexed are {', '.join(lacking)}")
    return chosen.cases


@contextmanager
def _opened_with(settings: Settings, parts: Parts) -> Iterator[Assistant]:
    """Open the assistant with these parts, its models loaded."""
    from assistant.wiring import open_assistant

    assistant = open_assistant(settings, parts)
    try:
        assistant.warm()
        yield assistant
    finally:
        assistant.close()


def _show(run: Run, html: Path | None) -> None:
    from eval.page import page
    from eval.report import print_report, report_json

    if html is not None:
        html.write_text(page(run), encoding="utf-8", newline="\n")
        terminal.note(f"Report: {html}")
    terminal.show_table(report_json(run), lambda console: print_report(run, console))


def _refuse_options(context: typer.Context) -> None:
    """Refuse options of the run before a command that runs nothing: they would do nothing, silently."""
    given = [f"--{name.replace('_', '-')}" for name, value in context.params.items() if value]
    if given:
        raise typer.BadParameter(
            f"{context.invoked_subcommand} takes options after its name, and not these",
            param_hint=", ".join(given),
        )


def _refuse_no_place(path: Path | None) -> None:
    """Refuse a file that cannot be written before minutes are spent on what it shall hold."""
    from eval.errors import EvaluationError

    if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
        found = "a folder" if path.is_dir() else "no folder to put it in"
        raise EvaluationError(f"{path}: expected the name of a file to write, found {found}. Name another")
