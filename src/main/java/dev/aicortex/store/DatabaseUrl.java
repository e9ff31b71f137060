package dev.aicortex.store;

import dev.aicortex.config.CortexConfig;
import dev.aicortex.model.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the database is, as {@code cortex.database.url} says it.
 *
 * @param jdbc what the driver gets
 * @param file of SQLite; empty for PostgreSQL
 * @param shown the same without what may be a secret
 */
record DatabaseUrl(String jdbc, Optional<Path> file, String shown) {
    private static final String KEY = "cortex.database.url";
    private static final String SQLITE = "sqlite:";
    private static final String POSTGRESQL = "postgresql://";

    /** Readers do not wait for a writer; a killed process loses at most the last moment. */
    private static final String PRAGMAS =
            "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000&foreign_keys=on";

    /**
     * Reads the key.
     *
     * @return empty when there is to be no database
     * @throws ValidationException for what is neither kind of address, with the remedy
     */
    static Optional<DatabaseUrl> of(CortexConfig.Database config) {
        String url = config.url().strip();
        if (url.equalsIgnoreCase("off")) {
            return Optional.empty();
        }
        String address = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        if (address.startsWith(SQLITE) && address.length() > SQLITE.length()) {
            Path file = Path.of(address.substring(SQLITE.length()));
            String jdbc = "jdbc:" + SQLITE + file + PRAGMAS;
            return Optional.of(new DatabaseUrl(jdbc, Optional.of(file), SQLITE + file));
        }
        if (address.startsWith(POSTGRESQL)
                && !address.contains("@")
                && !address.contains("password=")) {
            String shown = address.replaceFirst("\\?.*", "");
            return Optional.of(new DatabaseUrl("jdbc:" + address, Optional.empty(), shown));
        }
        throw ValidationException.of(
                KEY,
                address.replaceAll("//.*@", "//***@").replaceFirst("\\?.*", ""),
                "is no address of a database",
                "write sqlite:FILE, postgresql://HOST/NAME with cortex.database.user and"
                        + " cortex.database.password beside it, or off");
    }

    /** SQLite makes its file, not the folder that it is in. */
    void prepare() {
        file.map(Path::toAbsolutePath)
                .map(Path::getParent)
                .ifPresent(folder -> {
                    try {
                        Files.createDirectories(folder);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
