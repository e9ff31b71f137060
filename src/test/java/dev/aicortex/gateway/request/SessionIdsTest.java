package dev.aicortex.gateway.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.ValidationException;
import dev.aicortex.testing.TestConfig;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdsTest {
    private static final String ALL =
            "\"prompt_cache_key\":\"id\",\"metadata\":{\"user_id\":\"u_session_id\"},\"safety_identifier\":\"id\",\"user\":\"id\"";

    private static SessionIds of(CortexConfig config) {
        return new SessionIds(config.routing().sessions().orElse(List.of()));
    }

    private final SessionIds ids = of(TestConfig.of(Map.of()));

    private static RequestHead head(SessionIds ids, String... namesAndValues) {
        MultiMap headers = HttpHeaders.headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return RequestHead.of(headers, ids);
    }

    private static ParsedBody body(String fields) throws IOException {
        String json = "{\"model\":\"m\"" + (fields.isEmpty() ? "" : "," + fields) + "}";
        return RequestParser.parse(
                new RequestBody.InMemory(Buffer.buffer(json), new BodyBudget(10_000)),
                Endpoint.CHAT);
    }

    private long session(String body, String... headers) throws IOException {
        return ids.of(head(ids, headers), body(body).hints().sessions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Cortex-Session",
                "X-Claude-Code-Session-Id",
                "session_id",
                "Session-Id",
                "conversation_id",
                "x-session-affinity",
                "X-SESSION-ID",
                "X-OpenWebUI-Chat-Id",
                "x-litellm-session-id",
                "X-Amp-Thread-Id",
                "X-Correlation-ID",
            })
    void everyHeaderThatClientsSendIsASession(String header) throws IOException {
        long session = session("", "Accept", "*/*", header, "id", "User-Agent", "u");
        assertThat(session).isEqualTo(SessionIds.number("id")).isNotZero();
        assertThat(session("", header, "other")).isNotEqualTo(session);
        assertThat(session("", header, " ")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"prompt_cache_key\":\"id\"",
                "\"metadata\":{\"user_id\":\"u_session_id\"}",
                "\"safety_identifier\":\"id\"",
                "\"user\":\"id\"",
            })
    void soIsEveryFieldThatTheyWrite(String field) throws IOException {
        assertThat(session(field)).isEqualTo(SessionIds.number("id"));
    }

    @Test
    void withoutAnyThereIsNone() throws IOException {
        assertThat(session("", "Accept", "*/*", "X-Request-Id", "7", "Cookie", "session_id=7"))
                .isZero();
    }

    /** The first of each line counts, wherever the others stand. */
    @ParameterizedTest
    @CsvSource({
        "X-Cortex-Session, X-Claude-Code-Session-Id",
        "X-Claude-Code-Session-Id, session_id",
        "conversation_id, x-session-affinity",
        "X-OpenWebUI-Chat-Id, X-Correlation-ID",
    })
    void ofTwoHeadersTheFirstOfTheListCounts(String better, String worse) throws IOException {
        assertThat(session("", worse, "other", better, "id")).isEqualTo(SessionIds.number("id"));
        assertThat(session("", better, "id", worse, "other")).isEqualTo(SessionIds.number("id"));
    }

    @Test
    void headersOfASessionComeBeforeTheBodyAndTheBodyBeforeWhatMayBeOfOneRequest()
            throws IOException {
        long id = SessionIds.number("id");
        assertThat(session(ALL, "X-Amp-Thread-Id", "header")).isNotEqualTo(id).isNotZero();
        assertThat(session(ALL, "X-Correlation-ID", "header")).isEqualTo(id);
        assertThat(session("\"user\":\"id\"", "X-Correlation-ID", "header")).isEqualTo(id);
    }

    @Test
    void withinTheBodyTheUserComesLast() throws IOException {
        String rest = ALL.replace("\"user\":\"id\"", "\"user\":\"other\"");
        assertThat(session(rest)).isEqualTo(SessionIds.number("id"));
        rest = rest.replace("prompt_cache_key", "x");
        assertThat(session(rest)).isEqualTo(SessionIds.number("id"));
        rest = rest.replace("metadata", "y");
        assertThat(session(rest)).isEqualTo(SessionIds.number("id"));
        rest = rest.replace("safety_identifier", "z");
        assertThat(session(rest)).isEqualTo(SessionIds.number("other"));
    }

    @Test
    void theListMayBeAnotherOne() throws IOException {
        CortexConfig config =
                TestConfig.of(
                        Map.of(
                                "cortex.routing.sessions",
                                "body.user,X-Thread,body.prompt_cache_key"));
        Values.check(config);
        SessionIds own = of(config);
        RequestHead head = head(own, "x-thread", "thread", "X-Cortex-Session", "s");
        assertThat(own.of(head, Map.of())).isEqualTo(SessionIds.number("thread"));
        assertThat(own.of(head, body("\"user\":\"u\"").hints().sessions()))
                .isEqualTo(SessionIds.number("u"));
        assertThat(own.of(head, body("\"prompt_cache_key\":\"k\"").hints().sessions()))
                .isEqualTo(SessionIds.number("thread"));
        SessionIds none = of(TestConfig.of(Map.of("cortex.routing.sessions", "")));
        assertThat(none.of(head(none, "X-Cortex-Session", "s"), body(ALL).hints().sessions()))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"body.usr", "body.metadata", "X Session", "x:y", "ü"})
    void whatIsNeitherAHeaderNorAPlaceInABodyIsRefused(String name) {
        CortexConfig config =
                TestConfig.of(Map.of("cortex.routing.sessions", "session_id," + name));
        assertThatThrownBy(() -> Values.check(config))
                .isInstanceOf(ValidationException.class)
                .hasMessageStartingWith(
                        "cortex.routing.sessions: '%s' is neither a header nor a place in a body;",
                        name);
    }

    @Test
    void noIdIsTheNumberOfNone() {
        assertThat(SessionIds.number("")).isNotZero();
        assertThat(SessionIds.number("a")).isNotEqualTo(SessionIds.number("b"));
        assertThat(SessionIds.number(null)).isZero();
    }

    @Test
    void theEndUserIsNamedByAHeaderOrTheBody() throws IOException {
        long alice = SessionIds.number("alice");
        assertThat(Requests.user(head(ids, "x-openwebui-user-id", "alice"), body(ALL)))
                .isEqualTo(alice);
        assertThat(Requests.user(head(ids, "X-OpenWebUI-User-Id", " "), body("\"user\":\"alice\"")))
                .isEqualTo(alice);
        assertThat(Requests.user(head(ids), body(""))).isZero();
    }
}
