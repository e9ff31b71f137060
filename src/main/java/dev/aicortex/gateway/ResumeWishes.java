package dev.aicortex.gateway;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ValidationException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose streams another server goes on with: of those that ask for it, of some keys, or all. */
final class ResumeWishes {
    private final boolean all;
    private final Set<String> keys;

    ResumeWishes(CortexConfig config) {
        this.all = config.resume();
        this.keys = Set.copyOf(config.resumeKeys().orElse(List.of()));
    }

    /**
     * What the header says counts before all else.
     *
     * @param header as the client sent it
     * @param caller the name of its key
     * @throws ValidationException when the header is neither 0 nor 1
     */
    boolean of(@Nullable String header, @Nullable String caller) {
        return switch (header == null ? "" : header.strip()) {
            case "" -> all || (caller != null && keys.contains(caller));
            case "1" -> true;
            case "0" -> false;
            case String other ->
                    throw ValidationException.of(
                            Resumption.HEADER,
                            other,
                            "says neither yes nor no",
                            "send 1 to have another server go on with a stream that breaks off, or 0");
        };
    }
}
