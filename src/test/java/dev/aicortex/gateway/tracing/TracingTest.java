package dev.aicortex.gateway.tracing;

import static dev.aicortex.testing.Collector.attributes;
import static dev.aicortex.testing.Collector.id;
import static dev.aicortex.testing.Collector.parent;
import static dev.aicortex.testing.TestFleet.FIRST_ONLY;
import static dev.aicortex.testing.TestFleet.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.aicortex.Cortex;
import dev.aicortex.fleet.ServerState;
import dev.aicortex.simulator.Fault;
import dev.aicortex.simulator.SimulatedModel;
import dev.aicortex.testing.Collector;
import dev.aicortex.testing.GatewayFlow;
import dev.aicortex.testing.ObservedGateway;
import dev.aicortex.testing.RawClient;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector gets of requests, through its real port. */
@QuarkusTest
@TestProfile(ObservedGateway.class)
@Timeout(60)
class TracingTest extends GatewayFlow {
    private static final String CHAT = "/v1/chat/completions";
    private static final String CLIENTS_SPAN = "00f067aa0ba902b7";
    private static final String STATE = "vendor=opaque";
    private static final String PLANTED = "planted";
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_.]+)` \\| ([^|]*) \\|");

    @Inject Cortex cortex;

    private final Collector collector = ObservedGateway.collector();

    /** Each test has a trace of its own, by which its spans are found. */
    private final String trace =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1).repeat(2);

    @BeforeEach
    void listen() {
        collector.away(false);
    }

    private RequestSpecification client() {
        return client("01");
    }

    private RequestSpecification client(String flags) {
        return RestAssured.given()
                .header("Authorization", "Bearer " + ObservedGateway.SECRET)
                .header("traceparent", "00-" + trace + "-" + CLIENTS_SPAN + "-" + flags)
                .header("tracestate", STATE)
                .header("X-Custom", PLANTED + "-header")
                .contentType("application/json");
    }

    private Response ask(String path, String body) {
        return client().body(body).post(path);
    }

    private static String chat(String model, boolean stream) {
        return body(model, stream).replace("Why is the sky blue?", PLANTED + "-prompt");
    }

    /** So many of this test's trace, the request's own first. */
    private List<Span> spans(int number) {
        await().until(() -> collector.spans(trace).size() >= number);
        List<Span> spans = collector.spans(trace);
        assertThat(spans).hasSize(number);
        return spans.stream()
                .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
                .toList();
    }

    private static List<String> events(Span span) {
        return span.getEventsList().stream().map(Span.Event::getName).toList();
    }

    @Test
    void aRequestIsASpanAndItsAttemptAnotherWithinIt() {
        Response answer = ask(CHAT, chat("gpt-4o", true));
        assertThat(answer.statusCode()).isEqualTo(200);

        List<Span> spans = spans(2);
        Span request = spans.getFirst();
        Span attempt = spans.getLast();

        assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(request.getName()).isEqualTo("chat gpt-4o");
        assertThat(parent(request)).isEqualTo(CLIENTS_SPAN);
        assertThat(request.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(request.getAttributesList()))
                .containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.provider.name", "ollama")
                .containsEntry("gen_ai.request.model", "gpt-4o")
                .containsEntry("gen_ai.request.stream", "true")
                .containsEntry("gen_ai.response.model", MODEL)
                .containsEntry("gen_ai.response.finish_reasons", "[stop]")
                .containsEntry("gen_ai.usage.output_tokens", "12")
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.route", CHAT)
                .containsEntry("http.response.status_code", "200")
                .containsEntry("cortex.request.id", answer.header("x-request-id"))
                .containsEntry("cortex.key", "alice")
                .containsEntry("cortex.dialect", "openai")
                .containsEntry("cortex.server", answer.header("X-Cortex-Server"))
                .containsEntry("cortex.attempts", "1")
                .containsEntry("cortex.queue.wait", "0.0")
                .containsEntry("cortex.outcome", "complete")
                .doesNotContainKey("error.type");
        assertThat(events(request)).containsExactly("cortex.first_token");
        assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attempt.getName()).isEqualTo("chat " + MODEL);
        assertThat(parent(attempt)).isEqualTo(id(request));
        assertThat(attributes(attempt.getAttributesList()))
                .containsEntry("gen_ai.request.model", MODEL)
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("server.port", "" + answered(answer).url().getPort())
                .containsEntry("gen_ai.usage.output_tokens", "12")
                .containsEntry("cortex.attempt", "1")
                .containsEntry("cortex.outcome", "complete");
        assertThat(events(attempt)).containsExactly("cortex.first_token");
    }

    @Test
    void aFailoverShowsEachAttempt() {
        servers.first().fault(new Fault.Status500("CUDA error: out of memory"));
        assertThat(ask(CHAT, chat(MODEL, false)).header("X-Cortex-Attempts")).isEqualTo("2");

        List<Span> spans = spans(3);

        assertThat(spans).extracting(Span::getName).containsOnly("chat " + MODEL);
        assertThat(attributes(spans.get(0).getAttributesList()))
                .containsEntry("cortex.attempts", "2")
                .containsEntry("cortex.outcome", "complete");
        assertThat(attributes(spans.get(1).getAttributesList()))
                .containsEntry("server.port", "" + servers.first().url().getPort())
                .containsEntry("error.type", "broken");
        assertThat(spans.get(1).getStatus().getCode())
                .isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(spans.get(2).getAttributesList()))
                .containsEntry("cortex.outcome", "complete")
                .doesNotContainKey("error.type");
        assertThat(spans.subList(1, 3)).allMatch(span -> parent(span).equals(id(spans.get(0))));
        assertThat(events(spans.get(0))).as("no stream, no first token").isEmpty();
    }

    @Test
    void thePartsOfAListAreAttemptsOfItsRequest() {
        servers.all().forEach(server -> server.models(List.of(SimulatedModel.nomicEmbedText())));
        fleet.renew(fleet.snapshot().states().stream().map(ServerState::server).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        String list = "{\"model\":\"nomic-embed-text\",\"input\":[\"a\",\"b\",\"c\"]}";
        assertThat(ask("/v1/embeddings", list).header("X-Cortex-Attempts")).isEqualTo("2");

        List<Span> spans = spans(3);

        assertThat(attributes(spans.getFirst().getAttributesList()))
                .containsEntry("cortex.attempts", "2");
        assertThat(spans.subList(1, 3)).allMatch(span -> parent(span).equals(id(spans.getFirst())));
    }

    @Test
    void theServerGoesOnWithTheTraceOfItsAttempt() {
        Response answer = ask("/api/chat", chat(MODEL, false));
        Map<String, String> head = answered(answer).lastPost().headers();

        Span attempt = spans(2).getLast();

        assertThat(head)
                .containsEntry("traceparent", "00-" + trace + "-" + id(attempt) + "-01")
                .containsEntry("tracestate", STATE);
    }

    @Test
    void aTraceThatItsClientDoesNotSampleIsNotSentAndStaysUnsampled() {
        Response answer = client("00").body(chat(MODEL, false)).post("/api/chat");
        String parent = answered(answer).lastPost().headers().get("traceparent");

        assertThat(parent).startsWith("00-" + trace + "-").endsWith("-00");
        ask("/api/chat", chat(MODEL, false)); // what was to come before has come with it
        spans(2);
    }

    @Test
    void aTraceBeginsHereWhereTheClientHasNone() {
        Response answer =
                RestAssured.given()
                        .header("Authorization", "Bearer " + ObservedGateway.SECRET)
                        .header("traceparent", "nonsense")
                        .header("tracestate", STATE)
                        .contentType("application/json")
                        .body(chat(MODEL, false))
                        .post(CHAT);

        Map<String, String> head = answered(answer).lastPost().headers();

        String parent = head.get("traceparent");
        assertThat(parent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(head).as("the state of no trace").doesNotContainKey("tracestate");
        await().until(() -> collector.spans(parent.substring(3, 35)).size() == 2);
    }

    @Test
    void whatWaitsTellsHowLong() throws IOException {
        waits();

        Span request = spans(2).getFirst();

        assertThat(events(request)).containsExactly("cortex.queue.left", "cortex.first_token");
        Map<String, String> event = attributes(request.getEvents(0).getAttributesList());
        assertThat(Double.parseDouble(event.get("cortex.queue.wait"))).isPositive();
        assertThat(attributes(request.getAttributesList()))
                .containsEntry("cortex.queue.wait", event.get("cortex.queue.wait"));
    }

    /** A request that waits until another one's client leaves the only place. */
    private void waits() throws IOException {
        servers.first().fault(new Fault.HangMidStream(2), 1);
        try (RawClient holder = new RawClient(gateway());
                RawClient next = new RawClient(gateway())) {
            holder.post("/api/chat", body(FIRST_ONLY, true), credentials())
                    .readUntil("\"done\":false");
            next.post(
                    "/api/chat",
                    body(FIRST_ONLY, true),
                    credentials() + "\r\ntraceparent: 00-%s-%s-01".formatted(trace, CLIENTS_SPAN));
            await().until(() -> waiting() > 0);
            holder.close();
            next.answer();
        }
    }

    private static String credentials() {
        return "Authorization: Bearer " + ObservedGateway.SECRET;
    }

    private static double waiting() {
        return RestAssured.get("/q/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith("cortex_queue_waiting"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void aClientThatLeavesEndsBothSpans() throws IOException {
        servers.faultEverywhere(new Fault.HangMidStream(2));
        try (RawClient client = new RawClient(gateway())) {
            client.post(
                            "/api/chat",
                            body(MODEL, true),
                            credentials()
                                    + "\r\ntraceparent: 00-%s-%s-01".formatted(trace, CLIENTS_SPAN))
                    .readUntil("\"done\":false");
        }

        assertThat(spans(2))
                .allSatisfy(span ->
                        assertThat(attributes(span.getAttributesList()))
                                .containsEntry("cortex.outcome", "client_gone"));
    }

    @Test
    void aFleetThatFailsIsAnErrorAndAWrongRequestIsNone() {
        servers.faultEverywhere(new Fault.Refuse());
        assertThat(ask(CHAT, chat(MODEL, false)).statusCode()).isEqualTo(502);
        Span failed = spans(4).getFirst();
        assertThat(failed.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);

        ask(CHAT, "{\"model\":");
        Span wrong = spans(5).getLast();
        assertThat(wrong.getName()).isEqualTo("chat");
        assertThat(wrong.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(wrong.getAttributesList()))
                .containsEntry("error.type", "invalid_request")
                .containsEntry("http.response.status_code", "400");
    }

    // ---- what is documented, and nothing else

    private void allKinds() {
        for (String path : List.of(CHAT, "/api/chat", "/v1/messages")) {
            ask(path, chat(MODEL, true).replaceFirst("\\{", "{\"max_tokens\":64,"));
            ask(path, chat(MODEL, false).replaceFirst("\\{", "{\"max_tokens\":64,"));
        }
        ask("/api/show", "{\"model\":\"%s\"}".formatted(MODEL));
        ask("/api/embed", "{\"model\":\"%s\",\"input\":\"planted-prompt\"}".formatted(MODEL));
        ask(CHAT, chat("nowhere:1b", false));
        cortex.chat(MODEL, PLANTED + "-prompt");
        servers.first().fault(new Fault.Status500(PLANTED + "-answer"));
        ask(CHAT, chat(MODEL, true));
        servers.faultEverywhere(new Fault.CutReset(0));
        ask(CHAT, chat(MODEL, true));
        servers.heal();
    }

    @Test
    void nothingIsSentThatIsNotDocumentedAndNothingSecret() throws IOException {
        waits();
        allKinds();
        await().until(() ->
                collector.spans(trace).stream()
                        .anyMatch(span ->
                                attributes(span.getAttributesList())
                                        .getOrDefault("cortex.outcome", "")
                                        .equals("failed")));

        Set<String> sent = new TreeSet<>();
        for (Span span : collector.spans()) {
            span.getAttributesList().forEach(each -> sent.add(each.getKey()));
            span.getEventsList()
                    .forEach(event -> {
                        sent.add(event.getName());
                        event.getAttributesList().forEach(each -> sent.add(each.getKey()));
                    });
        }
        assertThat(sent).isEqualTo(documented("Spans"));
        assertThat(collector.bytes())
                .isNotEmpty()
                .noneMatch(
                        bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(PLANTED));
    }

    @Test
    void theHistogramsAreThoseOfTheConventions() throws IOException {
        ask(CHAT, chat(MODEL, true));
        Set<String> names = documented("Histograms");
        await().until(() ->
                collector.metrics().stream().map(Metric::getName).toList().containsAll(names));

        Set<String> attributes = documented("Attributes of the histograms");
        for (Metric metric : collector.metrics()) {
            assertThat(names).contains(metric.getName());
            for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
                assertThat(attributes)
                        .containsAll(
                                point.getAttributesList().stream().map(KeyValue::getKey).toList());
            }
        }
        assertThat(collector.resources())
                .allSatisfy(resource ->
                        assertThat(attributes(resource.getAttributesList()))
                                .containsEntry("service.name", "aicortex")
                                .containsKeys("service.version", "service.instance.id"));
    }

    /** The names in the first column of a section's table. */
    private static Set<String> documented(String section) throws IOException {
        String text = Files.readString(Path.of("docs/telemetry.md"));
        String body =
                Stream.of(text.split("(?m)^##+ "))
                        .filter(part -> part.startsWith(section + "\n"))
                        .findFirst()
                        .orElseThrow();
        Set<String> names = new TreeSet<>();
        ROW.matcher(body).results().forEach(row -> names.add(row.group(1)));
        assertThat(names).isNotEmpty();
        return names;
    }

    // ---- a collector that is away

    @Test
    void aCollectorThatIsAwayCostsNoRequestAndOneLine() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = listener(lines);
        Logger.getLogger("").addHandler(handler);
        try {
            collector.away(true);
            for (int i = 0; i < 20; i++) {
                assertThat(ask(CHAT, chat(MODEL, true)).statusCode()).isEqualTo(200);
            }
            await().until(() -> lines.stream().anyMatch(line -> line.contains("traces reach no")));
            collector.away(false);
            await().until(() -> {
                ask(CHAT, chat(MODEL, false));
                return lines.stream().anyMatch(line -> line.contains("traces reach the"));
            });
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertThat(lines.stream().filter(line -> line.contains("traces reach no"))).hasSize(1);
        assertThat(lines).noneMatch(line -> line.contains("Failed to export"));
    }

    private static Handler listener(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(
                        new org.jboss.logmanager.formatters.PatternFormatter("%s%e").format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
