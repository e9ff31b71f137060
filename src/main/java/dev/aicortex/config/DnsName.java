package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name to look up.
 *
 * @param port of the servers at its addresses
 */
public record DnsName(String name, int port) {
    /** Where an Ollama server listens unless told otherwise. */
    public static final int OLLAMA = 11_434;

    private static final int DNS = 53;
    private static final String KEY = "cortex.discovery.dns";
    private static final Pattern NAME =
            Pattern.compile("((?:[A-Za-z0-9_-]{1,63}\\.)*[A-Za-z0-9_-]{1,63}\\.?)(?::(\\d{1,5}))?");

    private static final Pattern ADDRESS =
            Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    /**
     * Reads {@code ollama.internal}, {@code ollama:8080} or {@code _ollama._tcp.internal}.
     *
     * @throws ValidationException when it is none of these
     */
    public static DnsName of(String text) {
        DnsName name = read(NAME, KEY, text, OLLAMA, "ollama.internal, or _ollama._tcp.internal");
        if (name.service() && text.contains(":")) {
            throw ValidationException.of(
                    KEY, text, "has a port, which its SRV records tell", "leave the port out");
        }
        return name;
    }

    /** Reads the address of a DNS server; the same exception. */
    public static DnsName server(String text) {
        return read(ADDRESS, KEY + "-server", text, DNS, "an address, as in 10.0.0.2:53");
    }

    private static DnsName read(
            Pattern pattern, String key, String text, int usual, String example) {
        Matcher parts = pattern.matcher(text.strip());
        if (!parts.matches()) {
            throw ValidationException.of(key, text, "is no name to look up", "write " + example);
        }
        int port = parts.group(2) == null ? usual : Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw ValidationException.of(
                    key, text, "has port %d, which is none".formatted(port), "write 1 to 65535");
        }
        return new DnsName(parts.group(1), port);
    }

    /** Whether it has SRV records, which tell hosts and ports. */
    public boolean service() {
        return name.startsWith("_");
    }
}
