package dev.aicortex.config;

import dev.aicortex.config.ConfigFile.Setting;
import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.ConfigValueConfigSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** The file that {@code cortex.config} names, among the other sources of the configuration. */
public final class FileSource implements ConfigValueConfigSource {
    /** Above the files of properties (250 and 260), below .env (295) and the environment (300). */
    private static final int ORDINAL = 270;

    /** Stands for the whole text; not among the names. */
    private static final String TEXT = "<text>";

    private final ConfigFile file;
    private final Map<String, ConfigValue> values = new LinkedHashMap<>();

    /**
     * The values of a file.
     *
     * @param others names in other sources: an entry that they have too is spelt as it is there
     */
    FileSource(ConfigFile file, Iterator<String> others) {
        this.file = file;
        Map<String, String> spelt = new HashMap<>();
        others.forEachRemaining(name -> spelt.put(name.replace("\"", ""), name));
        for (Setting setting : file.settings()) {
            String name = spelt.getOrDefault(setting.told(), setting.key());
            values.put(
                    name,
                    ConfigValue.builder()
                            .withName(name)
                            .withValue(setting.value())
                            .withRawValue(setting.value())
                            .withConfigSourceName(getName())
                            .withConfigSourceOrdinal(ORDINAL)
                            .withLineNumber(setting.line())
                            .build());
        }
    }

    /** Whether a source is one of these, whichever class loader it is from. */
    static boolean is(ConfigSource source) {
        return source.getClass().getName().equals(FileSource.class.getName());
    }

    /** The file that a source of this kind was made of. */
    static ConfigFile file(ConfigSource source) {
        return ConfigFile.of(source.getName(), Objects.requireNonNull(source.getValue(TEXT)));
    }

    @Override
    public @Nullable ConfigValue getConfigValue(String name) {
        return values.get(name);
    }

    @Override
    public Map<String, ConfigValue> getConfigValueProperties() {
        return values;
    }

    @Override
    public @Nullable String getValue(String name) {
        ConfigValue value = values.get(name);
        return value != null ? value.getValue() : name.equals(TEXT) ? file.text() : null;
    }

    @Override
    public Set<String> getPropertyNames() {
        return values.keySet();
    }

    @Override
    public String getName() {
        return file.name();
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }

    /** Adds the file when the configuration is put together, where another source names one. */
    public static final class Factory implements ConfigSourceFactory {
        @Override
        public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
            ConfigValue named = context.getValue(LiveConfig.FILE);
            if (named == null || named.getValue() == null || named.getValue().isBlank()) {
                return List.of();
            }
            ConfigFile file = ConfigFile.read(Path.of(named.getValue())).checked();
            return List.of(new FileSource(file, context.iterateNames()));
        }
    }
}
