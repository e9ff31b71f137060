package dev.aicortex.gateway;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.simulator.Fault;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An answer is whole with its terminal event, and nothing behind it breaks it any more. */
@QuarkusTest
class EndsTest extends GatewayFlow {
    private static final String USAGE =
            "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 4}}\n\n";

    static Stream<Arguments> tails() {
        return Stream.of(
                        Arguments.of("/v1/messages", "data: [DONE]\n\n", "message_stop"),
                        Arguments.of("/v1/messages", "event: ping\ndata: {}\n\n", "message_stop"),
                        Arguments.of("/v1/responses", "data: [DONE]\n\n", "response.completed"),
                        Arguments.of("/v1/responses", ": bye\n\n", "response.completed"),
                        Arguments.of("/v1/chat/completions", ": bye\n\n", "[DONE]"),
                        Arguments.of("/v1/chat/completions", USAGE, "[DONE]"),
                        Arguments.of("/v1/completions", USAGE, "[DONE]"),
                        Arguments.of(
                                "/v1/chat/completions",
                                "data: {\"error\":{\"message\":\"late\"}}\n\n",
                                "[DONE]"),
                        Arguments.of("/v1/chat/completions", "\u0000<html>", "[DONE]"),
                        Arguments.of("/api/chat", "{\"error\":\"late\"}\n", "\"done\":true"),
                        Arguments.of("/api/chat", "\n\n{}\n", "\"done\":true"),
                        Arguments.of("/api/generate", "{\"done", "\"done\":true"))
                .flatMap(tail ->
                        Stream.of(Fault.Finish.WELL, Fault.Finish.CLOSED)
                                .map(finish -> with(tail, finish)));
    }

    private static Arguments with(Arguments tail, Fault.Finish finish) {
        return Arguments.of(tail.get()[0], tail.get()[1], tail.get()[2], finish);
    }

    /** The connection stays open behind them. */
    static Stream<Arguments> openTails() {
        return tails().filter(tail -> tail.get()[3] == Fault.Finish.WELL)
                .filter(tail -> !tail.get()[1].toString().contains("bye"))
                .map(tail -> with(tail, Fault.Finish.NEVER))
                .limit(4);
    }

    private static String question(String path, String words) {
        boolean prompt = path.endsWith("completions") && !path.contains("chat");
        return """
        {"model":"%s","stream":true,"max_tokens":50,%s}\
        """
                .formatted(
                        MODEL,
                        path.equals("/api/generate") || prompt
                                ? "\"prompt\":\"%s\"".formatted(words)
                                : "\"messages\":[{\"role\":\"user\",\"content\":\"%1$s\"}],\"input\":\"%1$s\""
                                        .formatted(words));
    }

    private RawClient.Answer answer(String path, String words) throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            return client.post(path, question(path, words)).answer();
        }
    }

    @ParameterizedTest
    @MethodSource({"tails", "openTails"})
    void whatStandsBehindTheTerminalEventIsNotJudged(
            String path, String tail, String end, Fault.Finish finish) throws IOException {
        servers.faultEverywhere(new Fault.Tail(tail, finish));
        RawClient.Answer answer = answer(path, "Why?");
        assertThat(answer.whole()).isTrue();
        assertThat(answer.body()).contains(end).doesNotContain("event: error", "connection lost");
        assertNobodyIsBlamed();
    }

    private void assertNobodyIsBlamed() {
        await().until(() -> inFlight() == 0);
        assertThat(fleet.snapshot().states())
                .allSatisfy(state -> {
                    assertThat(state.server().strikes()).isZero();
                    assertThat(state.server().breakerState()).isEqualTo(CircuitBreakerState.CLOSED);
                });
    }

    @Test
    void anEndWithoutTheTerminalEventIsToldAndMayBeTheModels() throws IOException {
        servers.faultEverywhere(new Fault.CutEof(5));
        for (int i = 0; i < 6; i++) {
            RawClient.Answer answer = answer("/v1/chat/completions", "Repeat yourself.");
            assertThat(answer.whole()).isFalse();
            assertThat(answer.body()).contains("event: error").doesNotContain("[DONE]");
        }
        assertNobodyIsBlamed();
    }

    /** A tool call that does not parse, words that blame the request, words that blame nobody. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "/api/chat|{\"error\":\"error parsing tool call: raw='{', err=invalid character '}'\"}\\n",
                "/v1/chat/completions|data: {\"error\":{\"message\":\"what nobody understands\"}}\\n\\n",
                "/v1/chat/completions|data: {\"error\":{\"message\":\"invalid character '}'\"}}\\n\\n",
                "/v1/messages|event: error\\ndata: {\"type\":\"error\",\"error\":{\"message\":\"invalid character\"}}\\n\\n",
            })
    void anErrorInMidStreamThatIsNotTheServersIsNoStrike(String path, String words)
            throws IOException {
        String written = words.replace("\\n", "\n");
        servers.faultEverywhere(new Fault.Breaks(5, written, Fault.Finish.WELL));
        for (int i = 0; i < 6; i++) {
            RawClient.Answer answer = answer(path, "Call the tool.");
            assertThat(answer.body()).contains("error").doesNotContain("[DONE]");
        }
        assertNobodyIsBlamed();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/chat|{\"error\":\"CUDA error: an illegal memory access\"}\\n",
                "/v1/chat/completions|data: {\"error\":{\"message\":\"CUDA error\"}}\\n\\n"
            })
    void anErrorInMidStreamThatIsTheServersIsAStrike(String path, String words) throws IOException {
        String written = words.replace("\\n", "\n");
        servers.faultEverywhere(new Fault.Breaks(5, written, Fault.Finish.WELL));
        answer(path, "Why?");
        await().until(() ->
                fleet.snapshot().states().stream().anyMatch(s -> s.server().strikes() > 0));
    }

    @Test
    void anEndWithoutTheTerminalEventOfSeveralRequestsIsTheServers() throws IOException {
        servers.faultEverywhere(new Fault.CutEof(5));
        for (int i = 0; i <= servers.all().size(); i++) { // one of them gets two
            answer("/v1/chat/completions", "Why is the sky blue, for the %d. time?".formatted(i));
        }
        await().until(() ->
                fleet.snapshot().states().stream().anyMatch(s -> s.server().strikes() > 0));
    }
}
