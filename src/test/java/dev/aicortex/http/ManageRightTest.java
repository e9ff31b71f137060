package dev.aicortex.http;

import static io.restassured.RestAssured.given;
import static io.restassured.RestAssured.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.aicortex.simulator.ReceivedRequest;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.RawClient;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.Method;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused while nobody has allowed it, and what always is. */
@QuarkusTest
class ManageRightTest extends GatewayFlow {
    private static final String BLOB = "/api/blobs/sha256:" + "0".repeat(64);

    @ParameterizedTest
    @CsvSource({
        "POST,/api/pull",
        "POST,/api/push",
        "POST,/api/create",
        "POST,/api/copy",
        "DELETE,/api/delete"
    })
    void aChangeOfModelsIsRefusedByDefault(Method method, String path) {
        given().body("{\"model\":\"llama3.2:3b\"}")
                .request(method, path)
                .then()
                .statusCode(403)
                .body("code", equalTo("management_disabled"))
                .body("error", containsString("cortex.manage=true"));
        assertThat(servers.all())
                .flatExtracting(server -> server.received())
                .extracting(ReceivedRequest::uri)
                .doesNotContain(path);
    }

    @Test
    void soAreBlobs() {
        given().head(BLOB).then().statusCode(403);
        given().body("weights".repeat(1_000_000))
                .post(BLOB)
                .then()
                .statusCode(403)
                .body("code", equalTo("management_disabled"));
    }

    @Test
    void aClientThatAsksBeforeItSendsABlobNeedNotSendIt() throws IOException {
        try (RawClient client = new RawClient(gateway())) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
                            .formatted(BLOB));
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 403");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/me",
                "/api/signout",
                "/api/signin",
                "/api/connect",
                "/api/user/keys/abc",
                "/api/web_search",
                "/api/web_fetch",
                "/api/experimental/anything/at/all"
            })
    void accountsAndCloudServicesAreRefusedWhateverTheMethod(String path) {
        for (Method method : new Method[] {Method.GET, Method.POST, Method.PUT, Method.DELETE}) {
            given().body("{}")
                    .request(method, path)
                    .then()
                    .statusCode(403)
                    .body("code", equalTo("account_routes_disabled"))
                    .body("error", containsString("not reached through this gateway"));
        }
        assertThat(given().head(path).statusCode()).isEqualTo(403);
    }

    @Test
    void otherPathsAreStillUnknown() {
        when().get("/api/mean").then().statusCode(404).body(equalTo("404 page not found"));
    }
}
