package dev.aicortex.manage;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ManageProfile;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a server may be sent to fetch a model, or to bring one: nowhere that is not listed. */
@QuarkusTest
@TestProfile(ManageProfile.class)
class RegistriesTest extends GatewayFlow {
    private long before;

    @BeforeEach
    void count() {
        before = changes();
    }

    /** Changes that reached a server. */
    private long changes() {
        return servers.all().stream()
                .flatMap(server -> server.received().stream())
                .filter(received -> received.uri().matches("/api/(pull|push|create)"))
                .count();
    }

    private static Response change(String kind, String body) {
        return given().contentType("application/json").body(body).post("/api/" + kind);
    }

    private void refused(String kind, String body, String code) {
        change(kind, body).then().statusCode(403).body("code", equalTo(code));
    }

    @AfterEach
    void noServerWasAsked() {
        assertThat(changes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attacker.example:8443/ns/model",
                "attacker.example/ns/model:tag",
                "ATTACKER.example/ns/model",
                "https://attacker.example/ns/model",
                "http://registry.ollama.ai/library/model",
                "HTTPS://attacker.example/ns/model",
                "127.0.0.1:9/ns/model",
                "[::1]:9/ns/model",
                "localhost:5000/ns/model",
                "169.254.169.254/latest/meta-data",
                "registry.ollama.ai.evil.example/library/model",
                "evilregistry.ollama.ai/library/model",
                "registry.ollama.ai:8443/library/model",
                "registry.ollama.ai@evil.example/library/model",
                "user:pw@hf.co/a/b",
                "evil.example/registry.ollama.ai/library/model",
                "registry.ollama.ai/x:evil.example/library/model",
                "ftp://hf.co/a/b",
                "file:///etc/passwd",
                "/etc/passwd",
                "../../etc/passwd",
                "evil.example/model",
                "evil.example:80/model",
                "evil.example\\\\ns\\\\model",
                " evil.example/ns/model ",
                "\\u0065vil.example/ns/model",
                "hf.co./a/b",
                "hf.co%2f@evil.example/a/b"
            })
    void anotherRegistryIsRefusedByName(String name) {
        for (String kind : new String[] {"pull", "push"}) {
            refused(kind, "{\"model\":\"%s\"}".formatted(name), "registry_not_allowed");
            refused(kind, "{\"name\":\"%s\"}".formatted(name), "registry_not_allowed");
            refused(
                    kind,
                    "{\"MODEL\":\"qwen3:8b\",\"Name\":\"%s\"}".formatted(name),
                    "registry_not_allowed");
        }
        refused(
                "create",
                "{\"model\":\"mine\",\"from\":\"%s\"}".formatted(name),
                "registry_not_allowed");
    }

    @Test
    void theErrorSaysWhatIsTakenAndWhatToSet() {
        change("pull", "{\"model\":\"evil.example/ns/m\"}")
                .then()
                .body("error", containsString("'evil.example/ns/m'"))
                .body("error", containsString("cortex.pull.registries"))
                .body("error", containsString("registry.ollama.ai"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1", "\"yes\"", "[]"})
    void withoutTlsNothingIsFetched(String flag) {
        for (String kind : new String[] {"pull", "push"}) {
            refused(
                    kind,
                    "{\"model\":\"qwen3:8b\",\"insecure\":%s}".formatted(flag),
                    "insecure_not_allowed");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"remote_host\":\"https://evil.example\"",
                "\"Remote_Host\":\"https://ollama.com:443\"",
                "\"modelfile\":\"FROM evil.example/ns/model\"",
                "\"path\":\"/etc/passwd\""
            })
    void aModelIsMadeOfModelsAndBlobsAlone(String field) {
        refused(
                "create",
                "{\"model\":\"mine\",\"from\":\"a\",%s}".formatted(field),
                "source_not_allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"files\":{\"m.gguf\":\"https://evil.example/m.gguf\"}",
                "\"files\":{\"m.gguf\":\"../../../etc/passwd\"}",
                "\"files\":{\"../../m.gguf\":\"sha256:%1$s\"}",
                "\"files\":{\"/etc/m.gguf\":\"sha256:%1$s\"}",
                "\"files\":{\"a\\\\..\\\\m\":\"sha256:%1$s\"}",
                "\"files\":{\"C:m\":\"sha256:%1$s\"}",
                "\"adapters\":{\"a/../m\":\"sha256:%1$s\"}",
                "\"adapters\":{\"m\":\"http://127.0.0.1:9/m\"}"
            })
    void itsFilesAreBlobsInAFolderOfTheirOwn(String field) {
        String body = ("{\"model\":\"mine\"," + field + "}").formatted("0".repeat(64));
        change("create", body).then().statusCode(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256:..%2f..%2fetc",
                "..%2f..%2f..%2fetc%2fpasswd",
                "%2e%2e/%2e%2e/etc/passwd",
                "sha256:0",
                "sha256-0000000000000000000000000000000000000000000000000000000000000000%2fx"
            })
    void aBlobsNameLeadsNowhereElse(String digest) {
        int status =
                given().urlEncodingEnabled(false)
                        .body("x")
                        .post("/api/blobs/" + digest)
                        .statusCode();
        assertThat(status).isIn(400, 404, 405);
    }

    @ParameterizedTest
    @CsvSource({
        "qwen3:8b, registry.ollama.ai",
        "user/model, registry.ollama.ai",
        "library/qwen3:8b, registry.ollama.ai",
        "registry.ollama.ai/library/qwen3:8b, registry.ollama.ai",
        "https://Registry.Ollama.ai/library/qwen3, registry.ollama.ai",
        "hf.co/user/repo:Q4_K_M, hf.co",
        "huggingface.co/user/repo, huggingface.co",
        "models.example:5000/a/b:c, models.example:5000",
        "hf.co/repo, hf.co"
    })
    void aNameMeansARegistryAsAServerReadsIt(String name, String host) {
        assertThat(Registries.host(name)).isEqualTo(host);
    }
}
