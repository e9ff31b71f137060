package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.AccessException;
import java.util.Optional;

/** What a request may not do unless the configuration lets it, since it would leave the machine. */
final class Permits {
    private Permits() {}

    /** Why the request is refused; empty when it is not. */
    static Optional<AccessException> refusal(InferenceRequest request, CortexConfig config) {
        return request.marks().webSearch() && !config.allowWebSearch()
                ? Optional.of(webSearch())
                : Optional.empty();
    }

    private static AccessException webSearch() {
        return AccessException.forbidden(
                "web_search_disabled",
                "'tools' has a web search, which sends prompts off the machine; leave it out, or set cortex.allow-web-search=true");
    }
}
