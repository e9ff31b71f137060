package dev.aicortex.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.dialect.Endpoint;
import dev.aicortex.fleet.Reply;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectionTest {
    private static Rejection of(int status, String body, Endpoint endpoint) {
        Reply reply = new Reply(status, "application/json; charset=utf-8", Buffer.buffer(body));
        return Rejection.of(reply, endpoint.dialect(), "req_1");
    }

    @Test
    void keepsTheServersBytesButForTheCode() {
        String said =
                "{\"error\":{\"message\":\"[] is too short - 'messages'\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}\n";
        Rejection rejection = of(400, said, Endpoint.CHAT_COMPLETIONS);
        assertThat(rejection.body().toString())
                .isEqualTo(said.replace("\"code\":null", "\"code\":\"invalid_request\""));
        assertThat(rejection.contentType()).isEqualTo("application/json; charset=utf-8");
    }

    @Test
    void keepsACodeThatTheServerGave() {
        String said = "{\"error\":{\"message\":\"no\",\"code\":\"its_own\"}}";
        assertThat(of(400, said, Endpoint.RESPONSES).body().toString()).isEqualTo(said);
    }

    @Test
    void putsWordsInAnotherShapeIntoTheClients() {
        String said = "{\"error\":\"illegal base64 data\"}";
        assertThat(of(400, said, Endpoint.MESSAGES).body().toString())
                .isEqualTo(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"illegal base64 data\",\"code\":\"invalid_request\"},\"request_id\":\"req_1\"}");
        assertThat(of(400, "not JSON", Endpoint.CHAT_COMPLETIONS).body().toString())
                .contains("the server answered 400");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|the input length exceeds the context length|400|context_length_exceeded",
                "501|this model does not support embeddings|400|invalid_request",
                "500|failed to parse grammar|400|invalid_request",
                "404|model 'x' not found|404|model_not_found",
                "404|blob not found|404|not_found",
                "413|too large|413|request_too_large",
                "429|slow down|429|rate_limit_exceeded",
                "400|bad|400|invalid_request",
            })
    void saysWhoseFaultItIs(int status, String words, int given, String code) {
        Rejection rejection = of(status, "{\"error\":\"" + words + "\"}", Endpoint.CHAT);
        assertThat(rejection.status()).isEqualTo(given);
        assertThat(rejection.body().toString())
                .isEqualTo("{\"error\":\"%s\",\"code\":\"%s\"}".formatted(words, code));
    }
}
