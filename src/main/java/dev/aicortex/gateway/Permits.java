package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;

/**
 * What a request may have done only where the configuration lets it, since it would leave the
 * machine. To offer it sends nothing: the offer is taken out, and the request is served.
 */
final class Permits {
    private Permits() {}

    /** The request as it may be served. */
    static InferenceRequest permitted(InferenceRequest request, CortexConfig config) {
        return config.allowWebSearch() && !request.marks().web().cuts().isEmpty()
                ? request.withMarks(request.marks().keepingWeb())
                : request;
    }
}
