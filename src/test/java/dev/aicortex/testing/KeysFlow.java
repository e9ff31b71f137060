package dev.aicortex.testing;

import static io.restassured.RestAssured.given;

import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** What tests of keys share: they make their own by {@code /admin/keys}. */
public abstract class KeysFlow extends GatewayFlow {
    private static final AtomicInteger MADE = new AtomicInteger();

    /** A key with these settings, as the fields of a JSON object without its braces. */
    protected static String key(String settings) {
        String name = "k" + MADE.incrementAndGet() + "-" + UUID.randomUUID();
        return key(name, settings);
    }

    protected static String key(String name, String settings) {
        return admin().body(
                        "{\"name\":\"%s\"%s}"
                                .formatted(name, settings.isEmpty() ? "" : "," + settings))
                .post("/admin/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("secret");
    }

    protected static RequestSpecification admin() {
        return with("the-token");
    }

    protected static RequestSpecification with(String secret) {
        return given().contentType("application/json").header("Authorization", "Bearer " + secret);
    }

    protected static Response ask(String secret, String path, String model) {
        return with(secret).body(body(model, false)).post(path);
    }
}
