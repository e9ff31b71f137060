package dev.aicortex.model;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of one Ollama server, with its credentials kept apart so that nothing prints them.
 *
 * @param base scheme, host, port and an optional path prefix; never credentials, never a trailing
 *     slash. Its host may have an underscore, which {@link URI#getHost()} does not read.
 * @param authorization the value of the {@code Authorization} header for this server
 */
public record ServerUrl(URI base, Optional<String> authorization) {
    private static final Pattern URL =
            Pattern.compile(
                    "(https?)://(?:([^/?#]*)@)?(\\[[^]/?#@]*]|[^:/?#@\\[\\]]*)(?::([0-9]*))?(/[^?#\\s]*)?",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern SCHEME = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://.*");
    private static final Pattern HOST = Pattern.compile("[a-z0-9_][a-z0-9._-]{0,252}");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._-]+");

    /** What clients are given as a base address; the gateway writes the whole path itself. */
    private static final Pattern ROUTES = Pattern.compile("/*(/(v1|api))?/*$");

    private static final int MAX_PORT = 65_535;

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
        String url = text.strip();
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw invalid(url, field, null);
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        int port = port(parts.group(4), scheme, url, field);
        String path = parts.group(5) == null ? "" : ROUTES.matcher(parts.group(5)).replaceFirst("");
        try {
            String host = host(parts.group(3));
            URI base = URI.create(scheme + "://" + host + ":" + port + path);
            return new ServerUrl(base, Optional.ofNullable(parts.group(2)).map(ServerUrl::basic));
        } catch (IllegalArgumentException e) {
            throw invalid(url, field, e);
        }
    }

    private static int port(@Nullable String digits, String scheme, String url, String field) {
        if (digits == null || digits.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        int port = digits.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(digits);
        if (port >= 1 && port <= MAX_PORT) {
            return port;
        }
        if (url.contains("@")) {
            throw invalid(url, field, null); // what looks like a port may be a password's beginning
        }
        throw ValidationException.of(
                field,
                url,
                "has port %s, which is none".formatted(digits),
                "write one from 1 to 65535");
    }

    /** Lower case, punycode, a zone as RFC 6874 writes it. */
    private static String host(String written) {
        if (written.startsWith("[")) {
            return '[' + address(written.substring(1, written.length() - 1)) + ']';
        }
        String host = IDN.toASCII(written).toLowerCase(Locale.ROOT);
        if (!HOST.matcher(host).matches()) {
            throw new IllegalArgumentException("no host");
        }
        return host;
    }

    private static String address(String written) {
        int zone = written.indexOf('%');
        String address = zone < 0 ? written : written.substring(0, zone);
        Inet6Address.ofLiteral(address); // fails for what is none
        if (zone < 0) {
            return address.toLowerCase(Locale.ROOT);
        }
        String name = written.substring(zone + 1).replaceFirst("^25", "");
        if (!ZONE.matcher(name).matches()) {
            throw new IllegalArgumentException("no zone");
        }
        return address.toLowerCase(Locale.ROOT) + "%25" + name;
    }

    /** The user information is masked: the message goes to a log. */
    private static ValidationException invalid(
            String text, String field, @Nullable Exception cause) {
        String shown = text.replaceAll("^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1***@");
        String message = "%s: '%s' is not a server's URL; %s".formatted(field, shown, remedy(text));
        return new ValidationException(message, cause);
    }

    private static String remedy(String text) {
        boolean plain = !text.contains("@") && !text.isEmpty() && !text.contains(" ");
        if (plain && !SCHEME.matcher(text).matches()) {
            return "write http://%s or https://%s".formatted(text, text);
        }
        if (plain && text.matches("(?i)https?://[0-9a-f]*:[0-9a-f]*:.*")) {
            return "put an IPv6 address into brackets, as in http://[::1]:11434";
        }
        return "write http://host:port or https://host:port";
    }

    /** The header for the credentials in a URL, as they are written there. */
    public static String basic(String userInfo) {
        String decoded = URI.create("http://" + userInfo + "@host").getUserInfo();
        byte[] bytes = decoded.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    /** Where to dial: a name, or an address without brackets, which may have a zone. */
    public String host() {
        String host = authority().substring(0, authority().lastIndexOf(':'));
        return host.startsWith("[")
                ? host.substring(1, host.length() - 1).replace("%25", "%")
                : host;
    }

    /** What the server is called in a request's head: a zone is nobody's business but ours. */
    public String name() {
        String host = host();
        int zone = host.indexOf('%');
        return zone < 0 ? host : host.substring(0, zone);
    }

    public int port() {
        return Integer.parseInt(authority().substring(authority().lastIndexOf(':') + 1));
    }

    /** Host and port. */
    public String authority() {
        return base.getRawAuthority();
    }

    public boolean tls() {
        return base.getScheme().equals("https");
    }

    /** The path prefix, empty for most servers. */
    public String pathPrefix() {
        return base.getRawPath();
    }

    /** The same server with these credentials. */
    public ServerUrl with(String authorization) {
        return new ServerUrl(base, Optional.of(authorization));
    }

    /** The address without credentials: safe in logs and in answers. */
    @Override
    public String toString() {
        return base.toString();
    }
}
