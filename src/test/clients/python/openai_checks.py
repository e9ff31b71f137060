import openai
import pydantic

import fleet
from report import Client, after_some, same_picture, words


class City(pydantic.BaseModel):
    name: str
    population: int


MESSAGES = [{"role": "user", "content": fleet.QUESTION}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def connect(key=fleet.KEY):
    return openai.OpenAI(base_url=f"{fleet.GATEWAY}/v1", api_key=key, max_retries=0)


api = connect()


def chat(**more):
    return api.chat.completions.create(**{"model": fleet.CHAT, "messages": MESSAGES, **more})


def told(completion):
    choice = completion.choices[0]
    usage = completion.usage.completion_tokens
    return f"{words(choice.message.content)}, {choice.finish_reason}, usage {usage}"


def streamed(**more):
    text, reason, usage = "", None, "no usage"
    for chunk in chat(stream=True, **more):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
        if chunk.usage:
            usage = f"usage {chunk.usage.completion_tokens}"
    return f"{words(text)}, {reason}, {usage}"


def abort():
    stream = chat(stream=True)
    next(iter(stream))
    stream.close()
    return fleet.await_cancelled()


def tools():
    call = chat(tools=[WEATHER]).choices[0].message.tool_calls[0]
    return f"calls {call.function.name} with {call.function.arguments}"


def streamed_tools():
    name, arguments, reason = "", "", None
    for chunk in chat(tools=[WEATHER], stream=True):
        for choice in chunk.choices:
            reason = choice.finish_reason or reason
            for call in choice.delta.tool_calls or []:
                name += call.function.name or ""
                arguments += call.function.arguments or ""
    return f"calls {name} with {arguments}, {reason}"


def answered_tools():
    call = chat(tools=[WEATHER]).choices[0].message
    result = {"role": "tool", "tool_call_id": call.tool_calls[0].id, "content": "rain"}
    return told(chat(tools=[WEATHER], messages=[*MESSAGES, call, result]))


def schema():
    completion = api.chat.completions.parse(
        model=fleet.CHAT, messages=MESSAGES, response_format=City
    )
    return repr(completion.choices[0].message.parsed)


def image():
    url = "data:image/png;base64," + fleet.PICTURE
    chat(
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is this?"},
                    {"type": "image_url", "image_url": {"url": url}},
                ],
            }
        ]
    )
    return same_picture()


def embeddings(**more):
    answer = api.embeddings.create(model=fleet.EMBED, input=["one", "two"], **more)
    (body,) = fleet.received()
    asked = "base64" if '"base64"' in body else "numbers"
    sizes = {len(item.embedding) for item in answer.data}
    kinds = {type(number).__name__ for number in answer.data[0].embedding}
    return f"{len(answer.data)} vectors of {sizes} {kinds}, asked for as {asked}"


def models():
    return ", ".join(sorted(model.id for model in api.models.list()))


def completion():
    answer = api.completions.create(model=fleet.CHAT, prompt=fleet.QUESTION)
    return f"{words(answer.choices[0].text)}, {answer.choices[0].finish_reason}"


def streamed_completion():
    chunks = api.completions.create(model=fleet.CHAT, prompt=fleet.QUESTION, stream=True)
    return words("".join(choice.text for chunk in chunks for choice in chunk.choices))


def response():
    answer = api.responses.create(model=fleet.CHAT, input=fleet.QUESTION)
    return f"{words(answer.output_text)}, {answer.status}"


def response_stream():
    return api.responses.create(model=fleet.CHAT, input=fleet.QUESTION, stream=True)


def streamed_response():
    events = list(response_stream())
    text = "".join(e.delta for e in events if e.type == "response.output_text.delta")
    return f"{words(text)}, {events[-1].type}"


def previous_response():
    answer = api.responses.create(model=fleet.CHAT, input="and?", previous_response_id="resp_1")
    return answer.status


