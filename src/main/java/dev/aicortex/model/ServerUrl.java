package dev.aicortex.model;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address of one Ollama server, with its credentials kept apart so that nothing prints them.
 *
 * @param base scheme, host, port and an optional path prefix; never credentials, never a trailing
 *     slash
 * @param authorization the value of the {@code Authorization} header for this server, from the
 *     URL's user information
 */
public record ServerUrl(URI base, Optional<String> authorization) {
    /** Where an Ollama server listens unless told otherwise. */
    public static final ServerUrl LOCALHOST = of("http://localhost:11434");

    /**
     * Reads {@code text}, for example {@code http://gpu-a:11434} or {@code
     * https://user:secret@gpu.example/ollama}.
     *
     * @throws ValidationException when it is not a valid http(s) URL
     */
    public static ServerUrl of(String text) {
        return of(text, "cortex.servers");
    }

    /** The same, with an error that names {@code field}. */
    public static ServerUrl of(String text, String field) {
        URI uri = parse(text.strip(), field);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : defaultPort(scheme);
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        URI base = URI.create(scheme + "://" + uri.getHost() + ":" + port + path);
        return new ServerUrl(base, Optional.ofNullable(uri.getUserInfo()).map(ServerUrl::basic));
    }

    private static URI parse(String text, String field) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw invalid(text, field, e);
        }
        boolean http =
                "http".equalsIgnoreCase(uri.getScheme())
                        || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid(text, field, null);
        }
        return uri;
    }

    /** The user information is masked: the message goes to a log. */
    private static ValidationException invalid(
            String text, String field, @Nullable Exception cause) {
        String shown = text.replaceAll("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1***@");
        String message =
                "%s: '%s' is not a server's URL; write http://host:port or https://host:port"
                        .formatted(field, shown);
        return new ValidationException(message, cause);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static String basic(String userInfo) {
        byte[] bytes = userInfo.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    public String host() {
        String host = base.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return base.getPort();
    }

    public boolean tls() {
        return base.getScheme().equals("https");
    }

    /** The path prefix, empty for most servers. */
    public String pathPrefix() {
        return base.getRawPath();
    }

    /** The address without credentials: safe in logs and in answers. */
    @Override
    public String toString() {
        return base.toString();
    }
}
