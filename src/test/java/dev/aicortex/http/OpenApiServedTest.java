package dev.aicortex.http;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The OpenAPI document as a running gateway serves it. */
@QuarkusTest
class OpenApiServedTest extends GatewayFlow {
    @ConfigProperty(name = "quarkus.application.version")
    String version;

    @Test
    void bothFormsSayTheSameAndCarryTheVersion() throws IOException {
        Response json = get("/openapi.json");
        Response yaml = get("/openapi.yaml");
        assertThat(json.contentType()).startsWith("application/json");
        assertThat(yaml.contentType()).startsWith("application/yaml");
        JsonNode served = new ObjectMapper().readTree(json.asString());
        assertThat(served.at("/info/version").asText()).isEqualTo(version);
        assertThat(served).isEqualTo(new ObjectMapper(new YAMLFactory()).readTree(yaml.asString()));
        assertThat(get("/openapi.json").asString()).isEqualTo(json.asString());
    }

    @Test
    void itIsTheDocumentThatTheTestsLookAt() throws IOException {
        ObjectNode written = OpenApiDocument.read().root().deepCopy();
        ((ObjectNode) written.get("info")).put("version", version);
        assertThat(new ObjectMapper().readTree(get("/openapi.json").asString())).isEqualTo(written);
    }

    @Test
    void theRoutesOfQuarkusAreThere() {
        assertThat(OpenApiTest.OF_EXTENSIONS)
                .allSatisfy(route -> assertThat(get(route.path()).statusCode()).isEqualTo(200));
    }
}
