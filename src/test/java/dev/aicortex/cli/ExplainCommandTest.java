package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest extends AgainstStandIn {
    private static final String PATH = "/admin/explain";
    private static final String EXPLANATION =
            """
            {"model":"llama3.2:3b","policy":"expected-first-token","prompt_bytes":52,"servers":[
              {"server":"http://gpu-a:11434","rank":1,"numbers":{"expected_ms":11.3,"queue_ms":0.0,
               "load_ms":0.0,"prefill_ms":11.3,"others_ms":2.0,"cached_bytes":9120,"in_flight":1,
               "parallel":4}},
              {"server":"http://b:1","rank":0,"reason":"down: connection\\nrefused"}]}\
            """;

    @TempDir private Path temp;

    private Run fed(String input, String... arguments) {
        return Run.fed(input, gateway.arguments("explain", arguments));
    }

    @Test
    void printsEachServerWithItsNumbersOrTheReasonWhyNot() {
        gateway.answers(PATH, 200, EXPLANATION);

        assertThat(gateway.run("explain", "--model", "llama3.2:3b", "Why?").lines())
                .containsExactly(
                        "llama3.2:3b by expected-first-token, a prompt of 52 bytes",
                        "RANK  SERVER              EXPECTED  QUEUE   LOAD    PREFILL  OTHERS  CACHED  IN"
                                + " FLIGHT  REASON",
                        "1     http://gpu-a:11434  11.3 ms   0.0 ms  0.0 ms  11.3 ms  2.0 ms  9120 B  1 of"
                                + " 4     -",
                        "-     http://b:1          -         -       -       -        -       -       -   "
                                + "       down: connection refused");
    }

    @Test
    void isTheGatewaysDocumentAsJson() {
        gateway.answers(PATH, 200, EXPLANATION);

        Run run = gateway.run("explain", "--model", "m", "--output", "json", "Why?");

        assertThat(run.lines()).hasSize(1);
        assertThat(Json.parse(run.out())).isEqualTo(Json.parse(EXPLANATION));
    }

    @Test
    void asksAsAChatWould() {
        gateway.answers(PATH, 200, EXPLANATION);

        gateway.run("explain", "--model", "m:1b", "--system", "Be short.", "Why", "not?");

        assertThat(Json.parse(gateway.received(PATH).body()))
                .isEqualTo(GatewayCommand.question("m:1b", "Be short.", "Why not?"));
        assertThat(gateway.received(PATH).target()).isEqualTo(PATH);
    }

    @Test
    void asksForTheHolderOfAKey() {
        gateway.answers(PATH, 200, EXPLANATION);

        gateway.run("explain", "--model", "m", "--as", "team a&b", "Why?");

        assertThat(gateway.received(PATH).target()).isEqualTo(PATH + "?key=team%20a%26b");
    }

    @Test
    void aFileIsSentAsItIs() throws IOException {
        gateway.answers(PATH, 200, EXPLANATION);
        Path file = Files.writeString(temp.resolve("request.json"), "{\"model\": \"m\"}\n");

        assertThat(gateway.run("explain", "--file", file.toString()).status()).isZero();
        assertThat(gateway.received(PATH).body()).isEqualTo("{\"model\": \"m\"}\n");
    }

    @Test
    void aRequestOrAPromptMayComeFromStandardInput() {
        gateway.answers(PATH, 200, EXPLANATION);

        assertThat(fed("{\"model\":\"x\"}", "--file", "-").status()).isZero();
        assertThat(gateway.received(PATH).body()).isEqualTo("{\"model\":\"x\"}");
        assertThat(fed("Why?\n", "--model", "m").status()).isZero();
        assertThat(gateway.received(PATH).body()).contains("\"content\":\"Why?\"");
    }

    @Test
    void aFileThatIsNotThereIsToldInOneLine() {
        String file = temp.resolve("none.json").toString();

        Run run = gateway.run("explain", "--file", file);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error()).isEqualTo(file + " is not there");
    }

    @Test
    void aFileAndAPromptAreTooMuchAndNeitherIsTooLittle() {
        Run both = gateway.run("explain", "--file", "x.json", "--model", "m");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.error()).startsWith("--file has the whole request; leave out --model");
        Run empty = fed(" \n", "--model", "m");
        assertThat(empty.status()).isEqualTo(2);
        assertThat(empty.error()).startsWith("the prompt is empty; give it as words");
        Run neither = gateway.run("explain", "Why?");
        assertThat(neither.status()).isEqualTo(2);
        assertThat(neither.error()).startsWith("--model is missing; 'aicortex models' lists");
    }

    @Test
    void failsWithTheGatewaysText() {
        gateway.answers(PATH, 403, "{\"error\":\"/admin answers this machine alone\"}");

        Run run = gateway.run("explain", "--model", "m", "Why?");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error())
                .isEqualTo("/admin answers this machine alone (403 from " + gateway.url() + ")");
    }

    @Test
    void cannotComeFromAnotherProgram() {
        gateway.answers(PATH, 200, "<html>hello</html>");

        Run run = gateway.run("explain", "--model", "m", "Why?");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error()).contains(gateway.url()).contains("is it AI Cortex?");
    }
}
