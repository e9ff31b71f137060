package dev.aicortex.http.ui;

import static io.restassured.RestAssured.given;

import dev.aicortex.testing.KeysFlow;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;

/** What tests of the page share: requests as a browser makes them for it. */
abstract class PageFlow extends KeysFlow {
    static final String SESSION = "/ui/session";

    /** The page's own origin. */
    static String origin() {
        return "http://127.0.0.1:" + RestAssured.port;
    }

    /** The page, for somebody who is not signed in. */
    static RequestSpecification page() {
        return given().urlEncodingEnabled(false)
                .contentType("application/json")
                .header("Origin", origin())
                .header("Sec-Fetch-Site", "same-origin");
    }

    /** The page, with this cookie. */
    static RequestSpecification page(String cookie) {
        return page().header("Cookie", cookie);
    }

    /** Signs in; the cookie as it is sent from then on. */
    static String signedIn(String secret) {
        return page().body("{\"key\":\"%s\"}".formatted(secret))
                .post(SESSION)
                .then()
                .statusCode(200)
                .extract()
                .header("Set-Cookie")
                .replaceFirst(";.*", "");
    }
}
