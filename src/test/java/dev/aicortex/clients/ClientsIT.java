package dev.aicortex.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aicortex.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The packaged program, used with the client libraries that its users have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientsIT {
    private static final Path DOCUMENT = Path.of("docs/compatibility.md");
    private static final Path SEEN = Path.of("target/compatibility.md");

    private final ClientFleet fleet = new ClientFleet();
    private final Compatibility seen = new Compatibility();
    private boolean complete = true;
    private ControlEndpoint control;
    private Program program;

    @BeforeAll
    void start() throws IOException {
        control = new ControlEndpoint(fleet);
        // The window is wide so that the many servers that die here open no breaker.
        Map<String, String> environment =
                Map.of(
                        "CORTEX_SERVERS",
                        fleet.servers(),
                        "CORTEX_KEYS_TEST",
                        Samples.KEY,
                        "CORTEX_BREAKER_WINDOW",
                        "1000");
        program = Program.start(environment, "--port", "0");
        program.ready();
    }

    @AfterAll
    void stop() throws InterruptedException {
        program.close();
        control.close();
        fleet.close();
    }

    @Test
    @Order(1)
    void javaClientsSeeWhatIsExpected() {
        String gateway = program.url().toString();
        expect(
                OpenAiJava.check(fleet, gateway),
                LangChain.check(fleet, new LangChainModule.OpenAi(gateway)),
                LangChain.check(fleet, new LangChainModule.Ollama(gateway)));
    }

    @Test
    @Order(2)
    void curlSeesWhatIsExpected() throws Exception {
        require("curl", Curl.runnable());
        expect(Curl.check(fleet, program.url().toString()));
    }

    @Test
    @Order(3)
    void pythonClientsSeeWhatIsExpected() throws Exception {
        run(Scripts.PYTHON);
    }

    @Test
    @Order(4)
    void nodeClientsSeeWhatIsExpected() throws Exception {
        run(Scripts.NODE);
    }

    @Test
    @Order(5)
    void theDocumentShowsWhatWasSeen() throws IOException {
        Files.writeString(SEEN, seen.page());
        String document = Files.readString(DOCUMENT);
        assertThat(seen.lines())
                .as("rows that %s lacks", DOCUMENT)
                .filteredOn(row -> !document.contains(row))
                .isEmpty();
        if (complete) {
            assertThat(document).as("%s, against %s", DOCUMENT, SEEN).isEqualTo(seen.page());
        }
    }

    private void run(Scripts scripts) throws Exception {
        require(scripts.language(), scripts.runnable());
        expect(
                scripts.report(
                        Map.of(
                                "GATEWAY", program.url().toString(),
                                "GATEWAY_KEY", Samples.KEY,
                                "SERVER", fleet.server(),
                                "CONTROL", control.url())));
    }

    /** Where a program is absent its clients are left out, but not where all must be there. */
    private void require(String program, boolean runnable) {
        complete &= runnable;
        assumeTrue(
                runnable || "true".equals(System.getenv("CI")),
                program + " is not here as a whole: its clients are not checked");
    }

    private void expect(Report... reports) {
        List.of(reports).forEach(seen::add);
        for (Report report : reports) {
            assertThat(report.rows()).isNotEmpty();
            assertThat(report.wrong()).as("rows that are not as expected").isEmpty();
        }
    }
}
