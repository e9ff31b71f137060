package dev.aicortex.translate;

import java.util.Arrays;
import java.util.Optional;

/** A compatible route that has a native one behind it. */
public enum NativeRoute {
    CHAT_COMPLETIONS("/v1/chat/completions", "/api/chat"),
    COMPLETIONS("/v1/completions", "/api/generate"),
    RESPONSES("/v1/responses", "/api/chat"),
    MESSAGES("/v1/messages", "/api/chat");

    private final String path;
    private final String nativePath;

    NativeRoute(String path, String nativePath) {
        this.path = path;
        this.nativePath = nativePath;
    }

    /** The one that clients ask at this path; none when its requests need no translation. */
    public static Optional<NativeRoute> at(String path) {
        return Arrays.stream(values()).filter(e -> e.path.equals(path)).findFirst();
    }

    public String path() {
        return path;
    }

    /** Where the translated request goes. */
    public String nativePath() {
        return nativePath;
    }
}
