package dev.aicortex.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One recorded exchange with a real Ollama. */
record Recording(
        Generation generation,
        String name,
        String method,
        String path,
        Map<String, String> requestHeaders,
        byte[] requestBody,
        RawHttp.Answer answer) {
    private static final String BASE64 = "base64:";
    private static final Path HOME = Path.of("src/test/resources");
    private static final Map<Generation, String> FOLDERS =
            Map.of(
                    Generation.OWN_ENGINES, "exchanges",
                    Generation.LLAMA_SERVER, "exchanges-0.33");

    /** What no simulated server answers, and why. */
    static final Map<String, String> LEFT_OUT = new HashMap<>();

    static {
        LEFT_OUT.put(
                "chat-stream-thinking-tool-native",
                "its engine renders the template: the call stands in the last line");
        LEFT_OUT.put(
                "v1-chat-stream-reasoning",
                "one of its pieces ends the thoughts and begins the answer, which is cut in two");
        LEFT_OUT.put(
                "v1-responses-namespace-tools",
                "its model was scripted to speak though it has tools, which simulated ones then call");
    }

    /** Of a model that thinks, as some were scripted to. */
    static final int THOUGHTS = 4;

    /**
     * The version that a server is simulated with; the older ones were recorded with a build that
     * had none.
     */
    static String version(Generation generation) {
        return switch (generation) {
            case OWN_ENGINES -> "0.0.0";
            case LLAMA_SERVER -> "0.33.0";
        };
    }

    /** Those that a simulated server can be held to. */
    static List<Recording> replayed() throws IOException {
        return all().stream().filter(one -> !LEFT_OUT.containsKey(one.name)).toList();
    }

    static List<Recording> all() throws IOException {
        List<Recording> all = new ArrayList<>();
        for (Generation generation : Generation.values()) {
            all.addAll(of(generation));
        }
        return all;
    }

    private static List<Recording> of(Generation generation) throws IOException {
        return in(FOLDERS.get(generation), generation);
    }

    /** Those of a folder, by their files' names. */
    static List<Recording> in(String folder, Generation generation) throws IOException {
        try (Stream<Path> files = Files.list(HOME.resolve(folder))) {
            List<Recording> all = new ArrayList<>();
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                all.add(of(generation, new ObjectMapper().readTree(file.toFile())));
            }
            return all;
        }
    }

    RawHttp.Answer replay(URI server) throws IOException {
        return RawHttp.once(server, method, path, requestHeaders, requestBody);
    }

    /** The fault under which the server answered so. */
    Fault condition() {
        List<String> chunks = answer.chunks();
        if (name.endsWith("-busy")) {
            return new Fault.Busy();
        } else if (name.endsWith("-repeat")) {
            return new Fault.Repeats();
        } else if (name.endsWith("-server-stopped")) {
            return new Fault.CutClose(chunks.size() - 1);
        } else if (!name.contains("-killed") && !name.contains("-aborted")) {
            return Fault.none();
        }
        boolean lastWords = chunks.getLast().matches("(?s).*(\"error\"|\"model\":\"\").*");
        return new Fault.RunnerKilled(chunks.size() - (lastWords ? 1 : 0));
    }

    /**
     * Whether its model was scripted to think: what it says, and how much, is made up there too.
     */
    private boolean scripted() {
        return name.contains("-thinking-") || name.contains("-reasoning");
    }

    /**
     * What of a body's skeleton is compared: of a script not how much it says, nor what it calls.
     */
    String compared(String skeleton) {
        if (!scripted()) {
            return skeleton;
        }
        String uncounted =
                skeleton.replaceAll("(_tokens|_count):\\d+", "$1:number")
                        .replaceAll("arguments:\\{[^}]*}", "arguments:{}");
        String end = skeleton.contains("data: ") ? "\n\n" : "\n";
        List<String> events = new ArrayList<>();
        for (String event : uncounted.split(end, -1)) {
            if (events.isEmpty() || !event.equals(events.getLast())) {
                events.add(event);
            }
        }
        return String.join(end, events);
    }

    /** Whether the writes of a stream are compared too: those of a burst come as they come. */
    boolean comparesWrites() {
        return !scripted();
    }

    /** What the server held at the time. */
    List<SimulatedModel> models() {
        SimulatedModel gemma = SimulatedModel.gemma3();
        return switch (name) {
            case "delete" -> List.of(gemma, gemma.withName("copied:latest"));
            case "api-chat-stream-repeat", "v1-chat-completions-stream-repeat" ->
                    List.of(gemma, gemma.withName("full:270m"));
            default -> scripted() ? List.of(gemma, thinker()) : List.of(gemma);
        };
    }

    private SimulatedModel thinker() {
        return SimulatedModel.qwen3().withName(name.endsWith("-native") ? "ntools:1" : "q3think:1");
    }

    @Override
    public String toString() {
        return generation + " " + name;
    }

    private static Recording of(Generation generation, JsonNode json) {
        JsonNode request = json.get("request");
        Map<String, String> headers = new HashMap<>();
        request.get("headers")
                .properties()
                .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
        return new Recording(
                generation,
                json.get("name").asText(),
                request.get("method").asText(),
                request.get("path").asText(),
                headers,
                body(request.get("body").asText("").replaceFirst("^null$", "")),
                answer(json.get("response")));
    }

    private static byte[] body(String text) {
        return text.startsWith(BASE64)
                ? Base64.getDecoder().decode(text.substring(BASE64.length()))
                : text.getBytes(StandardCharsets.UTF_8);
    }

    private static RawHttp.Answer answer(JsonNode response) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        response.get("headers")
                .forEach(h -> headers.add(Map.entry(h.get(0).asText(), h.get(1).asText())));
        List<String> chunks = new ArrayList<>();
        response.get("chunks").forEach(chunk -> chunks.add(chunk.get("text").asText()));
        if (response.path("end").asText().startsWith("cut")) {
            chunks.add(RawHttp.CUT);
        }
        return new RawHttp.Answer(
                new RawHttp.Head(response.get("status").asInt(), headers), chunks);
    }
}
