"""The endpoints as a program meets them: through Gradio's client, plain HTTP and the MCP client, over a served page."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import McpError
from mcp.types import CallToolResult, InitializeResult, ListToolsResult, TextContent
from pydantic import ConfigDict, TypeAdapter, with_config

from assistant import contract
from assistant.web.service.endpoints import NAMES
from assistant.web.service.given import LONGEST_TEXT
from tests.web.awaiting import awaited
from tests.web.browsing import Served, real, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEEPERS = "How long is the training of lighthouse keepers?"
KEEPERS_WORDS = "Each Party trains its lighthouse keepers for no less than forty days before the first watch."
DRAFT = (
    'The lamps convention says that "Each Party trains its lighthouse keepers for no less than fifty days".'
)
FORMS: dict[str, Any] = {
    "/ask": contract.Answered,
    "/search": contract.Found,
    "/show": contract.Shown,
    "/verify": contract.Verified,
    "/compare": contract.Comparison,
    "/documents": contract.Listed,
}


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with small("--mcp") as served:
        yield served


@pytest.fixture(scope="module")
def client(page: Served) -> Client:
    # a document's "path" would be taken for a file to fetch
    return Client(page.address, verbose=False, download_files=False)


def _fits(name: str, result: Any) -> None:
    """Hold a result against the declared form: every field there, none besides, all of their types."""
    exact = ConfigDict(strict=True, extra="forbid")
    form = with_config(exact)(FORMS[name])
    TypeAdapter(form).validate_json(json.dumps(result), strict=True)


def test_exactly_the_endpoints_are_open(page: Served) -> None:
    found = httpx.get(f"{page.address}/gradio_api/info").json()
    assert set(found["named_endpoints"]) == {f"/{name}" for name in NAMES} == set(FORMS)
    assert found["unnamed_endpoints"] == {}
    everything = httpx.get(f"{page.address}/gradio_api/info", params={"all_endpoints": "true"}).json()
    assert set(everything["named_endpoints"]) == set(FORMS)


def test_every_endpoint_is_described_and_typed(page: Served) -> None:
    found = httpx.get(f"{page.address}/gradio_api/info").json()["named_endpoints"]
    for name, endpoint in found.items():
        assert len(endpoint["description"]) > 60, name
        assert endpoint["returns"][0]["type"]["type"] == "object", name
        assert all(one["type"] for one in endpoint["parameters"]), name
    asked = {one["parameter_name"]: one for one in found["/ask"]["parameters"]}
    assert [one for one in asked if not asked[one]["parameter_has_default"]] == ["question"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("/ask", {"question": KEEPERS}),
        ("/ask", {"question": "Who repairs pianos in winter?"}),
        (
            "/ask",
            {
                "question": KEEPERS,
                "history": ["What is a lantern?"],
                "documents": ["lamps"],
                "style": "bluebook",
            },
        ),
        ("/search", {"question": KEEPERS, "top_k": 3}),
        ("/show", {"document": "lamps", "pinpoint": "1(1)(a)"}),
        ("/show", {"document": "lamps"}),
        ("/verify", {"text": DRAFT}),
        ("/verify", {"text": "As art 9 of the Convention on the Care of Lamps says."}),
        ("/compare", {"topic": "training of keepers", "documents": ["lamps", "long"]}),
        ("/documents", {}),
    ],
)
def test_a_result_is_what_its_form_declares(client: Client, name: str, arguments: dict[str, Any]) -> None:
    _fits(name, client.predict(**arguments, api_name=name))


def test_an_answer_is_quoted_word_for_word_and_a_decline_says_so(client: Client) -> None:
    quoted = client.predict(question=KEEPERS, api_name="/ask")
    assert quoted["status"] == "quoted"
    assert quoted["quotes"][0]["text"] == KEEPERS_WORDS
    assert quoted["quotes"][0]["citation"] == "Convention on the Care of Lamps, art 3, p 2"
    declined = client.predict(question="Who repairs pianos in winter?", api_name="/ask")
    assert (declined["status"], declined["quotes"], declined["reason_code"]) == (
        "declined",
        [],
        "not_an_answer",
    )


def test_history_documents_and_style_are_handed_on(client: Client, page: Served) -> None:
    page.forget()
    given = {
        "question": KEEPERS,
        "history": ["What is a lantern?"],
        "documents": ["lamps"],
        "style": "bluebook",
    }
    quoted = client.predict(**given, api_name="/ask")
    call = {"question": KEEPERS, "history": ["What is a lantern?"], "document_ids": ["lamps"]}
    assert page.asked() == call
    assert quoted["quotes"][0]["citation"] == quoted["quotes"][0]["citations"]["bluebook"]


def test_a_draft_is_checked_with_offsets_into_it(client: Client) -> None:
    found = client.predict(text=DRAFT, api_name="/verify")["findings"][0]
    assert found["status"] == "differs"
    assert DRAFT[found["start"] : found["end"]] == found["quotation"]
    assert [(one["source"], one["text"]) for one in found["diff"] if one["op"] == "replace"] == [
        ("forty", "fifty")
    ]


def test_a_link_shows_its_provision(client: Client) -> None:
    shown = client.predict(document="#/documents/lamps/art-3", api_name="/show")
    assert KEEPERS_WORDS in shown["text"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("/ask", {"question": "x" * 2001}, "argument 'question': expected text of at most 2000 characters"),
        ("/ask", {"question": 5}, "argument 'question': expected text of at most 2000 characters, found 5"),
        ("/ask", {"question": KEEPERS, "history": "before"}, "argument 'history': expected a list"),
        ("/ask", {"question": KEEPERS, "history": ["x"] * 51}, "found a list of 51"),
        ("/ask", {"question": KEEPERS, "documents": [1]}, "argument 'documents': expected a list"),
        ("/ask", {"question": KEEPERS, "documents": ["nothing"]}, "no document"),
        (
            "/ask",
            {"question": KEEPERS, "style": "apa"},
            "expected one of oscola, bluebook, plain, found 'apa'",
        ),
        ("/search", {"question": KEEPERS, "top_k": 101}, "a whole number from 1 to 100, found 101"),
        ("/search", {"question": KEEPERS, "top_k": 2.5}, "a whole number from 1 to 100, found 2.5"),
        ("/search", {"question": KEEPERS, "top_k": True}, "a whole number from 1 to 100, found True"),
        (
            "/show",
            {"document": "lamps", "pinpoint": "99"},
            "expected a provision such as 13(1)(b), found '99'",
        ),
        ("/show", {"document": "../../etc/passwd"}, "no document"),
        ("/verify", {"text": "x" * (LONGEST_TEXT + 1)}, f"at most {LONGEST_TEXT} characters"),
        ("/compare", {"topic": "?", "documents": ["lamps"]}, "expected a topic in words"),
        ("/ask", {"question": "unexpectedly"}, "Something went wrong while answering"),
    ],
)
def test_an_error_is_one_line_and_nothing_else(
    client: Client, name: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(AppError) as raised:
        client.predict(**arguments, api_name=name)
    assert said in raised.value.message
    assert not any(leak in raised.value.message for leak in ("\n", "Traceback", ".py", "ZeroDivision"))


def test_plain_http_answers_too(page: Served) -> None:
    sent = {"data": [KEEPERS, None, None, None]}
    answer = httpx.post(f"{page.address}/gradio_api/run/ask", json=sent)
    _fits("/ask", answer.json()["data"][0])
    event = httpx.post(f"{page.address}/gradio_api/call/v2/documents", json={}).json()["event_id"]
    told = httpx.get(f"{page.address}/gradio_api/call/v2/documents/{event}").text
    assert told.startswith("event: complete\ndata: ")
    _fits("/documents", json.loads(told.split("data: ", 1)[1])[0])


@pytest.mark.parametrize("name", ["clear", "look", "ask_example", "page_0", "page_3", "follow"])
@pytest.mark.parametrize("way", ["run", "api", "call", "call/v2"])
def test_what_the_page_calls_is_not_called_by_name(page: Served, name: str, way: str) -> None:
    assert httpx.post(f"{page.address}/gradio_api/{way}/{name}", json={"data": []}).status_code == 404


def test_more_than_may_wait_is_told_to_try_again() -> None:
    with small("--ask", "0.4", "--waiting", "1") as page, httpx.Client(timeout=30) as http:
        _ready(http, page)

        async def ask_all() -> list[httpx.Response]:
            async with httpx.AsyncClient(timeout=30) as many:
                sent = {"data": [KEEPERS, None, None, None]}
                ways = [many.post(f"{page.address}/gradio_api/run/ask", json=sent) for _ in range(6)]
                return await asyncio.gather(*ways)

        answers = awaited(ask_all())
        assert sorted(one.status_code for one in answers) == [200, 200, 200, 500, 500, 500]
        busy = [one.json()["error"] for one in answers if one.status_code == 500]
        assert all("expected a free place" in one and "Try again in a moment" in one for one in busy)
        numbers = http.get(f"{page.address}/metrics").text
        assert 'treaty_questions_total{outcome="busy",reason="Busy"} 3.0' in numbers
        assert 'treaty_questions_total{outcome="quoted",reason=""} 3.0' in numbers


def test_before_the_models_are_there_an_endpoint_says_so() -> None:
    with small("--load", "20") as page:
        answer = httpx.post(f"{page.address}/gradio_api/run/documents", json={"data": []})
        assert "found them loading. Try again in a few seconds" in answer.json()["error"]


def test_the_real_assistant_answers_programs_in_the_declared_form(tmp_path: Path) -> None:
    with real(tmp_path / "home") as page, httpx.Client(timeout=60) as http:
        _ready(http, page)
        client = Client(page.address, verbose=False, download_files=False)
        for question in ("What is the Second Additional Protocol about?", "How do I bake bread?"):
            answer = client.predict(question=question, api_name="/ask")
            _fits("/ask", answer)
            assert answer["timings_ms"]["total"] > 0
        listed = client.predict(api_name="/documents")
        _fits("/documents", listed)
        first = listed["documents"][0]["id"]
        hits = client.predict(question="extradition", documents=[first], api_name="/search")
        _fits("/search", hits)
        assert {hit["document"] for hit in hits["hits"]} == {first}


# -- as tools of a model


def _with_tools(address: str, work: Any) -> Any:
    async def run() -> Any:
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            return await work(session, await session.initialize())

    return awaited(run())


def _called(result: CallToolResult) -> str:
    assert len(result.content) == 1
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def test_the_tools_are_the_endpoints_and_tell_a_model_how_to_use_them(page: Served) -> None:
    async def look(
        session: ClientSession, opened: InitializeResult
    ) -> tuple[InitializeResult, ListToolsResult]:
        return opened, await session.list_tools()

    opened, listed = _with_tools(page.address, look)
    assert {tool.name for tool in listed.tools} == set(NAMES)
    assert "verbatim" in opened.instructions
    assert "do not answer from memory" in opened.instructions
    assert (opened.capabilities.prompts, opened.capabilities.resources) == (None, None)
    ask = next(tool for tool in listed.tools if tool.name == "ask")
    assert "declined" in ask.description
    assert ask.inputSchema["required"] == ["question"]
    assert all(one["description"] for tool in listed.tools for one in tool.inputSchema["properties"].values())


def test_a_tool_answers_in_json_of_the_same_form(page: Served) -> None:
    async def use(session: ClientSession, _: InitializeResult) -> list[CallToolResult]:
        return [
            await session.call_tool("ask", {"question": KEEPERS}),
            await session.call_tool("verify", {"text": DRAFT}),
        ]

    asked, verified = _with_tools(page.address, use)
    assert not asked.isError
    _fits("/ask", json.loads(_called(asked)))
    assert json.loads(_called(asked))["quotes"][0]["text"] == KEEPERS_WORDS
    _fits("/verify", json.loads(_called(verified)))


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        (
            "search",
            {"question": KEEPERS, "top_k": 1000},
            "argument 'top_k': expected a whole number from 1 to 100",
        ),
        ("show", {"document": "nothing"}, "no document nothing; see 'treaty corpus list'"),
        ("ask", {"question": "unexpectedly"}, "Something went wrong while answering"),
        ("clear", {}, "Unknown tool"),
        ("page_0", {}, "Unknown tool"),
    ],
)
def test_a_tool_that_fails_says_one_line(
    page: Served, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async def use(session: ClientSession, _: InitializeResult) -> CallToolResult:
        return await session.call_tool(tool, arguments)

    failed = _with_tools(page.address, use)
    assert failed.isError
    assert _called(failed).startswith(said)
    assert "Traceback" not in _called(failed)


def test_nothing_makes_the_server_fetch_an_address_that_a_request_names(page: Served) -> None:
    async def use(session: ClientSession, _: InitializeResult) -> None:
        await session.get_prompt("any")

    with pytest.raises((McpError, BaseExceptionGroup), match=r"Method not found|unhandled") as raised:
        _with_tools(page.address, use)
    assert "Method not found" in _words(raised.value)


def test_without_the_option_there_is_no_mcp_server(served_small: Served) -> None:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    head = {"accept": "application/json, text/event-stream"}
    answer = httpx.post(f"{served_small.address}/gradio_api/mcp/", json=sent, headers=head)
    assert answer.status_code in (404, 405)


def test_the_tools_answer_to_no_other_host_name(page: Served) -> None:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    head = {"accept": "application/json, text/event-stream", "host": "rebound.example"}
    assert httpx.post(f"{page.address}/gradio_api/mcp/", json=sent, headers=head).status_code == 421


def _words(error: BaseException) -> str:
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return " ".join((str(error), *map(_words, inner)))


def _ready(http: httpx.Client, page: Served) -> None:
    import time

    for _ in range(240):
        if http.get(f"{page.address}/healthz").status_code == 200:
            return
        time.sleep(0.25)
    pytest.fail("the page was not ready within a minute")
