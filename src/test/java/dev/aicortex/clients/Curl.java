package dev.aicortex.clients;

import dev.aicortex.model.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code curl}, with what people type. */
final class Curl {
    private static final String NAME = "curl";
    private static final String CHAT =
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"stream\":%b}";
    private static final int LARGE = 34_000_000;

    private final String gateway;
    private final ClientFleet fleet;
    private final Checks checks;

    private Curl(ClientFleet fleet, String gateway) {
        this.gateway = gateway;
        this.fleet = fleet;
        this.checks = new Checks(fleet, NAME, error -> "");
    }

    static boolean runnable() throws InterruptedException {
        return Command.succeeds(List.of(NAME, "--version"));
    }

    static Report check(ClientFleet fleet, String gateway) {
        Curl curl = new Curl(fleet, gateway);
        curl.checks.check("-I /", "200", () -> curl.status("/", "-I"));
        curl.checks.check(
                "-d without a content type",
                "200",
                () -> curl.status("/v1/chat/completions", "-d", body(false)));
        curl.checks.check("-N -d, streamed", "16 pieces, [DONE]", () -> curl.pieces("-N"));
        curl.checks.check(
                "--http1.0 -d",
                "200",
                () -> curl.status("/api/chat", "--http1.0", "-d", body(false)));
        curl.checks.check(
                "--http1.0 -d, streamed", "16 pieces, [DONE]", () -> curl.pieces("--http1.0"));
        curl.checks.check(
                "-d with an image of 34 MB",
                "200, the server gets the same bytes",
                curl::largeImage);
        return Report.of(NAME, "the machine's", curl.checks.rows());
    }

    private static String body(boolean stream) {
        return CHAT.formatted(ClientFleet.CHAT, Samples.QUESTION, stream);
    }

    private String status(String path, String... options) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
        all.addAll(List.of(options));
        return run(path, all);
    }

    private String pieces(String option) throws IOException, InterruptedException {
        String answer = run("/v1/chat/completions", List.of(option, "-d", body(true)));
        long words = answer.lines().filter(l -> l.contains("\"finish_reason\":null")).count();
        String end = answer.endsWith("data: [DONE]\n\n") ? "[DONE]" : "cut short";
        return words + " pieces, " + end;
    }

    private String largeImage() throws IOException, InterruptedException {
        Path file = Path.of("target/clients/large.json");
        Files.createDirectories(file.getParent());
        String message = "\"content\":\"What is this?\",\"images\":[\"" + "A".repeat(LARGE) + "\"]";
        Files.writeString(
                file,
                "{\"model\":\"%s\",\"stream\":false,\"messages\":[{\"role\":\"user\",%s}]}"
                        .formatted(ClientFleet.CHAT, message));
        String status = status("/api/chat", "--data-binary", "@" + file);
        String received = fleet.received().getFirst().sha256();
        boolean same = received.equals(Sha256.of(Files.readAllBytes(file)));
        return status + (same ? ", the server gets the same bytes" : ", the server gets others");
    }

    private String run(String path, List<String> options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(NAME, "-s", "-H", "Authorization: Bearer " + Samples.KEY));
        command.addAll(options);
        command.add(gateway + path);
        return Command.run(Path.of("."), Map.of(), command);
    }
}
