package dev.aicortex.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aicortex.catalogue.Family;
import dev.aicortex.catalogue.refresh.Targets;
import dev.aicortex.fleet.ServerList;
import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --servers FILE}: which servers a command asks, with their credentials. */
final class ServersOption {
    @Option(
            names = "--servers",
            paramLabel = "FILE",
            description =
                    "A file with one server a line, as http://host:port or as {\"url\":\"…\"}; lines"
                            + " that begin with # are skipped (default: the servers of the"
                            + " configuration and those that the catalogue names).")
    private @Nullable Path file;

    Targets targets(CatalogueOptions options) {
        return file != null ? Targets.only(read(file)) : Targets.withCatalogued(known(options));
    }

    /** The same servers by their address, to find the credentials of one. */
    Map<String, ServerUrl> byAddress(CatalogueOptions options, List<Family> volume) {
        return targets(options).beside(volume);
    }

    private static List<ServerUrl> known(CatalogueOptions options) {
        return ServerList.known(options.config(), options.plugins().load(ServerSource.class));
    }

    private static List<ServerUrl> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new CommandException(
                    "--servers: '%s' cannot be read: %s; name a file with one server a line"
                            .formatted(file, FileFailure.text(e)));
        }
        List<ServerUrl> servers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                servers.add(server(line, "--servers: %s, line %d".formatted(file, i + 1)));
            }
        }
        if (servers.isEmpty()) {
            throw new CommandException(
                    "--servers: '%s' names no server; write one a line, as http://host:port"
                            .formatted(file));
        }
        return servers;
    }

    private static ServerUrl server(String line, String where) {
        if (!line.startsWith("{")) {
            return ServerUrl.of(line, where);
        }
        JsonNode url = Json.parse(line).path("url");
        if (!url.isTextual()) {
            throw new CommandException(
                    "%s: not an object with a url; write {\"url\":\"http://host:port\"}"
                            .formatted(where));
        }
        return ServerUrl.of(url.textValue(), where);
    }
}
