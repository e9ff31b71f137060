package dev.aicortex.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The document that shows what all clients were seen to do. */
final class Compatibility {
    private static final String HEAD =
            """
            # Compatibility

            What client libraries see when their base URL is the gateway's. This page is written by `ClientsIT`, which drives each of
            them against the packaged program in front of three simulated servers, and fails where a row is not as expected or this
            page is not what the run saw: `cp target/compatibility.md docs/` takes a new run over.

            An answer of the simulated servers has 16 tokens, which make 15 words. "Reached" counts the servers that saw a request; of
            these the first dies where one is said to die.

            ## A stream that breaks

            Behind its first content a stream cannot go to another server. Its end then says so in the dialect's shape: an `event: error`,
            in NDJSON a whole chunk that also carries `error`. The message begins `server error: connection lost:`, no terminal event
            follows, and the connection is closed before the body's last chunk. The rows "a break told as" below ask a simulated server
            without the gateway, and show what clients make of this end and of others. It raises in each of them with its words; Open
            WebUI, LiteLLM and Spring AI on the native route look at the close alone. Coding agents try the request again, each by
            another sign (`RealAgentsIT`):

            | agent | route | tries again because |
            |---|---|---|
            | Codex | `/v1/responses` | there was no `response.completed`, whatever came instead |
            | opencode | `/v1/chat/completions` | the error has the type `server_error` |
            | pi | `/v1/chat/completions` | the message says `connection lost` |
            | qwen-code | `/v1/chat/completions` | the answer has an `x-request-id`; without one only a cut connection counts |
            | aider | `/api/chat` | any error that LiteLLM raises counts |

            """;

    private final Map<String, String> versions = new TreeMap<>();
    private final List<Row> rows = new ArrayList<>();

    void add(Report report) {
        versions.putAll(report.versions());
        rows.addAll(report.rows());
    }

    /** The whole page. */
    String page() {
        StringBuilder page = new StringBuilder(HEAD).append(firstLaw());
        page.append("\n## What was seen\n\n| client | version |\n|---|---|\n");
        versions.forEach((client, version) -> line(page, client, version));
        page.append("\n| client | feature | expected | observed |\n|---|---|---|---|\n");
        rows.forEach(row -> page.append(line(row)));
        return page.toString();
    }

    private static String firstLaw() {
        try (InputStream page = Compatibility.class.getResourceAsStream("/first-law.md")) {
            return new String(Objects.requireNonNull(page).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows as the page has them. */
    List<String> lines() {
        return rows.stream().map(Compatibility::line).toList();
    }

    private static String line(Row row) {
        StringBuilder line = new StringBuilder();
        line(line, row.client(), row.feature(), row.expected(), row.observed());
        return line.toString();
    }

    private static void line(StringBuilder to, String... cells) {
        to.append("| ")
                .append(String.join(" | ", List.of(cells)).replace("\n", " "))
                .append(" |\n");
    }
}
