package dev.aicortex.gateway.request;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.LiveConfig;
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
public class Requests implements LiveConfig.Part {
    public static final String PRIORITY = "X-Cortex-Priority";
    public static final String DEADLINE = "X-Cortex-Deadline";

    /** In milliseconds, and added to any time, this is still a number. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final String RESUME = "X-Cortex-Resume";
    private static final String STRIP = "X-Cortex-Strip";

    private volatile Rules rules;

    /**
     * What the configuration says of requests.
     *
     * @param background how the prompts of work in the background begin
     */
    private record Rules(
            CortexConfig config,
            Priority usual,
            Map<String, Priority> ofKeys,
            Set<String> resumeKeys,
            List<String> strip,
            Set<String> unstrippedKeys,
            SessionIds sessions,
            List<String> background) {
        static Rules of(CortexConfig config) {
            Map<String, Priority> ofKeys = new HashMap<>();
            config.queue()
                    .priorities()
                    .forEach((key, word) ->
                            ofKeys.put(key, Priority.of("cortex.queue.priorities." + key, word)));
            CortexConfig.Prompt prompt = config.prompt();
            return new Rules(
                    config,
                    Priority.of("cortex.queue.priority", config.queue().priority()),
                    ofKeys,
                    Set.copyOf(config.resumeKeys().orElse(List.of())),
                    prompt.strip().orElse(List.of()).stream().map(String::strip).toList(),
                    Set.copyOf(prompt.stripOffKeys().orElse(List.of())),
                    new SessionIds(config.routing().sessions().orElse(List.of())),
                    config.queue().background().orElse(List.of()).stream()
                            .map(Values::oneLine)
                            .toList());
        }
    }

    Requests(CortexConfig config) {
        this.rules = Rules.of(config);
    }

    @Override
    public Runnable prepared(CortexConfig next) {
        Rules others = Rules.of(next);
        return () -> rules = others;
    }

    /**
     * Parses a JSON body.
     *
     * @throws ValidationException naming what is wrong with it
     */
    public ParsedBody parse(RequestBody body, Endpoint endpoint) throws IOException {
        return RequestParser.parse(body, endpoint, rules.strip);
    }

    /**
     * Of an HTTP request.
     *
     * @throws ValidationException when a header is wrong
     */
    public Request of(RoutingContext context, Endpoint endpoint, ParsedBody body) {
        HttpServerRequest http = context.request();
        RequestHead head = RequestHead.of(http, rules.sessions);
        String caller = Caller.of(context);
        boolean background = background(body);
        Priority priority =
                Caller.grant(context).atMost(priority(head.said(PRIORITY), caller, background));
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
        return rules.config.allowWebSearch() ? body.keepingWeb() : body;
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
                    case "" -> caller == null || !rules.unstrippedKeys.contains(caller);
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
        Rules now = rules;
        return header == null
                ? now.ofKeys.getOrDefault(caller, background ? Priority.BATCH : now.usual)
                : Priority.of(PRIORITY, header);
    }

    /** Whether nobody waits for the answer: a title, tags, what could be asked next. */
    boolean background(ParsedBody body) {
        for (String opening : body.hints().openings()) {
            for (String beginning : rules.background) {
                if (opening.startsWith(beginning)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The same for requests that belong together; 0 where nothing says so. */
    public long session(RequestHead head, ParsedBody body) {
        return rules.sessions.of(head, body.hints().sessions());
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
            case "" -> resumes(caller);
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

    private boolean resumes(@Nullable String caller) {
        Rules now = rules;
        return now.config.resume() || (caller != null && now.resumeKeys.contains(caller));
    }

    /**
     * Whether the client is told what its request waits for: what the header says counts before the
     * configuration.
     *
     * @throws ValidationException when the header is neither reasoning nor off
     */
    boolean progress(@Nullable String header) {
        return switch (header == null ? "" : header.strip()) {
            case "" -> rules.config.progress() == CortexConfig.Progress.REASONING;
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
