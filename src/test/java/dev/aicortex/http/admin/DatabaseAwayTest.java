package dev.aicortex.http.admin;

import static dev.aicortex.testing.TestFleet.MODEL;
import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database that cannot be used, as each route says it and as no request notices it. */
@QuarkusTest
@TestProfile(DatabaseAwayTest.Away.class)
class DatabaseAwayTest extends GatewayFlow {
    private static final String ADDRESS = "sqlite:pom.xml/aicortex.db";

    public static class Away implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("cortex.database.url", ADDRESS);
        }
    }

    /** The breaker opens on the way. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/admin/keys | {\"name\":\"alice\"}",
                "/admin/servers | {\"name\":\"late\",\"url\":\"http://127.0.0.1:9\"}",
            })
    void whoAsksForItIsToldEachTime(String path, String body) {
        for (int i = 0; i < 8; i++) {
            Response refused = post(path, body);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            assertThat(refused.jsonPath().getString("error"))
                    .contains("the database sqlite:pom.xml");
        }
        assertThat(database().getString("status")).isEqualTo("down");
        assertThat(database().getString("since")).startsWith("20");
        assertThat(database().getString("problem"))
                .startsWith("the database " + ADDRESS + " cannot be used: ");
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    private static JsonPath database() {
        return get("/health").jsonPath().setRootPath("database");
    }

    @Test
    void theKeysThatAreKnownAreListedAllTheSame() {
        assertThat(get("/admin/keys").statusCode()).isEqualTo(200);
    }

    @Test
    void requestsAreAnsweredAllTheSame() {
        assertThat(post("/v1/chat/completions", body(MODEL, false)).statusCode()).isEqualTo(200);
    }
}
