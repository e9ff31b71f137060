package dev.aicortex.config;

import dev.aicortex.model.ValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** The configuration for commands, which run without the server: same keys, sources and checks. */
public final class CommandConfig {
    private static final Path FILE = Path.of("config", "application.properties");

    /** Above a jar's own file and below the environment, as in the server. */
    private static final int FILE_ORDINAL = 260;

    /** Above all else. */
    private static final int FLAG_ORDINAL = 500;

    private CommandConfig() {}

    /** Reads it; a {@link ValidationException} as when the server starts. */
    public static CortexConfig load() {
        return load(Optional.empty());
    }

    /**
     * The same.
     *
     * @param file that a flag names in place of {@code cortex.config}
     */
    public static CortexConfig load(Optional<Path> file) {
        SmallRyeConfig config = read(file);
        Keys.check(config.getPropertyNames());
        CortexConfig cortex = config.getConfigMapping(CortexConfig.class);
        Values.check(cortex);
        return cortex;
    }

    /** The keys with their values and where these come from, unchecked. */
    public static SmallRyeConfig read(Optional<Path> file) {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .addDefaultInterceptors()
                        .addDiscoveredSources()
                        .addDefaultSources()
                        .withMapping(CortexConfig.class)
                        .withMappingIgnore("cortex.**");
        file.ifPresent(path -> builder.withSources(flag(path)));
        String locations = System.getenv("QUARKUS_CONFIG_LOCATIONS");
        if (locations != null) {
            builder.withDefaultValue(SmallRyeConfig.SMALLRYE_CONFIG_LOCATIONS, locations);
        }
        if (Files.isReadable(FILE)) {
            builder.withSources(file());
        }
        try {
            return builder.build();
        } catch (RuntimeException e) {
            throw ConfigErrors.refusal(e);
        }
    }

    /** The values of a file with the environment's above them, unchecked. */
    public static CortexConfig with(ConfigFile file) {
        try {
            return new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .addDefaultInterceptors()
                    .addSystemSources()
                    .withSources(new FileSource(file, Collections.emptyIterator()))
                    .withMapping(CortexConfig.class)
                    .withMappingIgnore("cortex.**")
                    .build()
                    .getConfigMapping(CortexConfig.class);
        } catch (RuntimeException e) {
            throw ConfigErrors.refusal(e);
        }
    }

    private static PropertiesConfigSource flag(Path file) {
        return new PropertiesConfigSource(
                Map.of(LiveConfig.FILE, file.toString()), "--config", FLAG_ORDINAL);
    }

    private static PropertiesConfigSource file() {
        try {
            return new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
