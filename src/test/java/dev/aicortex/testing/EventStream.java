package dev.aicortex.testing;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A client of an event stream that reads all of it, as a browser's EventSource does. */
public final class EventStream implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<InputStream> answer;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    /**
     * One event.
     *
     * @param name {@code comment} for a comment
     */
    public record Event(String id, String name, JsonNode data) {
        /** What this one says of a server; empty where it says nothing. */
        public Optional<JsonNode> server(String url) {
            return data.path("servers")
                    .valueStream()
                    .filter(server -> server.path("id").asText().equals(url))
                    .findFirst();
        }
    }

    /**
     * Asks for a stream.
     *
     * @param headers names and values in turn
     */
    public EventStream(URI at, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at);
        if (headers.length > 0) {
            request.headers(headers);
        }
        answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(this::read);
    }

    public HttpResponse<InputStream> answer() {
        return answer;
    }

    /** Whether the gateway has ended it. */
    public boolean ended() {
        return ended;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String id = "";
            String name = "";
            JsonNode data = MissingNode.getInstance();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!name.isEmpty()) {
                        events.add(new Event(id, name, data));
                    }
                    name = "";
                } else if (line.startsWith(":")) {
                    name = "comment";
                } else if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data = JSON.readTree(line.substring(5));
                } else if (!line.startsWith("retry:")) {
                    throw new IOException("no line of an event: " + line);
                }
            }
        } catch (IOException _) {
            // the connection has broken, or was closed here
        }
        ended = true;
    }

    /** All that has come so far. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The first event of this kind that comes or has come. */
    public Event first(Predicate<Event> kind) {
        return await().atMost(Duration.ofSeconds(30))
                .until(() -> events.stream().filter(kind).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    /** The first event of this kind behind another one. */
    public Event firstAfter(Event other, Predicate<Event> kind) {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                events.stream()
                                        .skip(events.indexOf(other) + 1L)
                                        .filter(kind)
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
