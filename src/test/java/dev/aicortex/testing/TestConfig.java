package dev.aicortex.testing;

import dev.aicortex.config.CortexConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** The configuration for tests of decisions, which run without a container. */
public final class TestConfig {
    private TestConfig() {}

    /** The defaults, changed by {@code keys}. */
    public static CortexConfig of(Map<String, String> keys) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(CortexConfig.class)
                .withSources(new PropertiesConfigSource(keys, "test", 100))
                .build()
                .getConfigMapping(CortexConfig.class);
    }
}
