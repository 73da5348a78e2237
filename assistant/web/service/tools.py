"""The MCP server that Gradio makes of the endpoints, mended where it would say or open more than it should.

As it comes it writes a result as a Python value, and it answers requests for prompts and resources, of which there are
none here, by fetching its own address from whatever host name the request claims.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mcp import types

from assistant.errors import ServeError

if TYPE_CHECKING:
    import gradio as gr

INSTRUCTIONS = (
    "Quotations from a library of treaties and guides to them. Every quotation in a result is verbatim and carries its "
    "citation: repeat both unchanged and never paraphrase a quotation inside quotation marks. A result with the status "
    "'declined', or a row with 'found' false, means that the library does not answer; say so and do not answer from "
    "memory. Call 'documents' to see what the library holds, 'ask' to answer a question, 'show' to read one provision "
    "in full, and 'verify' to check the quotations of a draft."
)
_UNUSED = (
    types.ListPromptsRequest,
    types.GetPromptRequest,
    types.ListResourcesRequest,
    types.ListResourceTemplatesRequest,
    types.ReadResourceRequest,
)


def mend(blocks: gr.Blocks) -> None:
    """Make the MCP server of a mounted page answer in JSON, with tools and nothing else.

    Raises:
        ServeError: If Gradio could not make one.
    """
    made = blocks.mcp_server_obj
    if made is None:
        raise ServeError(
            f"expected an MCP server, found none: {blocks.mcp_error}. Install the packages of pyproject.toml again"
        )
    # set on this one object, which is what Gradio calls; its own form prints a dict as Python does
    made.postprocess_output_data = _content  # type: ignore[method-assign,assignment]
    made.mcp_server.instructions = INSTRUCTIONS
    for request in _UNUSED:
        made.mcp_server.request_handlers.pop(request, None)


def _content(data: list[Any], _address: str) -> list[types.TextContent]:
    """Return what an endpoint gave, as text of JSON."""
    return [types.TextContent(type="text", text=json.dumps(one, ensure_ascii=False)) for one in data]
