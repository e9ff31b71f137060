package dev.aicortex.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which web pages may ask; pure. */
final class Origins {
    private static final String NONE = "none";

    /** On this machine and in desktop applications and extensions, as an Ollama server has it. */
    private static final String BUILT_IN =
            "https?://(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1])(:\\d+)?"
                    + "|(app|file|tauri|vscode-webview|vscode-file)://.*"
                    + "|(chrome|moz|safari|safari-web|ms-browser)-extension://.*";

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "(localhost|([a-z0-9-]+\\.)+localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+])(:\\d{1,5})?",
                    Pattern.CASE_INSENSITIVE);

    private final Pattern allowed;

    private Origins(Pattern allowed) {
        this.allowed = allowed;
    }

    /** From {@code cortex.cors.origins}. */
    static Origins of(Optional<List<String>> configured) {
        List<String> entries = configured.orElse(List.of());
        Stream<String> builtIn = entries.contains(NONE) ? Stream.empty() : Stream.of(BUILT_IN);
        Stream<String> own =
                entries.stream().filter(entry -> !entry.equals(NONE)).map(Origins::regex);
        String all = Stream.concat(builtIn, own).collect(Collectors.joining("|"));
        return new Origins(Pattern.compile(all, Pattern.CASE_INSENSITIVE));
    }

    private static String regex(String entry) {
        return Stream.of(entry.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
    }

    /**
     * Whether a page may ask.
     *
     * @param origin the header {@code Origin}
     * @param host the header {@code Host}: a page of that authority is the gateway's own
     */
    boolean allow(String origin, @Nullable String host) {
        return allowed.matcher(origin).matches() || own(origin, host);
    }

    /**
     * Only where the host is an address or this machine: a name may be somebody else's that was
     * pointed here, so that its page could ask (DNS rebinding).
     */
    private static boolean own(String origin, @Nullable String host) {
        String folded = origin.toLowerCase(Locale.ROOT);
        int scheme = folded.indexOf("://");
        return host != null
                && (folded.startsWith("http://") || folded.startsWith("https://"))
                && folded.substring(scheme + 3).equals(host.toLowerCase(Locale.ROOT))
                && ADDRESS.matcher(host).matches();
    }
}
