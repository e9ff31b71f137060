package dev.aicortex.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.fleet.Outcome;
import dev.aicortex.fleet.Reply;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepliesTest {
    private static Outcome judge(int status, String text) {
        String body = "{\"error\":\"%s\"}".formatted(text);
        return Replies.judge(new Reply(status, "application/json", Buffer.buffer(body)));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid model name",
        "404, route not known",
        "422, whatever",
        "500, this model does not support embeddings",
        "500, failed to parse grammar",
        "501, this model does not support embeddings",
    })
    void theRequestIsAtFault(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({
        "500, llama runner process has terminated: exit status 2",
        "500, model requires more system memory (8 GiB) than is available",
        "500, an error was encountered while running the model: unexpected EOF",
        "502, bad gateway",
        "503, Service Unavailable",
        "504, whatever",
        "307, moved",
    })
    void theServerIsAtFault(int status, String text) {
        assertThat(judge(status, text))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isEmpty());
    }

    /** Of its words only those that we know: others may be of a prompt or an answer. */
    @Test
    void whatGaveOutIsTold() {
        String said = "llama runner died on 'my secret' (CUDA error: out of memory, OUT OF MEMORY)";
        assertThat(judge(500, said))
                .isEqualTo(Outcome.Broken.because("it answered 500: runner, cuda, out of memory"));
    }

    @ParameterizedTest
    @CsvSource({"500, something odd", "500, ''"})
    void eitherMayBeAtFault(int status, String text) {
        assertThat(judge(status, text))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "404, model 'nope:1b' not found",
        "404, 'model \\\"x\\\" not found, try pulling it first'"
    })
    void theServerLostTheModel(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Lost.class);
    }

    @ParameterizedTest
    @CsvSource({
        "503, 'server busy, please try again.  maximum pending requests exceeded'",
        "429, slow down"
    })
    void theServerIsFull(int status, String text) {
        assertThat(judge(status, text)).isInstanceOf(Outcome.Full.class);
    }

    private static Outcome judgePage(int status, String type, String body) {
        return Replies.judge(new Reply(status, type, Buffer.buffer(body)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error\":\"invalid\"}",
                "400|{ \"error\" : { \"message\" : \"invalid\" } }",
                "400|{\"type\":\"error\",\"error\":{\"type\":\"x\",\"message\":\"invalid\"}}",
                "400|{\"error\":\"Bad things\",\"code\":\"x\",\"signin_url\":\"y\"}",
                "409|{\"error\":\"in use\"}",
                "413|{\"error\":{\"message\":\"too many tokens\"}}",
                "404|{\"error\":{\"message\":\"no such response\",\"type\":\"invalid_request_error\"}}",
            })
    void aVerdictHasTheShapeOfAModelServer(int status, String body) {
        assertThat(judgePage(status, "application/json", body))
                .isInstanceOf(Outcome.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|text/html|<html>400 Bad Request</html>",
                "400|text/plain|400 Bad Request: missing required Host header",
                "400||",
                "404|text/html|<html>model server not found</html>",
                "404|application/json|{\"detail\":\"Not Found\"}",
                "404|application/json|{\"detail\":\"model not found\"}",
                "404|application/json|{\"error\":\"Not Found\"}",
                "404|application/json|{\"error\":{\"message\":\"not found\"}}",
                "404|application/json|{\"timestamp\":1,\"status\":404,\"error\":\"No handler\",\"path\":\"/api/chat\"}",
                "404|application/json|{\"statusCode\":404,\"message\":\"Cannot POST\",\"error\":\"No route\"}",
                "404|application/json|{\"message\":\"no Route matched with those values\"}",
                "404|application/json|{\"errors\":[{\"message\":\"no\"}]}",
                "404|application/json|[]",
                "404|application/json|\"error\"",
                "404|application/json|{\"error\":null}",
                "404|application/json|{\"error\":{}}",
                "404|text/plain|default backend - 404",
                "404||",
                "405|text/html|<html>405</html>",
                "413|text/html|<html>413 Request Entity Too Large</html>",
                "413|text/plain|Payload Too Large",
                "414|text/html|<html>414</html>",
                "422|application/json|{\"detail\":[{\"msg\":\"field required\"}]}",
                "431|text/plain|431 Request Header Fields Too Large",
            })
    void whatAProxyOrAnotherFrameworkWritesSaysNothingOfOtherServers(
            int status, String type, String body) {
        assertThat(judgePage(status, type == null ? "" : type, body == null ? "" : body))
                .isInstanceOfSatisfying(
                        Outcome.Lost.class, lost -> assertThat(lost.status()).isEqualTo(status));
    }

    @ParameterizedTest
    @CsvSource({"404, 404 page not found", "405, 405 method not allowed"})
    void aRouterThatDoesNotKnowThePathHasNoSuchRoute(int status, String body) {
        assertThat(judgePage(status, "text/plain", body)).isEqualTo(Outcome.Lost.ROUTE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|{\"error\":\"unauthorized\"}|credentials",
                "401|<html>401</html>|credentials",
                "403|<html>403</html>|credentials",
                "403|''|OLLAMA_HOST",
                "403|{\"error\":\"ollama cloud is disabled: remote model is unavailable\"}|may not serve",
                "407|''|credentials",
                "499|{\"error\":\"request canceled\"}|gave the request up",
            })
    void whatTheGatewayMayNotIsNeitherTheClientsFaultNorAStrike(
            int status, String body, String reason) {
        assertThat(judgePage(status, "", body))
                .isInstanceOfSatisfying(
                        Outcome.Lost.class,
                        lost -> {
                            assertThat(lost.reason()).contains(reason);
                            assertThat(lost.status()).isZero();
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "408, <html>408 Request Time-out</html>",
        "425, Too Early",
        "500, <html>it must be invalid</html>",
        "500, upstream sent something that is not supported",
        "501, <html>501 Not Implemented</html>",
        "502, <html>502</html>",
        "503, <html>the server is busy</html>",
        "504, ''",
    })
    void aPageOfAFailureIsTheServersFailure(int status, String body) {
        assertThat(judgePage(status, "text/html", body))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isEmpty());
    }

    @Test
    void aHandlerThatFellOverSaysNothingAndMayDoSoEverywhere() {
        assertThat(judgePage(500, "", ""))
                .isInstanceOfSatisfying(
                        Outcome.Broken.class, broken -> assertThat(broken.unclear()).isPresent());
    }
}
