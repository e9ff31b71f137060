package dev.aicortex.plugin;

import dev.aicortex.model.ServerSource;
import dev.aicortex.model.ServerUrl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Servers from a file that another tool writes, one URL a line; {@code LISTED_SERVERS} names it.
 */
public final class ListedServers implements ServerSource {
    @Override
    public String name() {
        return "listed servers";
    }

    @Override
    public List<ServerUrl> servers() {
        String file = System.getenv("LISTED_SERVERS");
        if (file == null) {
            return List.of();
        }
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .map(line -> ServerUrl.of(line, file))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
