package dev.aicortex.http;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a browser is told before it sends a request of another origin's page; pure. */
final class Preflight {
    static final String METHODS = "GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS";

    static final String MAX_AGE_SECONDS = "43200";

    static final List<String> VARY =
            List.of("Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers");

    /** What the clients' libraries send, whether or not the browser has asked for it. */
    private static final List<String> ALWAYS =
            List.of(
                    "Authorization",
                    "Content-Type",
                    "User-Agent",
                    "Accept",
                    "X-Requested-With",
                    "X-Api-Key",
                    "X-Request-Id",
                    "Anthropic-Version",
                    "Anthropic-Beta",
                    "Anthropic-Dangerous-Direct-Browser-Access",
                    "Openai-Beta",
                    "Openai-Organization",
                    "Openai-Project");

    /** Further ones by name; the X-Stainless ones alone are more than a dozen. */
    private static final Pattern ALSO =
            Pattern.compile(
                    "((x-stainless|openai|anthropic|x-cortex)-[a-z0-9-]+"
                            + "|idempotency-key|http-referer|x-title|traceparent|tracestate)",
                    Pattern.CASE_INSENSITIVE);

    private Preflight() {}

    /**
     * The headers that a page may send.
     *
     * @param requested the header {@code Access-Control-Request-Headers}
     */
    static String headers(@Nullable String requested) {
        Stream<String> more =
                requested == null
                        ? Stream.empty()
                        : Arrays.stream(requested.split(","))
                                .map(String::strip)
                                .filter(name -> ALSO.matcher(name).matches())
                                .filter(Preflight::isNew);
        return Stream.concat(ALWAYS.stream(), more).collect(Collectors.joining(","));
    }

    private static boolean isNew(String name) {
        return ALWAYS.stream().noneMatch(name::equalsIgnoreCase);
    }
}
