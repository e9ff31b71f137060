package dev.aicortex.http.ui;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway without its page. */
@QuarkusTest
@TestProfile(NoPageTest.Off.class)
class NoPageTest extends GatewayFlow {
    public static class Off implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.ui", "false");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/", "/ui/index.html", "/ui/session", "/ui/api/api/tags"})
    void nothingIsThere(String path) {
        given().redirects().follow(false).get(path).then().statusCode(404);
    }

    @Test
    void aBrowserGetsWhatOllamasClientsGet() {
        given().accept("text/html,*/*")
                .get("/")
                .then()
                .statusCode(200)
                .body(equalTo("Ollama is running"));
    }
}
