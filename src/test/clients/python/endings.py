"""What each client makes of each end of a stream that breaks: straight at a server, without the gateway."""
import importlib.metadata

import anthropic
import ollama
import openai

import fleet
from report import Client, after_some

ASKED = {"model": fleet.CHAT, "messages": [{"role": "user", "content": fleet.QUESTION}], "stream": True}

_openai = openai.OpenAI(base_url=f"{fleet.SERVER}/v1", api_key="none", max_retries=0)
_anthropic = anthropic.Anthropic(base_url=fleet.SERVER, api_key="none", max_retries=0)
_ollama = ollama.Client(fleet.SERVER)

SILENT = "ends as if nothing had happened"


def told(error):
    return ", with the words" if "connection lost" in str(error) else ""


def run():
    client = Client("openai (Python)", openai.__version__, told)
    chat = lambda: after_some(_openai.chat.completions.create(**ASKED))
    response = lambda: after_some(
        _openai.responses.create(model=fleet.CHAT, input=fleet.QUESTION, stream=True)
    )
    ends(client, chat, "raises APIConnectionError", "reset", "closed")
    ends(client, chat, "raises APIError, with the words", "chat, clean end", "chat, closed")
    ends(client, response, SILENT, "failed response, clean end")
    ends(client, response, "raises APIError, with the words", "response, clean end", "response, closed")

    client = Client("anthropic (Python)", anthropic.__version__, told)
    message = lambda: after_some(_anthropic.messages.create(**ASKED, max_tokens=100))
    ends(client, message, "raises ReadError", "reset")
    ends(client, message, "raises RemoteProtocolError", "closed")
    ends(client, message, SILENT, "clean end")
    ends(client, message, "raises APIStatusError, with the words", "message, clean end", "message, closed")

    client = Client("ollama (Python)", importlib.metadata.version("ollama"), told)
    lines = lambda: after_some(_ollama.chat(**ASKED))
    ends(client, lines, "raises ReadError", "reset")
    ends(client, lines, SILENT, "clean end")
    ends(
        client,
        lines,
        "raises ResponseError, with the words",
        "line, clean end",
        "whole line, closed",
    )


def ends(client, observe, expected, *endings):
    for ending in endings:
        client.check(f"a break told as: {ending}", expected, observe, ending)
