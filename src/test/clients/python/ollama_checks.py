import base64
import importlib.metadata

import ollama

import fleet
from report import Client, after_some, same_picture, words

MESSAGES = [{"role": "user", "content": fleet.QUESTION}]
CITY = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "population": {"type": "integer"}},
    "required": ["name", "population"],
}


def connect(key=fleet.KEY):
    return ollama.Client(fleet.GATEWAY, headers={"Authorization": f"Bearer {key}"})


api = connect()


def weather(city: str) -> str:
    """The weather of a city.

    Args:
      city: its name
    """
    return f"rain in {city}"


def chat(**more):
    return api.chat(**{"model": fleet.CHAT, "messages": MESSAGES, **more})


def told(answer):
    return f"{words(answer.message.content)}, {answer.done_reason}, usage {answer.eval_count}"


def streamed():
    parts = list(chat(stream=True))
    text = "".join(part.message.content for part in parts)
    return f"{words(text)}, {parts[-1].done_reason}, usage {parts[-1].eval_count}"


def abort():
    stream = chat(stream=True)
    next(stream)
    stream.close()
    return fleet.await_cancelled()


def tools():
    (call,) = chat(tools=[weather]).message.tool_calls
    return f"calls {call.function.name} with {dict(call.function.arguments)}"


def streamed_tools():
    calls = [c for part in chat(tools=[weather], stream=True) for c in part.message.tool_calls or []]
    return ", ".join(f"calls {c.function.name} with {dict(c.function.arguments)}" for c in calls)


def image():
    picture = base64.b64decode(fleet.PICTURE)
    chat(messages=[{"role": "user", "content": "What is this?", "images": [picture]}])
    return same_picture()


def embed():
    answer = api.embed(model=fleet.EMBED, input=["one", "two"])
    return f"{len(answer.embeddings)} vectors of { {len(v) for v in answer.embeddings} }"


def models():
    return ", ".join(sorted(model.model for model in api.list().models))


def generate():
    answer = api.generate(model=fleet.CHAT, prompt=fleet.QUESTION)
    return f"{words(answer.response)}, {answer.done_reason}"


def streamed_generate():
    parts = list(api.generate(model=fleet.CHAT, prompt=fleet.QUESTION, stream=True))
    return f"{words(''.join(part.response for part in parts))}, {parts[-1].done_reason}"


def running():
    return "there" if fleet.CHAT in {model.model for model in api.ps().models} else "missing"


def embedding_on_a_chat_model():
    try:
        api.embed(model=fleet.CHAT, input="one")
    except ollama.ResponseError as error:
        return f"raises ResponseError, {error.status_code}, {fleet.reached()}"


def describe(error):
    status = getattr(error, "status_code", -1)
    return f", {status}" if status > 0 else ""


def run():
    client = Client("ollama (Python)", importlib.metadata.version("ollama"), describe)
    client.check("chat", "15 words, stop, usage 16", lambda: told(chat()))
    client.check("chat, streamed", "15 words, stop, usage 16", streamed)
    client.check("generate", "15 words, stop", generate)
    client.check("generate, streamed", "15 words, stop", streamed_generate)
    client.check(
        "unknown model", "raises ResponseError, 404", lambda: chat(model=fleet.UNKNOWN)
    )
    client.check(
        "bad key",
        "raises ResponseError, 401",
        lambda: connect("wrong").chat(model=fleet.CHAT, messages=MESSAGES),
    )
    client.check(
        "server dies before the first byte",
        "15 words, stop, usage 16, 2 servers reached",
        lambda: f"{told(chat())}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies before the first byte, streamed",
        "15 words, stop, usage 16, 2 servers reached",
        lambda: f"{streamed()}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies after the first byte",
        "raises ResponseError",
        lambda: after_some(chat(stream=True)),
        "dies after the first byte",
    )
    client.check(
        "model runner dies after the first byte",
        "raises ResponseError",
        lambda: after_some(chat(stream=True)),
        "runner dies",
    )
    client.check("client leaves", "the server sees it", abort, "falls silent")
    client.check("tools", "calls weather with {'city': 'Paris'}", tools)
    client.check("tools, streamed", "calls weather with {'city': 'Paris'}", streamed_tools)
    client.check(
        "JSON schema",
        '{"name": "Paris", "population": 7}',
        lambda: chat(format=CITY).message.content,
    )
    client.check("image", "the picture reaches the server", image)
    client.check("embed", "2 vectors of {768}", embed)
    client.check(
        "embeddings",
        "768 numbers",
        lambda: f"{len(api.embeddings(model=fleet.EMBED, prompt='one').embedding)} numbers",
    )
    client.check(
        "embed with a chat model", "raises ResponseError, 400, 1 server reached", embedding_on_a_chat_model
    )
    client.check(
        "models", "hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest", models
    )
    client.check("running models", "there", running)
    client.check("show", "llama3", lambda: api.show(fleet.CHAT).details.family)
    client.check(
        "show with slashes",
        "completion, tools",
        lambda: ", ".join(api.show(fleet.SLASHED).capabilities),
    )
    client.check(
        "show of an unknown model", "raises ResponseError, 404", lambda: api.show(fleet.UNKNOWN)
    )
    client.check(
        "pull without the right", "raises ResponseError, 403", lambda: api.pull(fleet.CHAT)
    )
    client.check(
        "delete without the right", "raises ResponseError, 403", lambda: api.delete(fleet.CHAT)
    )
