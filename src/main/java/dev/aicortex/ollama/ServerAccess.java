package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpClientOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How single servers are reached, as {@code cortex.server} says: tokens and certificates. */
@ApplicationScoped
public class ServerAccess {
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
    private static final String PREFIX = "cortex.server.";

    private final List<Entry> entries;

    /**
     * What is said of one server.
     *
     * @param key under which it stands
     * @param name its host, or host and port, unless the URL says which one it is
     * @param authorization the value of the header
     * @param identity what the server and we prove who we are with
     */
    record Entry(
            String key,
            String name,
            Optional<ServerUrl> url,
            Optional<String> authorization,
            PeerCertificates.Identity identity) {
        boolean means(ServerUrl server) {
            return url.map(own -> own.base().equals(server.base()))
                    .orElseGet(() -> at(server.name(), server.port()));
        }

        /** For TLS, which knows no paths. */
        boolean at(String host, int port) {
            return url.map(own -> own.name().equals(host) && own.port() == port)
                    .orElseGet(() ->
                            name.equalsIgnoreCase(host)
                                    || name.equalsIgnoreCase(host + ":" + port));
        }
    }

    /**
     * Reads the files that the configuration names.
     *
     * @throws ValidationException for what is no use, with the key and the remedy
     */
    public ServerAccess(CortexConfig config) {
        this.entries =
                config.server().entrySet().stream()
                        .map(entry -> entry(entry.getKey(), entry.getValue()))
                        .toList();
    }

    private static Entry entry(String name, CortexConfig.Access said) {
        String key = PREFIX + name;
        Optional<ServerUrl> url = said.url().map(text -> ServerUrl.of(text, key + ".url"));
        if (url.isEmpty() && name.contains("://")) {
            url = Optional.of(ServerUrl.of(name, key));
        }
        return new Entry(
                key, name, url, authorization(key, said), PeerCertificates.Identity.of(key, said));
    }

    private static Optional<String> authorization(String key, CortexConfig.Access said) {
        if (said.bearer().isPresent() && said.bearerFile().isPresent()) {
            throw new ValidationException(
                    "%1$s.bearer and %1$s.bearer-file are both set; leave one of the two out"
                            .formatted(key));
        }
        Optional<String> token =
                said.bearer().or(() -> said.bearerFile().map(file -> token(key, file)));
        if (token.isPresent() && !SENDABLE.matcher(token.get()).matches()) {
            throw new ValidationException(
                    "%s.bearer is empty or has a character that no header can hold; write the token alone, in ASCII and without spaces"
                            .formatted(key));
        }
        return token.map(text -> "Bearer " + text);
    }

    private static String token(String key, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ValidationException(
                    "%s.bearer-file: '%s' cannot be read; name a file that holds the token alone"
                            .formatted(key, file),
                    e);
        }
    }

    /**
     * Refuses what is said of no server.
     *
     * @param servers all that there are
     * @throws ValidationException naming the key and the servers
     */
    public void check(List<ServerUrl> servers) {
        for (Entry entry : entries) {
            if (servers.stream().noneMatch(entry::means)) {
                String all =
                        servers.stream().map(ServerUrl::toString).collect(Collectors.joining(", "));
                throw new ValidationException(
                        "%1$s: no server of this fleet is meant by it; set %1$s.url to one of %2$s"
                                .formatted(entry.key(), all));
            }
        }
    }

    /** The server with the credentials that are configured for it, else as it is. */
    public ServerUrl authorized(ServerUrl server) {
        return entries.stream()
                .filter(entry -> entry.means(server))
                .flatMap(entry -> entry.authorization().stream())
                .findFirst()
                .map(server::with)
                .orElse(server);
    }

    /** Has connections believe the servers' certificates, and show our own. */
    void secure(HttpClientOptions options) {
        PeerCertificates.secure(options, entries);
    }
}
