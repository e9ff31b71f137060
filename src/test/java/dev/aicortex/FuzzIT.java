package dev.aicortex;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aicortex.simulator.Settings;
import dev.aicortex.simulator.SimulatedFleet;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.Program;
import dev.aicortex.testing.PythonVenv;
import io.restassured.RestAssured;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests by the thousand, made up from the served OpenAPI document, right ones and wrong ones:
 * none meets an error of the gateway's own making, every answer is as documented, no stream of a
 * healthy fleet breaks. The rules are in {@code src/test/fuzz}.
 */
class FuzzIT {
    private static final Path RULES = Path.of("src/test/fuzz").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/fuzz");
    private static final int SERVERS = 3;

    private static final Vertx VERTX = Vertx.vertx();
    private static SimulatedFleet fleet;
    private static PythonVenv python;

    @BeforeAll
    static void prepare() throws Exception {
        python = PythonVenv.named("fuzz-venv", RULES.resolve("requirements.txt"));
        Files.createDirectories(FOLDER);
        fleet =
                SimulatedFleet.start(
                        VERTX,
                        SERVERS,
                        Settings.defaults()
                                .withModels(
                                        List.of(
                                                SimulatedModel.llama32(),
                                                SimulatedModel.gemma3(),
                                                SimulatedModel.nomicEmbedText()))
                                .withTokensPerSecond(0)
                                .withTokensPerAnswer(8)
                                .withLoadTime(Duration.ZERO)
                                .withParallel(1000));
    }

    @AfterAll
    static void close() {
        if (fleet != null) {
            fleet.close();
        }
        VERTX.close();
    }

    @Test
    void madeUpRequestsMeetNoErrorOfTheGatewaysOwn() throws Exception {
        Map<String, String> environment = Map.of("CORTEX_SERVERS", urls(), "CORTEX_MANAGE", "true");
        try (Program program = Program.start(environment, "--port", "0")) {
            fuzz(program, "--max-examples", "8");
            assertThat(RestAssured.get(program.url() + "/health").jsonPath().getList("servers"))
                    .hasSize(SERVERS)
                    .extracting("status", "strikes", "breaker")
                    .allMatch(server -> server.toString().equals("(\"up\", 0, \"closed\")"));
        }
    }

    private static String urls() {
        return fleet.urls().stream().map(URI::toString).collect(Collectors.joining(","));
    }

    @Test
    void withoutTheRightToManageTheyMeetNoneEither() throws Exception {
        try (Program program = Program.start(Map.of(), "--demo", "--port", "0")) {
            fuzz(program, "--phases", "examples,fuzzing", "--max-examples", "2");
        }
    }

    private static void fuzz(Program program, String... options) throws Exception {
        program.ready();
        List<String> arguments =
                new ArrayList<>(
                        List.of("--config-file", RULES.resolve("schemathesis.toml").toString()));
        arguments.addAll(List.of("run", program.url() + "/openapi.json"));
        arguments.addAll(List.of(options));
        PythonVenv.Result result =
                python.run(
                        FOLDER,
                        Map.of("SCHEMATHESIS_HOOKS", RULES.resolve("hooks.py").toString()),
                        "schemathesis",
                        arguments.toArray(String[]::new));
        assertThat(result.exit()).as(result.output()).isZero();
        assertThat(program.output()).doesNotContain("ERROR", "Exception");
    }

    @Test
    void theServedDocumentIsValidOpenApi() throws Exception {
        Path file = FOLDER.resolve("openapi.json").toAbsolutePath();
        try (Program program = Program.start(Map.of(), "--demo", "--port", "0")) {
            Files.writeString(file, RestAssured.get(program.url() + "/openapi.json").asString());
        }
        PythonVenv.Result result =
                python.run(FOLDER, Map.of(), "openapi-spec-validator", file.toString());
        assertThat(result.exit()).as(result.output()).isZero();
    }
}
