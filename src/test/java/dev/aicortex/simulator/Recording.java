package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One recorded exchange with a real Ollama. */
record Recording(
        String name,
        String method,
        String path,
        Map<String, String> requestHeaders,
        String requestBody,
        RawHttp.Answer answer) {
    private static final Path HOME = Path.of("src/test/resources/exchanges");

    static List<Recording> all() throws IOException {
        return in(HOME);
    }

    /** Those of a folder, by their files' names. */
    static List<Recording> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Recording> all = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                all.add(of(new ObjectMapper().readTree(file.toFile())));
            }
            return all;
        }
    }

    RawHttp.Answer replay(URI server) throws IOException {
        return RawHttp.once(server, method, path, requestHeaders, requestBody);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Recording of(JsonNode json) {
        JsonNode request = json.get("request");
        Map<String, String> headers = new HashMap<>();
        request.get("headers")
                .properties()
                .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        return new Recording(
                json.get("name").asText(),
                request.get("method").asText(),
                request.get("path").asText(),
                headers,
                request.get("body").asText("").replaceFirst("^null$", ""),
                answer(json.get("response")));
    }

    private static RawHttp.Answer answer(JsonNode response) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        response.get("headers")
                .forEach(h -> headers.add(Map.entry(h.get(0).asText(), h.get(1).asText())));
        List<String> chunks = new ArrayList<>();
        response.get("chunks").forEach(chunk -> chunks.add(chunk.get("text").asText()));
        return new RawHttp.Answer(
                new RawHttp.Head(response.get("status").asInt(), headers), chunks);
    }
}
