package dev.aicortex.fleet;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.aicortex.config.LiveConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.model.ValidationException;
import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.store.Database;
import dev.aicortex.store.Databases;
import dev.aicortex.testing.GatewayFlow;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that an operator adds while the gateway runs. */
@QuarkusTest
class AddedServersTest extends GatewayFlow {
    private static final String MODEL = "qwen3:8b";

    @Inject Database database;
    @Inject LiveConfig config;
    @Inject AddedServers added;

    private final Vertx vertx = Vertx.vertx();
    private SimulatedFleet late;
    private String url;

    @BeforeEach
    void startTheServer() {
        Settings settings = Settings.defaults().withModels(List.of(SimulatedModel.qwen3()));
        late = SimulatedFleet.start(vertx, List.of(settings));
        url = late.urls().getFirst().toString();
    }

    @AfterEach
    void stopTheServer() {
        given().delete("/admin/servers/late");
        late.close();
        vertx.close();
    }

    /** As another process has it. */
    private AddedServers another(Database its) {
        return new AddedServers(its, config, new ServersBeside(config));
    }

    private static Response add(String body) {
        return given().contentType("application/json").body(body).post("/admin/servers");
    }

    private static int asked() {
        return post("/v1/chat/completions", body(MODEL, false)).statusCode();
    }

    private static List<String> named() {
        return get("/admin/servers").jsonPath().getList("servers.name");
    }

    @Test
    void noneBringsACommand() {
        for (String key : List.of("wake", "sleep")) {
            Response answer =
                    add(
                            """
                            {"name":"late","url":"%s","%s":"exec:/bin/true"}\
                            """
                                    .formatted(url, key));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThatThrownBy(() -> added.add("late", Map.of("url", url, key, "exec:/bin/true")))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("'" + key + "' is not for a server that is added");
        }
        assertThat(named()).doesNotContain("late");
    }

    @Test
    void aRowOfTheDatabaseBringsNoneEither() {
        row("late", "{\"url\":\"%s\",\"wake\":\"exec:/bin/true\"}".formatted(url));
        added.look();
        assertThat(named()).contains("late");
        assertThat(config.current().server().get("late").wake()).isEmpty();
    }

    private void row(String name, String settings) {
        int _ =
                database.in(connection -> {
                    try (var insert =
                            connection.prepareStatement(
                                    "INSERT INTO added_server VALUES (?, ?, 0)")) {
                        insert.setString(1, name);
                        insert.setString(2, settings);
                        return insert.executeUpdate();
                    }
                });
    }

    @Test
    void aRowThatAsksForASecretOrHasNoNameIsLeftOutAlone() {
        row("late", "{\"url\":\"%s\"}".formatted(url));
        row("thief", "{\"url\":\"http://a:1/${java.version}\"}");
        row("a.b", "{\"url\":\"http://b:1\"}");
        added.look();
        assertThat(named()).contains("late").doesNotContain("thief", "a.b");
        assertThat(config.servers(Origin.ADDED)).isEqualTo(Map.of("late", Map.of("url", url)));
        added.remove("thief");
        added.remove("a.b");
    }

    @Test
    void oneIsAskedAsLongAsItIsThere() {
        assertThat(asked()).isEqualTo(404);
        Response added =
                add(
                        """
                        {"name":"late","url":"%s","weight":2,"max_concurrent":3,"labels":["gpu=eu"]}\
                        """
                                .formatted(url));
        assertThat(added.statusCode()).isEqualTo(200);
        assertThat(added.jsonPath().getString("url")).isEqualTo(url);
        await().until(() -> asked() == 200);
        assertThat(named()).contains("late");
        assertThat(given().post("/admin/servers/late/drain").jsonPath().getString("url"))
                .isEqualTo(url);
        Response removed = given().delete("/admin/servers/late");
        assertThat(removed.statusCode()).isEqualTo(200);
        assertThat(removed.jsonPath().getInt("in_flight")).isZero();
        assertThat(named()).doesNotContain("late");
        assertThat(asked()).isEqualTo(404);
    }

    @Test
    void anotherProcessFindsItInTheDatabase() {
        add("{\"name\":\"late\",\"url\":\"%s\"}".formatted(url));
        config.put(Origin.ADDED, Map.of()); // as it is after a start
        assertThat(named()).doesNotContain("late");
        another(database).look();
        assertThat(named()).contains("late");
    }

    @Test
    void oneThatWasAddedMayBeReplaced() {
        add("{\"name\":\"late\",\"url\":\"http://127.0.0.1:9\"}");
        Response replaced = add("{\"name\":\"late\",\"url\":\"%s\"}".formatted(url));
        assertThat(replaced.statusCode()).isEqualTo(200);
        await().until(() -> asked() == 200);
    }

    @Test
    void oneThatAnotherProcessAddsLeavesTheOthersInForce() {
        add("{\"name\":\"late\",\"url\":\"%s\"}".formatted(url));
        another(database).add("later", Map.of("url", "http://127.0.0.1:9"));
        assertThat(named()).contains("late", "later");
        assertThat(given().delete("/admin/servers/later").statusCode()).isEqualTo(200);
        assertThat(named()).contains("late").doesNotContain("later");
    }

    @Test
    void readinessWaitsForTheFirstLookAlone() {
        add("{\"name\":\"late\",\"url\":\"%s\"}".formatted(url));
        AddedServers next = another(database);
        assertThat(next.looked()).isFalse();
        next.look();
        assertThat(next.looked()).isTrue();
        assertThat(get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void aLookThatFindsNoDatabaseIsOneToo() {
        Database away = Databases.of(Map.of("cortex.database.url", "postgresql://127.0.0.1:1/no"));
        AddedServers next = another(away);
        assertThat(next.looked()).isFalse();
        next.look();
        assertThat(next.looked()).isTrue();
        Databases.close(away);
    }

    @Test
    void whereNothingCanBeInTheDatabaseNobodyWaits(@TempDir Path folder) {
        assertThat(another(Databases.sqlite(folder)).looked()).isTrue();
        Database none = Databases.of(Map.of("cortex.database.url", "off"));
        assertThat(another(none).looked()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "nonsense | the body is no server; send",
                "{\"name\":\"x\",\"url\":\"http://a:1\",\"wieght\":2} | the body is no server; send",
                "null | the body is no server; send",
                "{\"url\":\"http://a:1\"} | name: '' is no name for a server",
                "{\"name\":\"a b\",\"url\":\"http://a:1\"} | name: 'a b' is no name for a server",
                "{\"name\":\"x\"} | url: '' is not a server's URL",
                "{\"name\":\"x\",\"url\":\"http://u:secret@a:1\"} | url: 'http://a:1' has credentials",
                "{\"name\":\"x\",\"url\":\"http://a:1\",\"weight\":0} | cortex.server.x.weight: 0.0 is out of range",
                "{\"name\":\"x\",\"url\":\"http://a:1\",\"labels\":[\"eu\"]} | cortex.server.x.labels: 'eu' is no label",
                "{\"name\":\"x\",\"url\":\"http://a:1\",\"labels\":[\"a=${HOME}\"]} | labels: 'a=${HOME}' stands for",
            })
    void whatIsWrongIsToldAndNothingChanges(String body, String problem) {
        Response refused = add(body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.jsonPath().getString("error")).startsWith(problem);
        assertThat(named()).doesNotContain("x");
    }

    @Test
    void onlyWhatWasAddedIsRemoved() {
        Response refused = given().delete("/admin/servers/nobody");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.jsonPath().getString("error")).contains("'nobody' was not added");
    }
}
