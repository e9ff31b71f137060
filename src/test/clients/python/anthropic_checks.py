import anthropic

import fleet
from report import Client, after_some, same_picture, words

MESSAGES = [{"role": "user", "content": fleet.QUESTION}]
WEATHER = {
    "name": "weather",
    "description": "The weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


def connect(**credentials):
    return anthropic.Anthropic(base_url=fleet.GATEWAY, max_retries=0, **credentials)


api = connect(api_key=fleet.KEY)


def message(client=api, **more):
    return client.messages.create(
        **{"model": fleet.CHAT, "max_tokens": 100, "messages": MESSAGES, **more}
    )


def told(answer):
    usage = answer.usage.output_tokens
    return f"{words(answer.content[0].text)}, {answer.stop_reason}, usage {usage}"


def streamed():
    with api.messages.stream(model=fleet.CHAT, max_tokens=100, messages=MESSAGES) as stream:
        text = "".join(stream.text_stream)
        end = stream.get_final_message()
    return f"{words(text)}, {end.stop_reason}, usage {end.usage.output_tokens}"


def abort():
    stream = message(stream=True)
    next(iter(stream))
    stream.close()
    return fleet.await_cancelled()


def tools():
    (call,) = [part for part in message(tools=[WEATHER]).content if part.type == "tool_use"]
    return f"calls {call.name} with {call.input}"


def streamed_tools():
    with api.messages.stream(
        model=fleet.CHAT, max_tokens=100, messages=MESSAGES, tools=[WEATHER]
    ) as stream:
        end = stream.get_final_message()
    (call,) = [part for part in end.content if part.type == "tool_use"]
    return f"calls {call.name} with {call.input}, {end.stop_reason}"


def image():
    source = {"type": "base64", "media_type": "image/png", "data": fleet.PICTURE}
    parts = [{"type": "image", "source": source}, {"type": "text", "text": "What is this?"}]
    message(messages=[{"role": "user", "content": parts}])
    return same_picture()


def models():
    return ", ".join(sorted(model.id for model in api.models.list()))


def counted():
    tokens = api.messages.count_tokens(model=fleet.CHAT, messages=MESSAGES).input_tokens
    return "some tokens" if tokens > 0 else f"{tokens} tokens"


def describe(error):
    told = [getattr(error, "status_code", None), getattr(error, "type", None)]
    return "".join(f", {fact}" for fact in told if fact)


def run():
    client = Client("anthropic (Python)", anthropic.__version__, describe)
    client.check("message", "15 words, end_turn, usage 16", lambda: told(message()))
    client.check("message, streamed", "15 words, end_turn, usage 16", streamed)
    client.check(
        "key as a bearer token",
        "15 words, end_turn, usage 16",
        lambda: told(message(connect(auth_token=fleet.KEY))),
    )
    client.check(
        "unknown model",
        "raises NotFoundError, 404, not_found_error",
        lambda: message(model=fleet.UNKNOWN),
    )
    client.check(
        "bad key",
        "raises AuthenticationError, 401, authentication_error",
        lambda: message(connect(api_key="wrong")),
    )
    client.check(
        "server dies before the first byte",
        "15 words, end_turn, usage 16, 2 servers reached",
        lambda: f"{told(message())}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies before the first byte, streamed",
        "15 words, end_turn, usage 16, 2 servers reached",
        lambda: f"{streamed()}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies after the first byte",
        "raises APIStatusError, 200, api_error",
        lambda: after_some(message(stream=True)),
        "dies after the first byte",
    )
    client.check(
        "model runner dies after the first byte",
        "raises APIStatusError, 200, api_error",
        lambda: after_some(message(stream=True)),
        "runner dies",
    )
    client.check("client leaves", "the server sees it", abort, "falls silent")
    client.check("tools", "calls weather with {'city': 'Paris'}", tools)
    client.check(
        "tools, streamed", "calls weather with {'city': 'Paris'}, tool_use", streamed_tools
    )
    client.check("image", "the picture reaches the server", image)
    client.check(
        "models", "hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest", models
    )
    client.check("model", "llama3.2:3b", lambda: api.models.retrieve(fleet.CHAT).id)
    client.check(
        "model with slashes",
        "hf.co/user/repo:q4",
        lambda: api.models.retrieve(fleet.SLASHED).id,
    )
    client.check("count of tokens", "some tokens", counted)
