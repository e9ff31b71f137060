package dev.aicortex.config;

import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the machine of one server is woken and put to sleep.
 *
 * @param sleepAfter so long without requests; set where {@code sleep} is, and only there
 */
public record Power(Optional<Switch> wake, Optional<Switch> sleep, Optional<Duration> sleepAfter) {
    /** Of a machine that is always on. */
    public static final Power NONE =
            new Power(Optional.empty(), Optional.empty(), Optional.empty());

    private static final String COMMAND = "exec:";
    private static final String REMEDY =
            "write a MAC address as in aa:bb:cc:dd:ee:ff@192.168.1.255:9, a URL, or exec: and a command";

    /** What is done to a machine, as its key says by its shape. */
    public sealed interface Switch {
        /**
         * A Wake-on-LAN packet.
         *
         * @param mac in twelve hexadecimal digits
         * @param host of the network's broadcast
         */
        record Packet(String mac, String host, int port) implements Switch {
            private static final int HEAD = 6;
            private static final int TIMES = 16;
            private static final Pattern SHAPE =
                    Pattern.compile(
                            "((?:\\p{XDigit}{2}[:-]){5}\\p{XDigit}{2})(?:@([A-Za-z0-9._-]+)(?::(\\d{1,5}))?)?");

            /** 6 bytes of ones, and 16 times the address: 102 bytes. */
            public byte[] bytes() {
                return HexFormat.of().parseHex("ff".repeat(HEAD) + mac.repeat(TIMES));
            }

            private static Optional<Switch> of(String text) {
                Matcher shape = SHAPE.matcher(text);
                if (!shape.matches()) {
                    return Optional.empty();
                }
                String mac = shape.group(1).replaceAll("[:-]", "").toLowerCase(Locale.ROOT);
                String host = Optional.ofNullable(shape.group(2)).orElse("255.255.255.255");
                int port = Optional.ofNullable(shape.group(3)).map(Integer::parseInt).orElse(9);
                return Optional.<Switch>of(new Packet(mac, host, port))
                        .filter(_ -> port >= 1 && port <= 65_535);
            }
        }

        /**
         * A POST without a body.
         *
         * @param url without credentials
         * @param authorization the header that carries those that stand in the URL
         */
        record Post(URI url, Optional<String> authorization) implements Switch {
            private static Optional<Switch> of(String text) {
                try {
                    URI url = new URI(text);
                    if (url.getHost() == null) {
                        return Optional.empty();
                    }
                    String user = url.getRawUserInfo();
                    String bare = user == null ? text : text.replace(user + "@", "");
                    return Optional.of(
                            new Post(
                                    new URI(bare),
                                    Optional.ofNullable(user).map(ServerUrl::basic)));
                } catch (URISyntaxException _) {
                    return Optional.empty(); // told by whoever asks, without what may be secret
                }
            }
        }

        /** A command that runs on this machine, without a shell. */
        record Command(List<String> words) implements Switch {
            private static Optional<Switch> of(String text) {
                List<String> words = List.of(text.strip().split("\\s+", -1));
                boolean plain = text.chars().noneMatch(c -> c == '"' || c == '\'');
                return Optional.<Switch>of(new Command(words))
                        .filter(_ -> plain && !words.getFirst().isEmpty());
            }
        }

        /**
         * What a key says.
         *
         * @throws ValidationException for a text of no such shape; it tells nothing of a URL or a
         *     command, which may hold secrets
         */
        static Switch of(String key, String value) {
            String text = value.strip();
            if (text.startsWith(COMMAND)) {
                return Command.of(text.substring(COMMAND.length()))
                        .orElseThrow(() ->
                                new ValidationException(
                                        key
                                                + ": its command cannot be run; write exec:/path/to/program and words with spaces between, without quotes: no shell reads them"));
            }
            if (text.matches("(?i)https?://.*")) {
                return Post.of(text)
                        .orElseThrow(() ->
                                new ValidationException(
                                        key
                                                + ": its URL is none; write http:// or https://, a host and a path"));
            }
            return Packet.of(text)
                    .orElseThrow(() ->
                            ValidationException.of(
                                    key, text, "is no way to switch a machine", REMEDY));
        }
    }

    /**
     * What an entry says.
     *
     * @param key what its keys begin with
     * @throws ValidationException for a switch that is none, and for a machine that would not sleep
     *     or never wake
     */
    public static Power of(String key, CortexConfig.Server said) {
        Optional<Switch> wake = said.wake().map(text -> Switch.of(key + ".wake", text));
        Optional<Switch> sleep = said.sleep().map(text -> Switch.of(key + ".sleep", text));
        Optional<Duration> after = said.sleepAfter();
        if (sleep.filter(Switch.Packet.class::isInstance).isPresent()) {
            throw new ValidationException(
                    key + ".sleep: a MAC address only wakes; write a URL, or exec: and a command");
        }
        if (after.isPresent() != sleep.isPresent()) {
            throw new ValidationException(
                    after.isPresent()
                            ? "%s.sleep-after: %s, but nothing puts the machine to sleep; set %s.sleep to a URL, or exec: and a command"
                                    .formatted(key, after.get(), key)
                            : "%s.sleep: it is never used without %s.sleep-after; set both"
                                    .formatted(key, key));
        }
        if (sleep.isPresent() && wake.isEmpty()) {
            throw new ValidationException(
                    "%s.sleep-after: %s, but nothing wakes the machine again; set %s.wake"
                            .formatted(key, after.orElseThrow(), key));
        }
        if (after.filter(time -> time.toSeconds() < 1).isPresent()) {
            throw new ValidationException(
                    "%s.sleep-after: %s is out of range; set it to at least a second, as in 30m"
                            .formatted(key, after.get()));
        }
        return new Power(wake, sleep, after);
    }
}