def describe(error):
    told = [getattr(error, "status_code", None), getattr(error, "code", None)]
    return "".join(f", {fact}" for fact in told if fact)


def embedding_on_a_chat_model():
    patient = api.with_options(max_retries=2)
    try:
        patient.embeddings.create(model=fleet.CHAT, input="one")
    except openai.BadRequestError as error:
        return f"raises BadRequestError, {error.status_code}, {fleet.reached()}"


def run():
    client = Client("openai (Python)", openai.__version__, describe)
    client.check("chat", "15 words, stop, usage 16", lambda: told(chat()))
    client.check("chat, streamed", "15 words, stop, no usage", streamed)
    client.check(
        "chat, streamed with usage",
        "15 words, stop, usage 16",
        lambda: streamed(stream_options={"include_usage": True}),
    )
    client.check(
        "unknown model",
        "raises NotFoundError, 404, model_not_found",
        lambda: chat(model=fleet.UNKNOWN),
    )
    client.check(
        "unknown model, streamed",
        "raises NotFoundError, 404, model_not_found",
        lambda: chat(model=fleet.UNKNOWN, stream=True),
    )
    client.check(
        "bad key",
        "raises AuthenticationError, 401, invalid_api_key",
        lambda: connect("wrong").chat.completions.create(model=fleet.CHAT, messages=MESSAGES),
    )
    client.check(
        "server dies before the first byte",
        "15 words, stop, usage 16, 2 servers reached",
        lambda: f"{told(chat())}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies before the first byte, streamed",
        "15 words, stop, no usage, 2 servers reached",
        lambda: f"{streamed()}, {fleet.reached()}",
        "dies before the first byte",
    )
    client.check(
        "server dies after the first byte",
        "raises APIError, stream_interrupted",
        lambda: after_some(chat(stream=True)),
        "dies after the first byte",
    )
    client.check(
        "model runner dies after the first byte",
        "raises APIError, stream_interrupted",
        lambda: after_some(chat(stream=True)),
        "runner dies",
    )
    client.check("client leaves", "the server sees it", abort, "falls silent")
    client.check("tools", 'calls weather with {"city": "Paris"}', tools)
    client.check(
        "tools, streamed", 'calls weather with {"city": "Paris"}, tool_calls', streamed_tools
    )
    client.check("tools, with the result sent back", "15 words, stop, usage 16", answered_tools)
    client.check("JSON schema", "City(name='Paris', population=7)", schema)
    client.check("image", "the picture reaches the server", image)
    client.check(
        "embeddings", "2 vectors of {768} {'float'}, asked for as base64", embeddings
    )
    client.check(
        "embeddings as numbers",
        "2 vectors of {768} {'float'}, asked for as numbers",
        lambda: embeddings(encoding_format="float"),
    )
    client.check(
        "embeddings of a chat model, with the client's retries",
        "raises BadRequestError, 400, 1 server reached",
        embedding_on_a_chat_model,
    )
    client.check(
        "models", "hf.co/user/repo:q4, llama3.2:3b, nomic-embed-text:latest", models
    )
    client.check("model", "llama3.2:3b", lambda: api.models.retrieve(fleet.CHAT).id)
    client.check(
        "model with slashes",
        "hf.co/user/repo:q4",
        lambda: api.models.retrieve(fleet.SLASHED).id,
    )
    client.check(
        "unknown model's entry",
        "raises NotFoundError, 404, model_not_found",
        lambda: api.models.retrieve(fleet.UNKNOWN),
    )
    client.check("completion", "15 words, stop", completion)
    client.check("completion, streamed", "15 words", streamed_completion)
    client.check("response", "15 words, completed", response)
    client.check("response, streamed", "15 words, response.completed", streamed_response)
    client.check(
        "response, server dies after the first byte",
        "raises APIError, stream_interrupted",
        lambda: after_some(response_stream()),
        "dies after the first byte",
    )
    client.check(
        "response that continues another",
        "completed",
        previous_response,
    )
