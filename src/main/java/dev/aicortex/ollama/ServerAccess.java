package dev.aicortex.ollama;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.config.Origin;
import dev.aicortex.config.Problems;
import dev.aicortex.config.ServerEntry;
import dev.aicortex.model.ServerUrl;
import dev.aicortex.model.ValidationException;
import io.vertx.core.http.HttpClientOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How single servers are reached, as {@code cortex.server} says: tokens and certificates. */
@ApplicationScoped
public class ServerAccess {
    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");

    private final boolean complete;
    private volatile List<Entry> entries;

    /**
     * What is said of reaching one server.
     *
     * @param authorization the value of the header
     * @param identity what the server and we prove who we are with
     */
    record Entry(
            ServerEntry of, Optional<String> authorization, PeerCertificates.Identity identity) {
        static Entry of(ServerEntry entry) {
            return new Entry(
                    entry,
                    ServerAccess.authorization(entry.key(), entry.said()),
                    PeerCertificates.Identity.of(entry.key(), entry.said()));
        }

        String key() {
            return of.key();
        }

        boolean at(String host, int port) {
            return of.at(host, port);
        }
    }

    /**
     * Reads the files that the configuration names.
     *
     * @throws ValidationException for what is no use, with the key and the remedy
     */
    public ServerAccess(CortexConfig config) {
        List<Entry> read = new ArrayList<>();
        Problems problems = new Problems();
        ServerEntry.all(config).forEach(entry -> problems.of(() -> read.add(Entry.of(entry))));
        problems.refuse();
        this.complete = !Origin.discover(config);
        this.entries = List.copyOf(read);
    }

    /** Puts another one in the place of this. */
    public void take(ServerAccess next) {
        entries = next.entries;
    }

    private static Optional<String> authorization(String key, CortexConfig.Server said) {
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
     * Refuses what is said of no server, unless it may still be discovered.
     *
     * @param servers all that there are
     * @throws ValidationException naming the key and the servers
     */
    public void check(List<ServerUrl> servers) {
        if (!complete) {
            return;
        }
        Problems problems = new Problems();
        for (Entry entry : entries) {
            problems.of(() -> check(entry, servers));
        }
        problems.refuse();
    }

    private static void check(Entry entry, List<ServerUrl> servers) {
        if (servers.stream().noneMatch(entry.of()::means)) {
            String all =
                    servers.stream().map(ServerUrl::toString).collect(Collectors.joining(", "));
            throw new ValidationException(
                    "%1$s: no server of this fleet is meant by it; set %1$s.url to one of %2$s"
                            .formatted(entry.key(), all));
        }
    }

    /** The server with the credentials that are configured for it, else as it is. */
    public ServerUrl authorized(ServerUrl server) {
        return entries.stream()
                .filter(entry -> entry.of().means(server))
                .flatMap(entry -> entry.authorization().stream())
                .findFirst()
                .map(server::with)
                .orElse(server);
    }

    /**
     * Has connections believe the servers' certificates, as they are set then, and show our own.
     */
    void secure(HttpClientOptions options) {
        PeerCertificates.secure(options, () -> entries);
    }
}
