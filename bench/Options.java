import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The command line of {@link Load}. */
record Options(URI url, String body, String bearer, int connections, double warmup, double seconds, boolean paced, double ramp,
        double timeout, List<Long> target, List<Long> upstream, Map<String, Object> tags, boolean untilReady,
        int starts, Path log, List<String> command) {

    static final String HELP = """
            Load generator for the benchmark (JDK 25, nothing else). Prints one JSON object per run.

            Closed loop: each connection sends the next request as soon as the answer before is complete.
              java bench/Load.java --url http://127.0.0.1:8080/v1/chat/completions --body '{"stream":true,...}'
                --url URL            where to send requests (plain http)
                --body FILE|TEXT     POST this JSON; without it, GET
                --bearer KEY         send this API key
                --connections N      connections, each with one request at a time (1)
                --warmup SECONDS     run this long before measuring (2)
                --seconds SECONDS    measure this long (5)
                --timeout SECONDS    wait this long for the last answers, then count them as errors (5; paced 60)
                --pids PID,PID       also report CPU and memory of these processes and their descendants
                --upstream PID,PID   the servers behind them: report their CPU, and that of all other processes
                --tag NAME=VALUE     add a field to the result; may be repeated

            Paced: opens all connections and runs one stream on each; the server sets the pace.
                --paced
                --ramp SECONDS       spread the start of the connections over this time (2)
                --seconds SECONDS    run further streams on a connection as long as they fit in this time (0: just one)

            Start-up: milliseconds until URL answers 200, polled every 5 ms.
                --until-ready URL    poll this address
                --starts N           run the command N times, one result each (1)
                --log FILE           append the output of the command to this file (discarded)
                --timeout SECONDS    give up after this long (60)
                -- COMMAND ...       start and stop this command; without it, only wait
            """;

    static Options parse(String... args) {
        var values = new LinkedHashMap<String, String>();
        var tags = new LinkedHashMap<String, Object>();
        var command = new ArrayList<String>();
        for (var rest = Arrays.asList(args).iterator(); rest.hasNext(); ) {
            switch (rest.next()) {
                case "--" -> rest.forEachRemaining(command::add);
                case "--paced" -> values.put("paced", "true");
                case "--tag" -> addTag(tags, value("--tag", rest));
                case String name when NAMES.contains(name) -> values.put(name.substring(2), value(name, rest));
                case String other -> throw new IllegalArgumentException("unknown option " + other);
            }
        }
        return of(values, tags, command);
    }

    /** Whether the answers are event streams, which have to end with their terminal event. */
    boolean streaming() {
        return body.replace(" ", "").contains("\"stream\":true");
    }

    InetSocketAddress address() {
        return new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort());
    }

    /** The bytes of one request, encoded once for all of them. */
    byte[] request() {
        var path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        var target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        var host = "Host: " + url.getAuthority() + "\r\n"
                + (bearer.isEmpty() ? "" : "Authorization: Bearer " + bearer + "\r\n");
        if (body.isEmpty()) {
            return ("GET " + target + " HTTP/1.1\r\n" + host + "\r\n").getBytes(StandardCharsets.US_ASCII);
        }
        var length = body.getBytes(StandardCharsets.UTF_8).length;
        return ("POST " + target + " HTTP/1.1\r\n" + host + "Content-Type: application/json\r\n"
                + "Content-Length: " + length + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8);
    }

    private static final List<String> NAMES = List.of("--url", "--body", "--bearer", "--connections", "--warmup", "--seconds",
            "--timeout", "--pids", "--upstream", "--ramp", "--until-ready", "--starts", "--log");

    private static Options of(Map<String, String> values, Map<String, Object> tags, List<String> command) {
        var paced = values.containsKey("paced");
        var untilReady = values.containsKey("until-ready");
        var url = values.get(untilReady ? "until-ready" : "url");
        if (url == null || !url.startsWith("http://")) {
            throw new IllegalArgumentException("--url http://... or --until-ready http://... is required");
        }
        return new Options(URI.create(url), text(values.getOrDefault("body", "")),
                values.getOrDefault("bearer", ""),
                Integer.parseInt(values.getOrDefault("connections", "1")), number(values, "warmup", 2),
                number(values, "seconds", paced ? 0 : 5), paced, number(values, "ramp", 2),
                number(values, "timeout", paced || untilReady ? 60 : 5), pids(values, "pids"),
                pids(values, "upstream"), tags, untilReady, Integer.parseInt(values.getOrDefault("starts", "1")),
                Path.of(values.getOrDefault("log", "/dev/null")), List.copyOf(command));
    }

    private static String value(String name, java.util.Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(name + " needs a value");
        }
        return rest.next();
    }

    private static void addTag(Map<String, Object> tags, String tag) {
        var parts = tag.split("=", 2);
        if (parts.length < 2) {
            throw new IllegalArgumentException("--tag needs NAME=VALUE");
        }
        tags.put(parts[0], parts[1]);
    }

    private static double number(Map<String, String> values, String name, double otherwise) {
        return values.containsKey(name) ? Double.parseDouble(values.get(name)) : otherwise;
    }

    private static List<Long> pids(Map<String, String> values, String name) {
        return Stream.of(values.getOrDefault(name, "").split(",")).filter(pid -> !pid.isBlank()).map(Long::valueOf)
                .toList();
    }

    private static String text(String fileOrText) {
        if (fileOrText.isEmpty() || fileOrText.startsWith("{")) {
            return fileOrText;
        }
        try {
            return Files.readString(Path.of(fileOrText));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
