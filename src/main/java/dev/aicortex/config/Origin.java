package dev.aicortex.config;

import io.smallrye.config.common.MapBackedConfigSource;
import java.util.Arrays;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** Where servers come from that the configuration does not name; the first of two wins. */
public enum Origin {
    /** Below the file's keys and above those of a file of properties. */
    ADDED("added at run time", 265),
    /** Below all that is configured: a key that is set for a discovered server counts. */
    KUBERNETES("discovered in Kubernetes", 243),
    DNS("discovered by DNS", 242);

    private final String words;
    private final int ordinal;

    Origin(String words, int ordinal) {
        this.words = words;
        this.ordinal = ordinal;
    }

    /** As a source of the configuration, called by these words. */
    ConfigSource source(Map<String, String> keys) {
        return new MapBackedConfigSource(words, keys, ordinal) {};
    }

    /** Whether a source of the configuration is one of these. */
    static boolean is(@Nullable String source) {
        return Arrays.stream(values()).anyMatch(origin -> origin.words.equals(source));
    }

    /** Whether servers are discovered: which there will be is not known beforehand. */
    public static boolean discover(CortexConfig config) {
        return inKubernetes(config) || config.discovery().dns().isPresent();
    }

    public static boolean inKubernetes(CortexConfig config) {
        CortexConfig.Discovery.Kubernetes kubernetes = config.discovery().kubernetes();
        return kubernetes.services().isPresent() || kubernetes.selector().isPresent();
    }

    @Override
    public String toString() {
        return words;
    }
}
