package dev.aicortex.simulator;

import io.vertx.core.buffer.Buffer;

/** How many tokens an answer cost, as the OpenAI routes tell it. */
final class Usage {
    private static final Template USAGE =
            Template.of("{'prompt_tokens':@,'completion_tokens':@,'total_tokens':@}");

    private Usage() {}

    static Buffer of(Answer answer) {
        return USAGE.fill(answer.promptTokens(), answer.tokens().size(), answer.totalTokens());
    }
}
