package dev.aicortex.translate;

import dev.aicortex.model.Endpoint;
import java.util.Arrays;
import java.util.Optional;

/** A compatible route that has a native one behind it. */
public enum NativeRoute {
    CHAT_COMPLETIONS(Endpoint.CHAT_COMPLETIONS, Endpoint.CHAT),
    COMPLETIONS(Endpoint.COMPLETIONS, Endpoint.GENERATE),
    RESPONSES(Endpoint.RESPONSES, Endpoint.CHAT),
    MESSAGES(Endpoint.MESSAGES, Endpoint.CHAT);

    private final Endpoint asked;
    private final Endpoint behind;

    NativeRoute(Endpoint asked, Endpoint behind) {
        this.asked = asked;
        this.behind = behind;
    }

    /** The one that clients ask at this path; none when its requests need no translation. */
    public static Optional<NativeRoute> at(String path) {
        return Arrays.stream(values()).filter(route -> route.asked.path().equals(path)).findFirst();
    }

    /** Where the translated request goes. */
    public String nativePath() {
        return behind.path();
    }
}
