package dev.aicortex.gateway.request;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Values;
import dev.aicortex.dialect.Endpoint;
import dev.aicortex.model.Priority;
import dev.aicortex.model.ValidationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what is known of a request, from its headers, its body and its key. */
@Singleton
public class Requests {
    public static final String PRIORITY = "X-Cortex-Priority";
    public static final String DEADLINE = "X-Cortex-Deadline";

    /** In milliseconds, and added to any time, this is still a number. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final String RESUME = "X-Cortex-Resume";
    private static final String STRIP = "X-Cortex-Strip";

    private final CortexConfig config;
    private final Priority usual;
    private final Map<String, Priority> ofKeys = new HashMap<>();
    private final Set<String> resumeKeys;
    private final List<String> strip;
    private final Set<String> unstrippedKeys;
    private final SessionIds sessions;

    /** How the prompts of work in the background begin. */
    private final List<String> background;

    Requests(CortexConfig config) {
        this.config = config;
        this.usual = Priority.of("cortex.queue.priority", config.queue().priority());
        config.queue()
                .priorities()
                .forEach((key, word) ->
                        ofKeys.put(key, Priority.of("cortex.queue.priorities." + key, word)));
        this.resumeKeys = Set.copyOf(config.resumeKeys().orElse(List.of()));
        this.strip = config.prompt().strip().orElse(List.of()).stream().map(String::strip).toList();
        this.unstrippedKeys = Set.copyOf(config.prompt().stripOffKeys().orElse(List.of()));
        this.sessions = new SessionIds(config.routing().sessions().orElse(List.of()));
        this.background =
                config.queue().background().orElse(List.of()).stream()
                        .map(Values::oneLine)
                        .toList();
    }

    /**
     * Parses a JSON body.
     *
     * @throws ValidationException naming what is wrong with it
     */
    public ParsedBody parse(RequestBody body, Endpoint endpoint) throws IOException {
        return RequestParser.parse(body, endpoint, strip);
    }

    /**
     * Of an HTTP request.
     *
     * @throws ValidationException when a header is wrong
     */
    public Request of(RoutingContext context, Endpoint endpoint, ParsedBody body) {
        HttpServerRequest http = context.request();
        RequestHead head = RequestHead.of(http, sessions);
        String caller = Caller.of(context);
        boolean background = background(body);
        Priority priority = priority(head.said(PRIORITY), caller, background);
        return new Request(
                endpoint,
                stripped(permitted(body), head.said(STRIP), caller),
                head,
                priority,
                caller != null ? caller : address(http.remoteAddress()),
                user(head, body),
                background && priority == Priority.BATCH
                        ? 0 // not where its conversation is
                        : session(head, body),
                Optional.ofNullable(head.said(DEADLINE)).map(Requests::deadline),
                resume(head.said(RESUME), caller),
                progress(head.said(RequestHead.PROGRESS)));
    }

    /**
     * The body as it may be served: what offers to search the web would leave the machine, and is
     * taken out unless the configuration allows it.
     */
    ParsedBody permitted(ParsedBody body) {
        return config.allowWebSearch() ? body.keepingWeb() : body;
    }

    /**
     * The body without the lines that are stripped, unless its client wants it as it is.
     *
     * @param header what the request says of it; null for nothing
     * @throws ValidationException when the header is neither on nor off
     */
    public ParsedBody stripped(ParsedBody body, @Nullable String header, @Nullable String caller) {
        boolean strips =
                switch (header == null ? "" : header.strip()) {
                    case "" -> caller == null || !unstrippedKeys.contains(caller);
                    case "on" -> true;
                    case "off" -> false;
                    case String other ->
                            throw ValidationException.of(
                                    STRIP,
                                    other,
                                    "is neither on nor off",
                                    "send off to have the system prompt passed on as it is, or on");
                };
        return strips ? body : body.keepingLines();
    }

    /** What the client says comes first, then what its key is set to. */
    Priority priority(@Nullable String header, @Nullable String caller, boolean background) {
        return header == null
                ? ofKeys.getOrDefault(caller, background ? Priority.BATCH : usual)
                : Priority.of(PRIORITY, header);
    }

    /** Whether nobody waits for the answer: a title, tags, what could be asked next. */
    boolean background(ParsedBody body) {
        for (String opening : body.hints().openings()) {
            for (String beginning : background) {
                if (opening.startsWith(beginning)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The same for requests that belong together; 0 where nothing says so. */
    public long session(RequestHead head, ParsedBody body) {
        return sessions.of(head, body.hints().sessions());
    }

    /** The end user; 0 where nothing says who it is. */
    static long user(RequestHead head, ParsedBody body) {
        String said = head.user();
        return SessionIds.number(said != null ? said : body.hints().user());
    }

    private static String address(@Nullable SocketAddress address) {
        return address == null ? "" : String.valueOf(address.hostAddress());
    }

    private static Duration deadline(String header) {
        try {
            Duration deadline = DurationConverter.parseDuration(header.strip());
            if (deadline != null && deadline.isPositive()) { // null for a blank one
                return deadline.compareTo(LONGEST) < 0 ? deadline : LONGEST;
            }
        } catch (IllegalArgumentException | ArithmeticException _) {
            // told below, in our own words
        }
        throw ValidationException.of(
                DEADLINE, header, "is no time", "use seconds or a duration, as in 20 or 500ms");
    }

    /**
     * Whether another server goes on with a stream that breaks off: what the header says counts
     * before all else.
     *
     * @throws ValidationException when the header is neither 0 nor 1
     */
    boolean resume(@Nullable String header, @Nullable String caller) {
        return switch (header == null ? "" : header.strip()) {
            case "" -> config.resume() || (caller != null && resumeKeys.contains(caller));
            case "1" -> true;
            case "0" -> false;
            case String other ->
                    throw ValidationException.of(
                            RESUME,
                            other,
                            "says neither yes nor no",
                            "send 1 to have another server go on with a stream that breaks off, or 0");
        };
    }

    /**
     * Whether the client is told what its request waits for: what the header says counts before the
     * configuration.
     *
     * @throws ValidationException when the header is neither reasoning nor off
     */
    boolean progress(@Nullable String header) {
        return switch (header == null ? "" : header.strip()) {
            case "" -> config.progress() == CortexConfig.Progress.REASONING;
            case "reasoning" -> true;
            case "off" -> false;
            case String other ->
                    throw ValidationException.of(
                            RequestHead.PROGRESS,
                            other,
                            "is no way to show progress",
                            "send reasoning to read as a thought what is waited for, or off");
        };
    }
}
