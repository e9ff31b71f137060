package dev.aicortex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageCommandTest extends AgainstStandIn {
    private static final String ADMIN = "/admin/usage";
    private static final String FIGURES =
            "\"complete\":%d,\"truncated\":0,\"failed\":0,\"refused\":2,\"client_gone\":0,\"prompt_tokens\":1200,\"cached_tokens\":0,\"completion_tokens\":34,\"waited_ms\":0,\"duration_ms\":9";
    private static final String REPORT =
            """
            {"since":"2026-11-29T00:00:00Z","until":"2026-11-30T00:00:00Z","by":["key","user"],"more":%b,"usage":[
              {"key":"alice","user":"=cmd, \\"x\\"","requests":12,%s},{"key":"","user":"\\u001b[2J","requests":3,%s}],
             "total":{"requests":15,%s}}\
            """
                    .formatted(
                            false,
                            FIGURES.formatted(10),
                            FIGURES.formatted(1),
                            FIGURES.formatted(11));

    @Test
    void showsARowEachAndTheTotal() {
        gateway.answers(ADMIN, 200, REPORT);

        assertThat(gateway.run("usage", "--by", "key,user").lines())
                .containsExactly(
                        "KEY    USER       REQUESTS  NOT SERVED  PROMPT  CACHED  COMPLETION",
                        "alice  =cmd, \"x\"  12        2           1,200   0       34",
                        "-      \ufffd[2J       3         2           1,200   0       34",
                        "total  total      15        4           1,200   0       34");
    }

    @Test
    void writesCsvThatNoSpreadsheetTakesForFormulas() {
        gateway.answers(ADMIN, 200, REPORT);

        assertThat(gateway.run("usage", "--output", "csv").lines())
                .containsExactly(
                        "key,user,requests,complete,truncated,failed,refused,client_gone,prompt_tokens,cached_tokens,completion_tokens,waited_ms,duration_ms",
                        "alice,\"'=cmd, \"\"x\"\"\",12,10,0,0,2,0,1200,0,34,0,9",
                        ",\ufffd[2J,3,1,0,0,2,0,1200,0,34,0,9");
    }

    @Test
    void writesTheDocumentAsItIs() {
        gateway.answers(ADMIN, 200, REPORT);

        Run run = gateway.run("usage", "--output", "json");

        assertThat(run.lines()).hasSize(1);
        assertThat(Json.parse(run.out())).isEqualTo(Json.parse(REPORT));
    }

    @ParameterizedTest
    @CsvSource({
        "'', /admin/usage",
        "'--by user,model --since 7d', '/admin/usage?by=user%2Cmodel&since=7d'",
        "--since 2026-11-01T00:00:00Z --until 1h --span day, '/admin/usage?since=2026-11-01T00%3A00%3A00Z&until=1h&span=day'",
        "--span hour --top 5, /admin/usage?span=hour&top=5",
        "--own --by model, /v1/usage?by=model",
    })
    void asksForWhatIsNamed(String options, String target) {
        String path = target.replaceFirst("\\?.*", "");
        gateway.answers(path, 200, REPORT);

        Run run = gateway.run("usage", options.isEmpty() ? new String[0] : options.split(" "));

        assertThat(run.status()).isZero();
        assertThat(gateway.received(path).target()).isEqualTo(target);
    }

    @Test
    void saysWhenThereIsMoreThanIsShown() {
        gateway.answers(ADMIN, 200, REPORT.replace("\"more\":false", "\"more\":true"));

        assertThat(gateway.run("usage").err()).contains("more rows than are shown");
    }

    @Test
    void tellsWhyItIsRefused() {
        gateway.answers(ADMIN, 400, "{\"error\":\"since: 'x' is no time\"}");

        Run run = gateway.run("usage", "--since", "x");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.error()).contains("since: 'x' is no time");
    }
}
