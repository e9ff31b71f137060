package dev.aicortex.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration for commands, which run without the server: same keys, sources and checks. */
public final class CommandConfig {
    private static final Path FILE = Path.of("config", "application.properties");

    /** Above a jar's own file and below the environment, as in the server. */
    private static final int FILE_ORDINAL = 260;

    private CommandConfig() {}

    /** Reads it; a {@link dev.aicortex.model.ValidationException} as when the server starts. */
    public static CortexConfig load() {
        SmallRyeConfigBuilder builder =
                new SmallRyeConfigBuilder()
                        .addDiscoveredConverters()
                        .addDefaultInterceptors()
                        .addDiscoveredSources()
                        .addDefaultSources()
                        .withMapping(CortexConfig.class)
                        .withMappingIgnore("cortex.**");
        String locations = System.getenv("QUARKUS_CONFIG_LOCATIONS");
        if (locations != null) {
            builder.withDefaultValue(SmallRyeConfig.SMALLRYE_CONFIG_LOCATIONS, locations);
        }
        if (Files.isReadable(FILE)) {
            builder.withSources(file());
        }
        SmallRyeConfig config = builder.build();
        Keys.check(config.getPropertyNames());
        CortexConfig cortex = config.getConfigMapping(CortexConfig.class);
        Values.check(cortex);
        return cortex;
    }

    private static PropertiesConfigSource file() {
        try {
            return new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
