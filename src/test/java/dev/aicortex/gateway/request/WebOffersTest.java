package dev.aicortex.gateway.request;

import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that searches the web is taken out, and the request is served without it. */
@QuarkusTest
class WebOffersTest extends GatewayFlow {
    private static final String FUNCTION =
            "{\"type\":\"function\",\"name\":\"shell\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}";

    private static String request(String fields) {
        return """
        {"model":"%s","stream":false,"max_tokens":4,"input":"hi","messages":[{"role":"user","content":"hi"}]%s}\
        """
                .formatted(MODEL, fields);
    }

    @Test
    void codexIsServedWithItsDefaults() {
        String search = ",{\"type\":\"web_search\",\"external_web_access\":false}";
        String body =
                request(
                        ",\"tools\":[%s%s],\"tool_choice\":\"auto\",\"include\":[\"reasoning.encrypted_content\"]"
                                .formatted(FUNCTION, search));
        Response answer = post("/v1/responses", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Removed")).isEqualTo("web_search");
        assertThat(sent(answer)).isEqualTo(body.replace(search, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/responses|{\"type\":\"web_search_preview\"}|web_search_preview",
                "/v1/responses|{\"type\":\"Web_Search\"}|Web_Search",
                "/v1/messages|{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":5}|web_search_20250305",
                "/v1/messages|{\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\"}|web_fetch_20250910",
                "/v1/chat/completions|{\"type\":\"web_search\",\"web_search\":{\"enable\":true}}|web_search",
                "/api/chat|{\"type\":\"web_search\"}|web_search",
            })
    void inEveryDialectAnEmptiedListGoesWithItsChoice(String path, String tool, String told) {
        String tools = ",\"tools\" : [ " + tool + " ] , \"tool_choice\": {\"type\":\"any\"}";
        Response answer = post(path, request(tools));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Removed")).isEqualTo(told);
        assertThat(sent(answer).replace("] }", "]}")).isEqualTo(request(""));
    }

    @Test
    void anAliasAndAContextLengthAreStillWritten() {
        String body =
                request("")
                        .replaceFirst("\\{", "{\"tools\":[{\"type\":\"web_search\"}],")
                        .replace("\"stream\":false", "\"stream\":true");
        Response answer = post("/v1/chat/completions", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(sent(answer))
                .isEqualTo(
                        request("")
                                .replace("\"stream\":false", "\"stream\":true")
                                .replaceFirst(
                                        "\\{", "{\"stream_options\":{\"include_usage\":true},"));
    }

    @Test
    void alsoFromABodyInAFile() {
        String image = "A".repeat(2_000_000);
        String fields = ",\"image\":\"" + image + "\"";
        String body = request(fields + ",\"tools\":[{\"type\":\"web_search\"}]");
        Response answer = post("/v1/responses", body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answered(answer).lastPost().length()).isEqualTo(request(fields).length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"web_search\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]",
                ",\"tools\":[]",
                ",\"tools\":null,\"tool_choice\":\"auto\"",
                "",
            })
    void whatIsTheClientsOwnStays(String fields) {
        Response answer = post("/v1/chat/completions", request(fields));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("X-Cortex-Removed")).isNull();
        assertThat(sent(answer)).isEqualTo(request(fields));
    }
}
